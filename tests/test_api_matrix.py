"""Every address of the API as every kind of caller. An address that is missing here fails.

Writes that are allowed are tried with `validateOnly`, so that all callers meet the same records;
refused ones are meant.
"""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.db.models import Sum

from notifications.models import Delivery, Message, Subscription
from portal.models import Answered, Document, Event, Person
from referrals.models import Comment, Referral, Registration, RoutingRule
from tests.api_world import World, callers, methods, routes, world  # noqa: F401 — fixtures
from tests.calling import ALL, Caller

pytestmark = pytest.mark.django_db
PEOPLE = "ana bruno paula carla sam rita otto".split()
ALWAYS = {"off": 401, "stranger": 401}
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def only(names: str = "", status: int = 200, others: int = 404, **more: int) -> dict[str, int]:
    return dict.fromkeys(PEOPLE, others) | dict.fromkeys(names.split(), status) | more


EVERYBODY = only(others=200)
WORKERS = only("paula rita otto", 403, 200)  # who neither opens nor answers deals looks up nothing
ANAS, NOT_NOW = only("ana"), only("ana", 409)
DECIDES = only("rita", ana=403)
INTEGRATES = only("ana paula")
OURS = "move_stage win lose close_as_error share ask_help invite add_member set_solutions comment "
OURS += "edit favour unfavour"

# (address, method) -> who gets which answer. The record is Ana's private deal; her registration
# in the state that the verb leads on from; what her company is told of by webhook.
TABLE: dict[tuple[str, str], dict[str, int]] = {
    ("wire_referrals", "GET"): EVERYBODY,
    ("wire_referrals", "POST"): only("ana bruno", 200, 403, carla=400),
    ("wire_referral", "GET"): ANAS,
    ("wire_referral", "PUT"): ANAS,
    ("wire_referral", "PATCH"): only("ana", 204),
    ("api_referral", "GET"): ANAS,
    **{(f"api_referral_{verb}", "POST"): ANAS for verb in OURS.split()},
    **{(f"api_referral_{v}", "POST"): NOT_NOW for v in "accept decline register".split()},
    ("api_referral_remove_member", "POST"): NOT_NOW,  # the last one stays
    ("api_referral_reveal_contact", "POST"): only("ana", 403),  # it is hers to read anyway
    ("api_registrations", "GET"): EVERYBODY,
    **{
        (f"api_registration{part}", "GET"): only("ana rita")
        for part in ("", "_documents", "_document")
    },
    **{
        (f"api_registration_{verb}", "POST"): ANAS
        for verb in "edit submit forgo attach detach".split()
    },
    **{
        (f"api_registration_{verb}", "POST"): DECIDES
        for verb in "approve ask_more fail pull_back".split()
    },
    ("api_registration_ask_exception", "POST"): only("ana", rita=403),
    ("api_exception", "GET"): only("ana rita"),
    ("api_exception_grant", "POST"): DECIDES,
    ("api_exception_refuse", "POST"): DECIDES,
    **{(f"api_{noun}", "GET"): WORKERS for noun in "customers locations people solutions".split()},
    ("api_picklists", "GET"): EVERYBODY,
    ("api_picklist", "GET"): EVERYBODY,
    ("api_routing_rules", "GET"): only("ana bruno carla"),
    ("api_routing_rules", "POST"): only("ana", bruno=403, carla=400),
    ("api_routing_rule", "GET"): only("ana bruno"),
    ("api_routing_rule", "PUT"): only("ana", bruno=403),
    ("api_routing_rule", "DELETE"): only("ana", 204, bruno=403),
    ("api_events", "GET"): EVERYBODY,
    ("api_deliveries", "GET"): EVERYBODY,
    ("api_deliveries_replay", "POST"): INTEGRATES,
    ("api_delivery", "GET"): INTEGRATES,
    ("api_delivery_replay", "POST"): only("ana paula", 409),  # it waits to be sent already
    ("api_webhook_secret", "POST"): INTEGRATES,
    ("webhook_registration", "GET"): INTEGRATES,
    ("webhook_registration", "POST"): only("ana paula", 409, 200, bruno=403, rita=403),
    ("webhook_registration", "PUT"): INTEGRATES,
    ("webhook_registration", "DELETE"): only("ana paula", 204),
    ("webhook_names", "GET"): EVERYBODY,
    ("webhook_validations", "POST"): INTEGRATES,
    ("webhook_validation", "GET"): INTEGRATES,
    **{("api_description", "GET"): EVERYBODY},
}
OPEN = {"webhook_certificate"}  # for everybody: it lets receivers check what is ours
PAGES = {"api_reference"}  # read by people who signed in: tests of its own
ADDRESSES = sorted(name for name, pattern in routes() if methods(pattern))


def everything() -> tuple[Any, ...]:
    """What nobody may change by being refused."""
    kinds: list[Any] = [Event, Message, Comment, Document, Delivery, Answered, RoutingRule]
    versions = [
        kind.objects.aggregate(sum=Sum("version"))["sum"]
        for kind in (Referral, Registration, Subscription, Person)
    ]
    return (*(kind.objects.count() for kind in kinds), *versions)


def test_every_address_is_in_the_table() -> None:
    offered = {
        (name, method) for name, p in routes() if name not in OPEN | PAGES for method in methods(p)
    }
    assert offered == set(TABLE)
    assert {name for name, p in routes() if not methods(p)} <= OPEN | PAGES


@pytest.mark.rule("API-150")
@pytest.mark.rule("API-151")
@pytest.mark.parametrize("name", sorted({name for name, _method in TABLE}))
def test_address_as_everybody(name, world: World, callers: dict[str, Caller]) -> None:  # noqa: F811
    path = world.path(name)
    nothing = ID.sub(str(uuid4()), path)
    for method in sorted(method for known, method in TABLE if known == name):
        body, headers = world.body(name, method)
        reads = method == "GET"
        expected = TABLE[name, method]
        expected = expected | ALWAYS | {"reader": expected["ana"] if reads else 403}
        before, found = everything(), {}
        for who, call in callers.items():
            dry = "?validateOnly=true" if not reads and expected[who] < 400 else ""
            answer = call(method, path + dry, body, **headers)
            found[who] = answer.status_code
            if answer.status_code == 404 and nothing != path:
                unknown = call(method, nothing, body, **headers)
                assert same(answer) == same(unknown), (who, method)
            if answer.status_code >= 400:
                assert in_shape(answer), (who, method, answer.content)
        assert found == expected, (name, method)
        assert everything() == before, (name, method)


def same(answer: Any) -> Any:
    """All that a caller is told, but for what names this answer."""
    own = {"Request-ID", "Date", "RateLimit", "RateLimit-Remaining", "RateLimit-Reset"}
    headers = {name: value for name, value in answer.headers.items() if name not in own}
    return answer.status_code, ID.sub("", answer.content.decode()), headers


def in_shape(answer: Any) -> bool:
    error = answer.json()["error"]
    named = {"code", "message"} <= set(error) <= {"code", "message", "target", "innerError"}
    return named and answer["Content-Type"] == "application/json" and bool(answer["Request-ID"])


def writable(pattern: Any) -> bool:
    scope = pattern.callback.cls.scope
    return not scope or f"{scope}.write" in ALL


@pytest.mark.rule("API-152")
def test_what_an_address_does_not_have_is_405_and_says_what_it_has(world, callers) -> None:  # noqa: F811
    for name, pattern in routes():
        if name in OPEN | PAGES:
            continue
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE"} - methods(pattern):
            path = world.path(name)
            answer = callers["ana"](method, path)
            unheld = method != "GET" and not writable(pattern)
            wanted = 403 if unheld else 405  # nobody holds a scope that there is not
            assert (answer.status_code, in_shape(answer)) == (wanted, True), (name, method)
            assert methods(pattern) <= set(answer["Allow"].split(", ")), (name, method)
            assert callers["stranger"](method, path).status_code == 401, (name, method)
        options = callers["ana"]("OPTIONS", world.path(name))
        assert options.status_code in (200, 415), name


@pytest.mark.rule("API-150")
def test_tokens_mean_nothing_where_tokens_are_given(callers) -> None:  # noqa: F811
    for who, call in callers.items():
        asked = call.post("/oauth/token", "grant_type=client_credentials", Content_Type=FORM)
        assert (asked.status_code, asked.json()["error"]) == (401, "invalid_client"), who
        assert call.post("/oauth/revoke", "token=x", Content_Type=FORM).status_code == 401, who
        assert call.get("/oauth/authorize").status_code == 302, who  # to the sign-in
        assert call.get("/.well-known/oauth-authorization-server").status_code == 200, who
        assert call.get("/webhooks/v1/certificate").status_code == 200, who


FORM = "application/x-www-form-urlencoded"
