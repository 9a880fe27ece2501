"""Which mail goes about a registration: to its team, and to the reviewers (facts 2.8)."""

from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from notifications import kinds
from notifications.outbox import tell
from portal.models import Person, Role
from referrals.choices import ReviewReason
from referrals.mail.facts import facts
from referrals.mail.readers import Readers, teams
from referrals.models import ExceptionRequest, Registration

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
    _to_team(ACTION_REQUIRED, registration, question=registration.question)


def failed(registration: Registration) -> None:
    """The review was failed: the team hears why, and until when an exception can be asked."""
    with translation.override(None):
        reason = str(registration.get_fail_reason_display())
    _to_team(FAILED, registration, reason=reason, note=registration.fail_note)


def selected(registration: Registration) -> None:
    """It was not approved automatically, or pulled back: the team hears why."""
    _to_team(SELECTED, registration, reasons=_reasons(registration))


def approved(registration: Registration) -> None:
    """Approved, by the clock or by a reviewer: the team hears of it."""
    _to_team(APPROVED, registration)


def waiting(registration: Registration) -> None:
    """It is the reviewers' turn."""
    said = {"reasons": _reasons(registration)}
    tell(WAITING, _reviewers(), about=registration, context=_facts(registration) | said)


def exception_asked(request: ExceptionRequest) -> None:
    """A partner asks for an exception: the reviewers hear of it."""
    said = {"explanation": request.explanation, "due_at": request.due_at.isoformat()}
    known = _facts(request.registration)
    tell(EXCEPTION_ASKED, _reviewers(), about=request, context=known | said)


def exception_decided(request: ExceptionRequest) -> None:
    """The decision is final: the team hears of it, with the words of the reviewer."""
    granted = request.status == "granted"
    _to_team(
        EXCEPTION_DECIDED, request.registration, event=request, granted=granted, note=request.note
    )


def _to_team(kind: str, registration: Registration, *, event: Any = None, **said: Any) -> None:
    """The team of the leg; where it names nobody, those in charge of it."""
    leg = registration.referral
    rows = teams([leg.pk]).get((leg.pk, leg.company_id), [])
    people, addresses = Readers([leg.company_id]).answer_to(leg, rows)
    tell(
        kind,
        people,
        about=registration,
        event=event,
        context=_facts(registration) | said,
        addresses=addresses,
    )


def _reasons(registration: Registration) -> list[str]:
    """Msgids, which the template translates for each reader."""
    with translation.override(None):
        return [str(ReviewReason(code).label) for code in registration.reasons]


def _reviewers() -> list[Person]:
    rows = Person.objects.filter(company__kind="vendor", memberships__role=Role.REVIEWER)
    return list(rows.filter(is_active=True).distinct())


def _facts(registration: Registration) -> dict[str, Any]:
    """The deal's facts; the value is what the registration says, where it says one."""
    known = facts(registration.referral)
    if registration.total_value is not None:
        known |= {"value": str(registration.total_value), "currency": registration.currency}
    return known
