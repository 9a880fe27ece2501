"""What the verbs on a registration and its exception take."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404

from portal.api.errors import Problem
from portal.api.fields import (
    AMOUNT,
    DAY,
    FLAG,
    ID,
    Shape,
    choice,
    needed,
    or_null,
    text,
    wire_name,
)
from portal.models import Document
from referrals import exception_story
from referrals.api.reading_verbs import CURRENCY, LINES
from referrals.choices import Deployment, FailReason, Pricing, Tenant, Term
from referrals.lifecycle.eligibility import ELIGIBLE_SOLUTION, won_early
from referrals.models import Registration

Given = Mapping[str, Any]
LONGEST_EXPLANATION = 20_000  # how much is read; the rule says how much is accepted

SAID: Shape = {
    "solution": or_null(ID),
    "holdsContract": FLAG,
    "namesBoth": FLAG,
    "isMarketplace": or_null(FLAG),
    "marketplaceOn": or_null(DAY),
    "deployment": or_null(choice(Deployment), ""),
    "pricing": or_null(choice(Pricing), ""),
    "term": or_null(choice(Term), ""),
    "tenant": or_null(choice(Tenant), ""),
    "totalValue": or_null(AMOUNT),
    "solutionValue": or_null(AMOUNT),
    "currency": CURRENCY,
    "signedOn": or_null(DAY),
    "startsOn": or_null(DAY),
    "endsOn": or_null(DAY),
}
CHANGES: Shape = {
    "term": choice(Term),
    "totalValue": AMOUNT,
    "signedOn": DAY,
    "startsOn": DAY,
    "endsOn": DAY,
}


def nothing(found: Registration | None) -> Shape:
    """A verb that takes no input."""
    return {}


def said(found: Registration | None) -> Shape:
    """What is registered; null empties an answer, and what is not sent stays."""
    return SAID


def saying(found: Registration, given: Given) -> dict[str, Any]:
    values = dict(given)
    if "solution" in values:
        values["solution_id"] = _sold(found, values.pop("solution"))
    return values


def _sold(found: Registration, pk: UUID | None) -> UUID | None:
    eligible = found.referral.solutions.filter(status=ELIGIBLE_SOLUTION)
    if pk is not None and not eligible.filter(pk=pk).exists():
        message = "This is no solution of the deal that is eligible."
        raise Problem(message, target="solution")
    return pk


def approve(found: Registration | None) -> Shape:
    """Nothing is asked, but why an early win is accepted."""
    early = found is None or won_early(found.referral)
    return {"override": text(LINES)} if early else {}


def ask_more(found: Registration | None) -> Shape:
    return {"question": text(LINES)}


def asking_more(found: Registration, given: Given) -> dict[str, Any]:
    return {"question": "", **given}


def fail(found: Registration | None) -> Shape:
    return {"failReason": choice(FailReason), "failNote": text(LINES)}


def failing(found: Registration, given: Given) -> dict[str, Any]:
    """No reason is for the guard to refuse."""
    return {"fail_reason": "", **given}


def decided(found: Any) -> Shape:
    """Granting or refusing an exception; the guard asks why."""
    return {"note": text(LINES)}


def noted(found: Any) -> Shape:
    return {"note": needed(text(LINES, filled=True))}


def ask_exception(found: Registration | None) -> Shape:
    """Sold on the marketplace, it has a value and no terms or dates."""
    known = set(CHANGES)
    if found is not None:
        known = {wire_name(name) for name in exception_story.registered(found)}
    changes = {name: field for name, field in CHANGES.items() if name in known}
    return {"explanation": text(LONGEST_EXPLANATION), **changes}


def asking_exception(found: Registration, given: Given) -> dict[str, Any]:
    return {"explanation": "", **given}


def detach(found: Registration | None) -> Shape:
    return {"document": needed(ID)}


def detaching(found: Registration, given: Given) -> dict[str, Any]:
    row = Document.objects.of(found).filter(pk=given["document"]).first()
    if row is None:
        raise Http404
    return {"document": row}


def as_given(found: Any, given: Given) -> dict[str, Any]:
    return dict(given)
