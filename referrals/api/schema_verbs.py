"""How the referral's own address and its verbs are described."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

from portal.api import schema as plain
from portal.api.fields import Shape, describe, wire_name
from portal.api.schema import (
    ALLOWED,
    FLAG,
    ID,
    LINES,
    MOMENT,
    TEXT,
    WHOLE,
    many,
    maybe,
    named,
    thing,
)
from referrals.choices import DealType
from referrals.lifecycle.eligibility import State
from referrals.lifecycle.referral import Status

SUMMARIES = {
    "accept": "Take a referral on",
    "decline": "Say no to a referral, with a reason",
    "move_stage": "Say how far the sale is",
    "win": "Mark a deal as won",
    "lose": "Mark a deal as lost, with a reason",
    "close_as_error": "Close what should not have been there",
    "share": "Show a deal to the vendor's sellers",
    "ask_help": "Ask the vendor's sellers for help",
    "invite": "Ask another partner into a deal",
    "add_member": "Add somebody to the team",
    "remove_member": "Take somebody off the team",
    "set_solutions": "Replace the solutions",
    "reveal_contact": "Look at the customer's contact; the history says so",
    "comment": "Write a note on a deal",
    "edit": "Change fields of an open deal",
    "favour": "Mark as a favourite",
    "unfavour": "Take the mark of a favourite away",
    "register": "Begin the registration of a won deal",
}
_DAY, _AMOUNT = "2027-03-31", 50000
_SOLUTION = "018f3c2e-7a10-7cc0-8000-00000000000a"
_MEMBER = {"name": "Eva Marques", "phone": "+351 210 000 009", "email": "eva@partner.example"}
EXAMPLES: dict[str, dict[str, Any]] = {
    "accept": {"name": "Data platform", "value": _AMOUNT, "closeOn": _DAY, "crmId": "CRM-4711"},
    "decline": {"reason": "timeline", "reasonNote": "We have nobody free before May."},
    "move_stage": {"stage": 40},
    "lose": {"reason": "budget"},
    "close_as_error": {"reason": "test"},
    "ask_help": {"help": "proof", "ask": "We need a proof of concept before March."},
    "invite": {
        "company": "018f3c2e-7a10-7cc0-8000-00000000000b",
        "value": 9000,
        "currency": "EUR",
        "closeOn": _DAY,
        "help": "proof",
        "ask": "Join us for the migration.",
        "solutions": [_SOLUTION],
    },
    "add_member": _MEMBER,
    "remove_member": {"email": _MEMBER["email"]},
    "set_solutions": {"solutions": [_SOLUTION]},
    "comment": {"text": "The customer asks for a date.", "internal": True},
    "edit": {"value": 65000.5, "closeOn": _DAY},
}
_COMPACT: dict[str, Any] = {
    "id": ID,
    "dealId": ID,
    "name": TEXT,
    "status": TEXT | {"enum": Status.values},
    "stage": WHOLE,
    "dealType": TEXT | {"enum": DealType.values},
    "registrationId": maybe(ID),
    "updatedAt": MOMENT,
    "eTag": TEXT,
    "links": thing(self=TEXT, wire=TEXT),
    "allowedActions": ALLOWED,
}
CRITERIA = many(
    named(
        "Criterion",
        code=TEXT,
        state=TEXT | {"enum": State.values},
        label=TEXT,
        message=TEXT,
        decides=FLAG,
    )
)
_REGISTRATION = thing(
    verdict=TEXT | {"enum": State.values},
    message=TEXT,
    criteria=CRITERIA,
    until=maybe(MOMENT),
)
_SAID = thing(id=ID, author=TEXT, company=plain.NAMED, at=MOMENT, text=TEXT, internal=FLAG)
_CONTACT = thing(name=TEXT, title=TEXT, phone=TEXT, email=TEXT)
ONE: dict[str, Any] = {
    "operation_id": "getReferralStory",
    "summary": "Read where a referral stands and what may be done with it",
    "tags": ["referrals"],
    "responses": {
        200: thing(
            **_COMPACT,
            favourite=FLAG,
            registration=maybe(_REGISTRATION),
            conversation=many(_SAID),
            history=LINES,
        )
    },
}


def verb(name: str, shape: Shape) -> dict[str, Any]:
    """The description of one verb on a referral."""
    contact: dict[str, Any] = {"contact": maybe(_CONTACT)} if name == "reveal_contact" else {}
    title = "RevealedReferral" if contact else "Referral"
    answers: dict[Any, Any] = {200: named(title, **_COMPACT, **contact)}
    if name == "remove_member":
        answers[204] = None
    return written(f"{wire_name(name)}Referral", SUMMARIES[name], "referrals", shape) | {
        "examples": example(EXAMPLES.get(name)),
        "responses": answers,
    }


def written(operation: str, summary: str, tag: str, shape: Shape) -> dict[str, Any]:
    """What every write is described by."""
    return {
        "operation_id": operation,
        "summary": summary,
        "description": f"{summary}.",
        "tags": [tag],
        "parameters": [*plain.WRITING, plain.IF_MATCH],
        "request": {"application/json": describe(shape)},
    }


def example(body: dict[str, Any] | None) -> list[OpenApiExample]:
    """One body that would be taken."""
    return [OpenApiExample("body", value=body, request_only=True)] if body else []
