"""The conditions on deciding a registration and its exception, each with its sentence."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.workflow import Text, guard, is_past
from referrals.choices import ReviewReason
from referrals.lifecycle.contract import annual_value, in_usd, is_payg
from referrals.lifecycle.eligibility import partners, won_early

EXPLANATION_MOST = 5000  # characters (facts 2.12)
READY, WAITING, REFUSED = "ready", "quarantined", "refused"
# Asked by the portal itself; kept as a msgid, so that each reader gets it translated.
FILES_REFUSED = _("None of the files could be accepted. Attach the contract again.")


def review_reasons(registration: Any) -> list[str]:
    """Why nobody but a reviewer can approve this (facts 2.12): empty where the clock may."""
    if ReviewReason.ANSWERED in registration.reasons:
        return [ReviewReason.ANSWERED]
    worth = in_usd(registration, annual_value(registration))
    found = {
        ReviewReason.LARGE: worth is None or worth > settings.REGISTRATION_REVIEW_ABOVE,
        ReviewReason.PARTNERS: len(partners(registration.referral)) > 1,
        ReviewReason.PAYG: is_payg(registration),
        ReviewReason.EARLY: won_early(registration.referral),
    }
    return [str(reason) for reason, holds in found.items() if holds]


def _states(registration: Any) -> set[str]:
    return {one.state for one in registration.documents}


@guard(_("The files are still being scanned."))
def scanned(registration: Any) -> bool:
    return WAITING not in _states(registration) and not _all_refused(registration)


def _all_refused(registration: Any) -> bool:
    return _states(registration) == {REFUSED}


@guard(_("No file was refused."))
def files_refused(registration: Any) -> bool:
    return _all_refused(registration)


@guard(_("It is no transaction on the marketplace."))
def on_marketplace(registration: Any) -> bool:
    return bool(registration.is_marketplace)


@guard(_("Nobody needs to review it."))
def needs_eyes(registration: Any) -> bool:
    return not registration.is_marketplace and bool(review_reasons(registration))


@guard(_("A reviewer has to decide it."))
def automatic(registration: Any) -> bool:
    return not registration.is_marketplace and not review_reasons(registration)


def _held(registration: Any) -> Text:
    return _("%(company)s registers this deal.") % {"company": registration.deal.registered_by.name}


@guard(_held)
def not_held_by_others(registration: Any) -> bool:
    holding = registration.deal.registered_by
    return holding is None or holding.pk == registration.company_id


@guard(_("You worked on this deal, or pulled it back. Another reviewer decides."))
def other_eyes(registration: Any) -> bool:
    """Four eyes: who sold, or doubted an approval, does not decide about it."""
    person = registration.actor.person
    return person is None or not registration.is_biased(person)


@guard(_("Say what the partner should send or correct."))
def question_asked(registration: Any) -> bool:
    return bool(registration.offered or registration.given.get("question", "").strip())


@guard(_("The deal was won too soon. Say why the registration is accepted all the same."))
def early_win_explained(registration: Any) -> bool:
    given = registration.offered or registration.given.get("override", "").strip()
    return bool(given or not won_early(registration.referral))


@guard(_("Choose a reason."))
def fail_explained(registration: Any) -> bool:
    return bool(registration.offered or registration.given.get("fail_reason"))


@guard(_("It is not time to close it yet."))
def close_due(registration: Any) -> bool:
    return is_past(registration.due_at, registration)


@guard(_("This deal was closed without registration."))
def was_submitted(registration: Any) -> bool:
    return registration.submitted_at is not None


@guard(_("One exception can be requested for a deal, and this one was."))
def exception_unused(registration: Any) -> bool:
    return not registration.has_exception


def _exception_late(_registration: Any) -> Text:
    return _("An exception is requested within %(days)s days of the first registration.") % {
        "days": settings.EXCEPTION_DAYS
    }


@guard(_exception_late)
def exception_in_time(registration: Any) -> bool:
    last = registration.submitted_at + timedelta(days=settings.EXCEPTION_DAYS)
    return bool(registration.now <= last)


@guard(_("Explain the exception, in at most 5,000 characters."))
def exception_explained(registration: Any) -> bool:
    text = registration.given.get("explanation", "").strip()
    return bool(registration.offered or 0 < len(text) <= EXPLANATION_MOST)


@guard(_("No exception was granted."))
def exception_granted(registration: Any) -> bool:
    return bool(registration.has_granted_exception)
