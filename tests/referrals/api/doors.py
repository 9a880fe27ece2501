"""Every verb that a page offers on a record, with a body that the API takes for it."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from referrals.models import Referral, Registration
from tests.conftest import CONTACT
from tests.referrals.registering import today

AGREED = {
    "name": CONTACT.name,
    "phone": CONTACT.phone,
    "email": CONTACT.email,
    "agreed": True,
}


def of_referral(leg: Referral, partner: Any) -> dict[str, dict[str, Any]]:
    """By verb: what is sent about this leg. `partner` is another company."""
    contact = {} if leg.deal.has_contact else {"contact": AGREED}
    solutions = [str(s.pk) for s in leg.solutions.all()]
    found: dict[str, dict[str, Any]] = {
        "accept": {},
        "decline": {"reason": "timeline"},
        "move_stage": {"stage": "40"},
        "win": {},
        "lose": {"reason": "budget", "reasonNote": "None left"},
        "close_as_error": {"reason": "test"},
        "share": {},
        "ask_help": {"help": "proof", "ask": "We need you", **contact},
        "invite": {
            "company": str(partner.pk),
            "value": 5000,
            "currency": "EUR",
            "closeOn": "2027-02-01",
            "help": "proof",
            "ask": "Join us",
            "solutions": [str(partner.solutions.order_by("code")[0].pk)],
        },
        "add_member": {"name": "Eva", "phone": "+351210000009", "email": "e@x.pt"},
        "set_solutions": {"solutions": solutions},
        "reveal_contact": {},
        "comment": {"text": "Shared words"},
        "edit": {"name": "Another name"},
        "favour": {},
        "unfavour": {},
        "register": {},
    }
    if member := leg.team.filter(company=leg.company_id).last():
        found["remove_member"] = {"email": member.email}
    return found


def of_registration(found: Registration) -> dict[str, dict[str, Any]]:
    """By verb: what is sent about this registration."""
    verbs: dict[str, dict[str, Any]] = {
        "edit": {"totalValue": 90001},
        "submit": {},
        "forgo": {},
        "approve": {},
        "ask_more": {"question": "Page 3?"},
        "fail": {"failReason": "unsigned"},
        "pull_back": {"note": "It looks odd."},
        "ask_exception": {"explanation": "The notary was late."},
    }
    if found.documents:
        verbs["detach"] = {"document": str(found.documents[0].pk)}
    return verbs


def contract() -> dict[str, Any]:
    """What the API is sent for a contract that meets every rule."""
    day = today().isoformat()
    return {
        "isMarketplace": False,
        "deployment": "azure",
        "namesBoth": True,
        "pricing": "other",
        "term": "finite",
        "totalValue": 90000,
        "solutionValue": "60000.00",
        "currency": "USD",
        "signedOn": day,
        "startsOn": day,
        "endsOn": f"{today().year + 2}-01-31",
        "tenant": "customer",
    }


def addresses(resolver: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    """(route, name) of every address there is."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, str(entry.name)
        elif isinstance(entry, URLResolver):
            yield from addresses(entry, route)


def offered_on(noun: str) -> set[str]:
    """The words behind the addresses of one record: `deals/<uuid:pk>/accept/` is `accept`."""
    start = f"{noun}/<uuid:pk>/"
    found = (route.removeprefix(start) for route, _name in addresses() if route.startswith(start))
    return {rest.strip("/").split("/")[0] for rest in found} - {""}
