"""Whatever is sent, the API answers as its description says: status, type, body and headers.

Schemathesis makes requests of the description: right ones, and ones that are wrong somewhere.
Most requests are about a record that is there; a partner and a reviewer take turns.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import pytest
import schemathesis
from django.conf import settings
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from notifications import topics
from notifications.actions import subscription as subscriptions
from portal.models import Person
from referrals.models import Referral, RoutingRule
from tests.calling import client_of, token_of
from tests.referrals.registering import asked, at, won

load_all_checks()
DJANGO = get_wsgi_application()
SCHEMA = schemathesis.openapi.from_path(settings.BASE_DIR / "docs/openapi.json")
OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations()]
KEPT = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]
BOUNDED = hypothesis(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
pytestmark = pytest.mark.django_db


def app(environ: dict[str, Any], start: Any) -> list[bytes]:
    """The portal. Answers are closed as servers do, with the files that came."""
    answer = DJANGO(environ, start)
    try:
        return [b"".join(answer)]
    finally:
        answer.close()


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """As Django's own test client: a request does not close the connection of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def record(ana, own_deal, customer) -> Callable[[str], dict[str, Any]]:
    """What stands in an address, of a record that is there. Made only for who asks for it."""

    def find(path: str) -> dict[str, Any]:
        root = path.removeprefix("/v1.0/").partition("/{")[0]
        make = RECORDS.get(root)
        return make(own_deal, ana) if make else {}

    return find


def _registered(leg: Referral, by: Person) -> dict[str, Any]:
    found = at("review", won(leg, by), by)
    return {"id": found.pk, "document": found.documents[0].pk}


def _asked(leg: Referral, by: Person) -> dict[str, Any]:
    return {"id": asked(at("failed", won(leg, by), by), by, total_value=70000).pk}


def _rule(leg: Referral, by: Person) -> dict[str, Any]:
    place = by.company.locations.first()
    return {"id": RoutingRule.objects.create(company=by.company, country="BR", location=place).pk}


def _delivery(leg: Referral, by: Person) -> dict[str, Any]:
    """A message that waits, to a receiver that nobody asks in a test."""
    receiver = subscriptions.Wish("https://127.0.0.1:9/hook", tuple(topics.names()))
    told, _secret = subscriptions.subscribe(receiver, by=by)
    return {"id": subscriptions.send_test(told, by=by).pk}


RECORDS: dict[str, Callable[[Referral, Person], dict[str, Any]]] = {
    "engagements/referrals": lambda leg, by: {"id": leg.pk},
    "referrals": lambda leg, by: {"id": leg.pk},
    "registrations": _registered,
    "exceptions": _asked,
    "routing-rules": _rule,
    "webhooks/deliveries": _delivery,
    "/webhooks/v1/registration": _delivery,
    "/webhooks/v1/registration/validationEvents": _delivery,
    "picklists": lambda leg, by: {"name": "currency"},
}


@pytest.mark.rule("API-025")
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.label)
def test_answers_are_as_described(operation, ana, rita, record, settings) -> None:
    settings.API_PER_MINUTE = 100_000
    settings.WEBHOOK_TEST_TARGETS = ["127.0.0.1:9"]
    bearers = [{"Authorization": f"Bearer {token_of(client_of(p), p)}"} for p in (ana, rita)]
    there, turns = record(operation.path), count()

    def ask(case: Any) -> None:
        turn = next(turns)
        if turn % 5 and case.path_parameters is not None:
            case.path_parameters |= {name: str(value) for name, value in there.items()}
        bearer = bearers[turn % 3 == 0]
        response = case.call(app=app, headers=bearer)
        case.validate_response(response, checks=KEPT, headers=bearer)

    BOUNDED(given(operation.as_strategy(generation_mode=GenerationMode.POSITIVE))(ask))()
    assert next(turns)
    with suppress(Unsatisfiable):  # where whatever is sent is right, nothing can be wrong
        BOUNDED(given(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))(ask))()
