"""Which mail goes about a registration: to its team, and to the reviewers (facts 2.8).

Written rows only, in the transaction of the event, as in the rest of this room. What somebody
wrote goes out verbatim; what the portal says goes as a msgid and is translated for each reader.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from notifications import kinds
from notifications.outbox import tell
from portal import clock
from portal.models import Company, Person, Role
from portal.workflow import Text
from referrals.choices import FailReason, Outcome, ReviewReason
from referrals.lifecycle.decisions import FILES_REFUSED
from referrals.mail.facts import facts
from referrals.mail.readers import Readers, teams
from referrals.models import ExceptionRequest, Registration, TeamMember

ACTION_REQUIRED = "referrals/registration_action_required"
FAILED = "referrals/registration_failed"
SELECTED = "referrals/registration_selected"
APPROVED = "referrals/registration_approved"
WAITING = "referrals/registration_waiting"
EXCEPTION_ASKED = "referrals/exception_asked"
EXCEPTION_DECIDED = "referrals/exception_decided"

kinds.declare(ACTION_REQUIRED, _("A registration needs something from us"))
kinds.declare(FAILED, _("A registration failed its review"))
kinds.declare(SELECTED, _("A registration was selected for review"))
kinds.declare(APPROVED, _("A registration was approved"))
kinds.declare(WAITING, _("A registration waits for a reviewer"))
kinds.declare(EXCEPTION_ASKED, _("An exception waits for a reviewer"))
kinds.declare(EXCEPTION_DECIDED, _("Our request for an exception was decided"))


def action_required(registration: Registration) -> None:
    """Something is missing or wrong: the team hears what."""
    question = registration.question
    by_portal = question == _msgid(FILES_REFUSED)
    _to_team(ACTION_REQUIRED, registration, question=question, by_portal=by_portal)


def failed(registration: Registration) -> None:
    """The review was failed: the team hears why, and until when an exception can be asked."""
    _to_team(
        FAILED,
        registration,
        reason=_msgid(FailReason(registration.fail_reason).label),
        note=registration.fail_note,
        exception_days=settings.EXCEPTION_DAYS,
        exception_until=_exception_until(registration),
    )


def selected(registration: Registration) -> None:
    """It was not approved automatically, or pulled back: the team hears why."""
    pulled_back = ReviewReason.PULLED in registration.reasons
    _to_team(SELECTED, registration, reasons=_reasons(registration), pulled_back=pulled_back)


def approved(registration: Registration) -> None:
    """Approved, by the clock or by a reviewer: the team hears of it."""
    _to_team(APPROVED, registration, automatic=registration.outcome == Outcome.APPROVED)


def waiting(registration: Registration) -> None:
    """It is the reviewers' turn: those who may decide hear of it."""
    said = {"reasons": _reasons(registration), "marketplace": bool(registration.is_marketplace)}
    readers = _deciders(registration)
    tell(WAITING, readers, about=registration, context=_facts(registration) | said)


def exception_asked(request: ExceptionRequest) -> None:
    """A partner asks for an exception: those who may decide hear of it."""
    registration = request.registration
    said = {"explanation": request.explanation, "due_at": request.due_at.isoformat()}
    readers = [p for p in _deciders(registration) if p.pk != registration.reviewer_id]
    tell(EXCEPTION_ASKED, readers, about=request, context=_facts(registration) | said)


def exception_decided(request: ExceptionRequest) -> None:
    """The decision is final: the team hears of it, with the words of the reviewer."""
    granted = request.status == "granted"
    _to_team(EXCEPTION_DECIDED, request.registration, granted=granted, note=request.note)


def _to_team(kind: str, registration: Registration, **said: Any) -> None:
    """The team of the leg; where it names nobody, those in charge of it."""
    leg = registration.referral
    rows = teams([leg.pk]).get((leg.pk, leg.company_id), [])
    people, addresses = Readers([leg.company_id]).answer_to(leg, rows)
    context = _facts(registration) | said
    tell(kind, people, about=registration, context=context, addresses=addresses)


def _deciders(registration: Registration) -> list[Person]:
    """The reviewers, without those whom four eyes keep from deciding."""
    biased: set[UUID | None] = {registration.pulled_back_by_id}
    team = TeamMember.objects.filter(referral__deal=registration.deal_id)
    biased |= set(team.values_list("person_id", flat=True))
    rows = Person.objects.filter(company__kind=Company.Kind.VENDOR, memberships__role=Role.REVIEWER)
    return list(rows.exclude(pk__in=biased - {None}).distinct())


def _exception_until(registration: Registration) -> str:
    """The last moment to ask for the one exception; empty where that is used or over."""
    if registration.has_exception or registration.submitted_at is None:
        return ""
    last = registration.submitted_at + timedelta(days=settings.EXCEPTION_DAYS)
    return _moment(last) if clock.now() <= last else ""


def _reasons(registration: Registration) -> list[str]:
    return [_msgid(ReviewReason(code).label) for code in registration.reasons]


def _msgid(text: Text) -> str:
    with translation.override(None):
        return str(text)


def _moment(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _facts(registration: Registration) -> dict[str, Any]:
    """The deal's facts; the value is what the registration says, where it says one."""
    known = facts(registration.referral) | {"closes_at": _moment(registration.due_at)}
    if registration.total_value is not None:
        known |= {"value": str(registration.total_value), "currency": registration.currency}
    return known
