"""Every address of the API, about records of one company, for the tests that walk over all."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from notifications import topics
from notifications.actions import subscription as webhooks
from notifications.webhooks import telling
from portal.models import Account, Company, Person
from referrals.actions import deal, routing
from referrals.models import Referral, Registration
from tests.calling import Caller, caller, client_of, program_of, token_of
from tests.conftest import opening
from tests.referrals.api import bodies, doors
from tests.referrals.registering import asked, at, contract, won

PROGRAMS = ("v1.0/", "webhooks/v1/")
NOWHERE = {"api_nothing", "webhook_nothing"}  # what no address matches
READS = ("referrals.read", "customers.read", "settings.read", "webhooks.read")
# Verb of a registration -> the state from which it leads on.
STATES = dict.fromkeys("edit submit forgo attach detach".split(), "draft")
STATES |= dict.fromkeys("approve ask_more fail".split(), "review")
STATES |= {"pull_back": "approved", "ask_exception": "failed"}


def routes(resolver: Any = None, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """(name, pattern) of each address for programs with a token."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, route)
        elif route.startswith(PROGRAMS) and entry.name not in NOWHERE:
            yield str(entry.name), entry


def methods(pattern: URLPattern) -> set[str]:
    """What the view of an address answers to."""
    view = getattr(pattern.callback, "cls", None)
    known = ("get", "post", "put", "patch", "delete")
    return {name.upper() for name in known if hasattr(view, name)}


class World:
    """Ana's private deal, registrations of others of hers in each state that a verb leads on
    from, a request for an exception, a routing rule, and what her company's program was sent."""

    def __init__(self, own_deal: Referral, ana: Person, customer: Account, other: Company) -> None:
        self.deal, self.ana, self.customer, self.other = own_deal, ana, customer, other
        self._known: dict[str, Any] = {}

    def path(self, name: str) -> str:
        search = "?search=northwind" if name == "api_customers" else ""
        return reverse(name, args=self._args(name)) + search

    def body(self, name: str, method: str) -> tuple[Any, dict[str, str]]:
        """What the opener would send there, and the headers that belong to it."""
        if method == "GET":
            return None, {}
        if name.startswith("wire"):
            return self._wire(name, method)
        if name.endswith("_attach"):
            sent = encode_multipart(BOUNDARY, {"documents": contract(more=b"% another")})
            return sent, {"Content_Type": MULTIPART_CONTENT}
        if name.startswith("api_routing"):
            place = str(self._rule.location_id)
            return ({"location": place, "country": "FR"} if method == "POST" else
                    {"location": place}), {"If_Match": f'"{self._rule.pk.hex[:8]}-1"'}  # fmt: skip
        if name == "webhook_registration":
            wish = self._told["wish"]
            return {"WebhookUrl": wish.url, "WebhookEvents": list(wish.events)}, {}
        return self._of_verb(name), {}

    def _of_verb(self, name: str) -> Any:
        _api, noun, *verb = name.split("_", 2)
        if noun == "referral" and verb:
            return doors.of_referral(self.deal, self.other)[verb[0]]
        if noun == "registration" and verb:
            return doors.of_registration(self._registration(verb[0])).get(verb[0], {})
        return {"note": "We saw the paper."} if noun == "exception" else {}

    def _wire(self, name: str, method: str) -> tuple[Any, dict[str, str]]:
        if method == "POST":
            return bodies.body(self.ana), {}
        if method == "PATCH":
            return [bodies.op("/details/notes", "Other words")], {}
        found = self._once("wire", lambda: caller(self.ana).get(self.path(name)).json())
        sent = {key: value for key, value in found.items() if key != "links"}
        return sent, {"If_Match": found["eTag"]}

    def _args(self, name: str) -> list[Any]:
        if name == "wire_referral" or name.startswith("api_referral"):
            return [self.deal.pk]
        if name == "api_registrations":
            return []
        if name.startswith("api_registration"):
            verb = name.removeprefix("api_registration").strip("_")
            found = self._registration(verb)
            return [found.pk, *([found.documents[0].pk] if verb == "document" else [])]
        if name.startswith("api_exception"):
            return [self._exception.pk]
        if name == "api_routing_rule":
            return [self._rule.pk]
        if name.startswith(("api_deliver", "api_webhook", "webhook_")):
            told = self._told
            if name.startswith("api_delivery") or name == "webhook_validation":
                return [told["test" if name.startswith("webhook") else "delivery"].pk]
        return ["currency"] if name == "api_picklist" else []

    def _once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self._known:
            self._known[key] = make()
        return self._known[key]

    def _registration(self, verb: str) -> Registration:
        state = STATES.get(verb, "review")
        return self._once(state, lambda: at(state, self._won(), self.ana))

    def _won(self) -> Referral:
        return won(deal.open(opening(self.ana, self.customer), by=self.ana), self.ana)

    @property
    def _exception(self) -> Any:
        decided = self._once("asked", lambda: at("failed", self._won(), self.ana))
        return self._once("exception", lambda: asked(decided, self.ana, total_value=70000))

    @property
    def _rule(self) -> Any:
        place = self.deal.location
        assert place is not None
        return self._once(
            "rule", lambda: routing.add_rule(by=self.ana, location=place, country="DE")
        )

    @property
    def _told(self) -> dict[str, Any]:
        return self._once("told", self._tell)

    def _tell(self) -> dict[str, Any]:
        """A webhook that was told of a deal and tried out."""
        wish = webhooks.Wish("http://127.0.0.1:9/hook", tuple(topics.names()))
        subscription, _secret = webhooks.subscribe(wish, by=self.ana)
        test = webhooks.send_test(subscription, by=self.ana)
        deal.open(opening(self.ana, self.customer), by=self.ana)
        telling.tell_all()
        told = subscription.deliveries.filter(event_id__isnull=False).first()
        return {"wish": wish, "test": test, "delivery": told or test}


@pytest.fixture
def world(own_deal, ana, customer, fabrikam, settings) -> World:
    settings.WEBHOOK_TEST_TARGETS = ["127.0.0.1:9"]
    settings.API_PER_MINUTE = 100_000
    return World(own_deal, ana, customer, fabrikam)


@pytest.fixture
def callers(ana, bruno, paula, carla, sam, rita, otto) -> dict[str, Caller]:
    """Each kind of person through an app; a program that only reads; one that was switched off;
    and a stranger."""
    people = {"ana": ana, "bruno": bruno, "paula": paula, "carla": carla}
    people |= {"sam": sam, "rita": rita, "otto": otto}
    found = {name: caller(person) for name, person in people.items()}
    off = client_of(ana, name="Switched off")
    ended = Caller(token_of(off, ana))
    off.is_active = False
    off.save()
    return found | {
        "reader": Caller(token_of(program_of(ana, *READS))),
        "off": ended,
        "stranger": Caller(),
    }
