"""How registrations, their files and their exceptions are described."""

from typing import Any

from drf_spectacular.types import OpenApiTypes

from portal.api import schema as plain
from portal.api.fields import Shape, wire_name
from portal.api.schema import (
    ALLOWED,
    DAY,
    FLAG,
    ID,
    LINES,
    MOMENT,
    NAMED,
    NUMBER,
    TEXT,
    WHOLE,
    many,
    maybe,
    named,
    query,
    thing,
)
from portal.models import Document
from referrals.api.schema_verbs import CRITERIA, example, written
from referrals.lifecycle import exception
from referrals.lifecycle.registration import Status

TAGS = ["registrations"]
SUMMARIES = {
    "edit": "Keep what is said; it may be incomplete",
    "submit": "Say what is missing, and submit",
    "forgo": "Close the deal for good without registering it",
    "approve": "Approve after review",
    "ask_more": "Ask the partner for more",
    "fail": "Fail after review, for a reason",
    "pull_back": "Have an automatic approval reviewed after all",
    "ask_exception": "Request the one exception of a deal",
    "detach": "Take a file of a draft out again",
}
_SAID = {
    "isMarketplace": False,
    "deployment": "azure",
    "namesBoth": True,
    "pricing": "other",
    "term": "finite",
    "totalValue": 90000,
    "solutionValue": 60000,
    "currency": "USD",
    "signedOn": "2026-11-02",
    "startsOn": "2026-11-02",
    "endsOn": "2027-11-01",
    "tenant": "customer",
}
EXAMPLES: dict[str, dict[str, Any]] = {
    "edit": {"totalValue": 95000},
    "submit": _SAID,
    "approve": {"override": "The sale had begun before the deal was opened here."},
    "ask_more": {"question": "Page 3 of the contract is missing."},
    "fail": {"failReason": "unsigned", "failNote": "Only one side signed."},
    "pull_back": {"note": "The dates look odd."},
    "ask_exception": {"explanation": "The notary was late.", "endsOn": "2027-12-31"},
    "detach": {"document": "018f3c2e-7a10-7cc0-8000-00000000000c"},
}
_TEXTS = (
    "name outcome deployment pricing term tenant currency fail_reason fail_note question eTag"
).split()
_FLAGS = "holds_contract names_both".split()
_DAYS = "marketplace_on signed_on starts_on ends_on".split()
_AMOUNTS = "total_value solution_value".split()
_MOMENTS = (
    "submitted_at pending_at action_at approved_at passed_at failed_at closed_at closes_at"
).split()


def _each(names: list[str], kind: dict[str, Any]) -> dict[str, Any]:
    return {wire_name(name): kind for name in names}


_ROW: dict[str, Any] = {
    "id": ID,
    "referralId": ID,
    "dealId": ID,
    "company": NAMED,
    "customer": NAMED,
    "solution": maybe(NAMED),
    "status": TEXT | {"enum": Status.values},
    "isMarketplace": maybe(FLAG),
    "reasons": many(TEXT),
    "createdAt": MOMENT,
    "updatedAt": MOMENT,
    "exceptionId": maybe(ID),
    "links": thing(self=TEXT),
    **_each(_TEXTS, TEXT),
    **_each(_FLAGS, FLAG),
    **_each(_DAYS, maybe(DAY)),
    **_each(_AMOUNTS, maybe(NUMBER)),
    **_each(_MOMENTS, maybe(MOMENT)),
}
_COMPACT = _ROW | {"override": TEXT, "allowedActions": ALLOWED}
_DOCUMENT = named(
    "Document",
    id=ID,
    name=TEXT,
    mediaType=TEXT,
    size=WHOLE,
    sha256=TEXT,
    state=TEXT | {"enum": Document.State.values},
    message=TEXT,
    addedAt=MOMENT,
    addedBy=TEXT,
    content=maybe(TEXT),
)
_EXCEPTION = named(
    "Exception",
    id=ID,
    registrationId=ID,
    company=NAMED,
    status=TEXT | {"enum": exception.Status.values},
    explanation=TEXT,
    changes=many(thing(field=TEXT, registered=TEXT, requested=TEXT)),
    answerBy=MOMENT,
    decidedAt=maybe(MOMENT),
    decidedBy=TEXT,
    note=TEXT,
    createdAt=MOMENT,
    eTag=TEXT,
    links=thing(self=TEXT, registration=TEXT),
    allowedActions=ALLOWED,
)

LIST: dict[str, Any] = {
    "operation_id": "listRegistrations",
    "summary": "List registrations, the newest first",
    "tags": TAGS,
    "parameters": [
        query("status", "Only those in this status.", TEXT | {"enum": Status.values}),
        *plain.PAGING,
    ],
    "responses": {200: plain.paged(named("RegistrationRow", **_ROW))},
}
ONE: dict[str, Any] = {
    "operation_id": "getRegistration",
    "summary": "Read a registration with its criteria, files and history",
    "tags": TAGS,
    "responses": {
        200: thing(
            **_COMPACT,
            criteria=CRITERIA,
            problems=many(thing(field=TEXT, message=TEXT)),
            documents=many(_DOCUMENT),
            history=LINES,
        )
    },
}
DOCUMENTS: dict[str, Any] = {
    "operation_id": "listRegistrationDocuments",
    "summary": "List the files of a registration",
    "tags": TAGS,
    "responses": {200: thing(value=many(_DOCUMENT))},
}
CONTENT: dict[str, Any] = {
    "operation_id": "getRegistrationDocument",
    "summary": "Hand out a file that left the quarantine",
    "tags": TAGS,
    "responses": {(200, "*/*"): OpenApiTypes.BINARY},
}
ATTACH: dict[str, Any] = {
    "operation_id": "attachRegistrationDocuments",
    "summary": "Attach files that prove the contract",
    "tags": TAGS,
    "parameters": [*plain.WRITING, plain.IF_MATCH],
    "request": {
        "multipart/form-data": thing(documents=many({"type": "string", "format": "binary"}))
    },
    "responses": {
        200: thing(
            **_COMPACT,
            documents=many(_DOCUMENT),
            refused=many(thing(name=TEXT, message=TEXT)),
        )
    },
}
EXCEPTION: dict[str, Any] = {
    "operation_id": "getException",
    "summary": "Read a request for an exception",
    "tags": TAGS,
    "responses": {200: _EXCEPTION},
}


def verb(name: str, shape: Shape) -> dict[str, Any]:
    """The description of one verb on a registration."""
    operation = f"{wire_name(name)}Registration"
    return written(operation, SUMMARIES[name], TAGS[0], shape) | {
        "examples": example(EXAMPLES.get(name)),
        "responses": {200: named("Registration", **_COMPACT)},
    }


def decision(name: str, shape: Shape) -> dict[str, Any]:
    """The description of granting or refusing."""
    summary = {"grant": "Grant an exception", "refuse": "Refuse an exception"}[name]
    return written(f"{name}Exception", summary, TAGS[0], shape) | {
        "examples": example({"note": "The notary confirmed the date."}),
        "responses": {200: _EXCEPTION},
    }
