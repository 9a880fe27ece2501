"""What the verbs on a referral take: the bodies of their requests, and what the actions make
of them. Bodies are closed; what they mean is asked of the guards.

A shape of None is the shape of no particular referral, for the description.
"""

from collections.abc import Mapping
from typing import Any

from django.http import Http404

from portal.api.errors import Problem
from portal.api.fields import (
    AMOUNT,
    DAY,
    EMAIL,
    FLAG,
    ID,
    PHONE,
    Shape,
    choice,
    listed,
    needed,
    nested,
    text,
    whole,
)
from portal.models import Company
from referrals.actions.opening import Contact, Invitation, Member, brought_by
from referrals.actions.responsiveness import partners_by_responsiveness
from referrals.actions.team import TEAM_MAX
from referrals.choices import PARTNER_REASONS, ErrorReason, Help, Intent, Reason, Stage
from referrals.currencies import CURRENCIES
from referrals.models import Referral, Solution

LINES = 5000  # characters of a box for several lines
SOLUTIONS_MOST = 100
Given = Mapping[str, Any]

CURRENCY = choice(code for code, _name in CURRENCIES())
HELP = choice(code for code in Help.values if code)
MEMBER: Shape = {
    "name": needed(text(150, filled=True)),
    "phone": needed(PHONE),
    "email": needed(EMAIL),
}
CONTACT: Shape = {
    "name": needed(text(150, filled=True)),
    "title": text(100),
    "phone": needed(PHONE),
    "email": needed(EMAIL),
    "agreed": needed(FLAG),
}
TERMS: Shape = {
    "name": text(200, filled=True),
    "value": AMOUNT,
    "currency": CURRENCY,
    "closeOn": DAY,
    "notes": text(LINES),
    "crmId": text(100),
    "campaignId": text(100),
}


def nothing(referral: Referral | None) -> Shape:
    """A verb that takes no input."""
    return {}


def accept(referral: Referral | None) -> Shape:
    """What is not sent stays as the sender named it."""
    return {**TERMS, "team": listed(nested(MEMBER), most=TEAM_MAX)}


def accepting(referral: Referral, given: Given) -> dict[str, Any]:
    confirmed = {name: getattr(referral, name) for name in ("name", "value", "close_on")}
    return {**confirmed, **given} | {"team": _members(given.get("team", []))}


def _members(rows: list[dict[str, str]]) -> tuple[Member, ...]:
    return tuple(Member(**row) for row in rows)


def edit(referral: Referral | None) -> Shape:
    """As the page: who was sent the deal says no intent."""
    if referral is not None and referral.sender_id:
        return TERMS
    return {**TERMS, "intent": choice(Intent)}


def decline(referral: Referral | None) -> Shape:
    """Two of the reasons are the vendor's alone."""
    own = referral is not None and not referral.company.is_vendor
    return {"reason": choice(PARTNER_REASONS if own else Reason), "reasonNote": text(LINES)}


def close_as_error(referral: Referral | None) -> Shape:
    return {"reason": choice(ErrorReason), "reasonNote": text(LINES)}


def reasoned(referral: Referral, given: Given) -> dict[str, Any]:
    """No reason is for the guard to refuse."""
    return {"reason": "", **given}


def move_stage(referral: Referral | None) -> Shape:
    return {"stage": needed(whole(referral.stages if referral else Stage))}


def ask_help(referral: Referral | None) -> Shape:
    return {
        "help": needed(HELP),
        "ask": needed(text(LINES, filled=True)),
        "contact": nested(CONTACT),
    }


def asking_help(referral: Referral, given: Given) -> dict[str, Any]:
    """The contact is asked for where the deal has none, and who it is agreed to it."""
    contact = dict(given.get("contact") or {})
    if contact and referral.deal.has_contact:
        raise Problem("The deal has its contact already.", target="contact")
    if contact and not contact.pop("agreed"):
        raise Problem("The contact has to agree that a seller may call.", target="contact/agreed")
    asked = {"help": given["help"], "ask": given["ask"]}
    return asked | {"contact": Contact(**contact) if contact else None}


def invite(referral: Referral | None) -> Shape:
    return {
        "company": needed(ID),
        "value": needed(AMOUNT),
        "currency": needed(CURRENCY),
        "closeOn": needed(DAY),
        "help": needed(HELP),
        "ask": needed(text(LINES, filled=True)),
        "solutions": needed(listed(ID, most=SOLUTIONS_MOST)),
        "team": listed(EMAIL, most=TEAM_MAX),
    }


def inviting(referral: Referral, given: Given) -> dict[str, Any]:
    company = _invited(referral, given)
    colleagues = {m.email.lower(): m for m in referral.team.filter(company=referral.company_id)}
    wanted = [email.lower() for email in given.get("team", [])]
    if unknown := [n for n, email in enumerate(wanted) if email not in colleagues]:
        message = "Only people of your team can work with the partner."
        raise Problem(message, target=f"team/{unknown[0]}")
    team = [colleagues[email] for email in dict.fromkeys(wanted)]
    own = {name: given[name] for name in ("value", "currency", "close_on", "help", "ask")}
    invitation = Invitation(
        company=company,
        solutions=_brought(company, given),
        team=tuple(Member(m.name, str(m.phone), m.email) for m in team),
        **own,
    )
    return {"invitation": invitation}


def _invited(referral: Referral, given: Given) -> Company:
    found = partners_by_responsiveness("", besides=referral.company)
    company: Company | None = found.filter(pk=given["company"]).first()
    if company is None:
        raise Problem("There is no such company to invite.", target="company")
    return company


def _brought(company: Company, given: Given) -> tuple[Solution, ...]:
    wanted = list(dict.fromkeys(given["solutions"]))
    found = {row.pk: row for row in brought_by(company).filter(pk__in=wanted)}
    if missing := [n for n, pk in enumerate(given["solutions"]) if pk not in found]:
        message = "There is no such solution that the partner could bring."
        raise Problem(message, target=f"solutions/{missing[0]}")
    return tuple(found[pk] for pk in wanted)


def add_member(referral: Referral | None) -> Shape:
    return MEMBER


def adding(referral: Referral, given: Given) -> dict[str, Any]:
    return {"member": Member(**given)}


def remove_member(referral: Referral | None) -> Shape:
    return {"email": needed(EMAIL)}


def removing(referral: Referral, given: Given) -> dict[str, Any]:
    row = referral.team.filter(email__iexact=given["email"]).first()
    if row is None:
        raise Http404
    return {"member": row}


def set_solutions(referral: Referral | None) -> Shape:
    return {"solutions": needed(listed(ID, most=SOLUTIONS_MOST))}


def comment(referral: Referral | None) -> Shape:
    """The same `id` twice is the same comment."""
    return {"text": needed(text(LINES, filled=True)), "internal": FLAG, "id": ID}


def as_given(referral: Referral, given: Given) -> dict[str, Any]:
    return dict(given)
