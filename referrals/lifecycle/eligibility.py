"""Can this deal be registered? Every criterion, with what is known and a sentence.

The one place for it: the deal's page, the form, the API and the insights read this
(facts 2.12; decisions, Registration). A referral is read with its deal, the deal's legs
and customer, and its solutions.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal import formats, money
from portal.workflow import Text
from referrals.choices import Motion
from referrals.lifecycle.referral import Status

ELIGIBLE_SOLUTION = "ip"
WITH_US = (Status.ACCEPTED, Status.WON)


class State(models.TextChoices):
    MET = "met", _("met")
    UNMET = "unmet", _("not met")
    UNKNOWN = "unknown", _("not known yet")


@dataclass(frozen=True)
class Criterion:
    """`decides` is False for what a reviewer may overlook with a reason."""

    code: str
    state: State
    label: Text
    hint: Text = ""
    decides: bool = True


Answer = tuple[State, Text]
Test = Callable[[Any], Answer | None]
MET, UNMET, UNKNOWN = State.MET, State.UNMET, State.UNKNOWN
_TESTS: list[tuple[str, Text, bool, Test]] = []


def _criterion(label: Text, *, decides: bool = True) -> Callable[[Test], Test]:
    """A test answers with a state and a sentence, or None where nothing is asked."""

    def add(test: Test) -> Test:
        _TESTS.append((test.__name__, label, decides, test))
        return test

    return add


def criteria(referral: Any) -> list[Criterion]:
    """Every criterion that this referral is measured by, in the order of the page."""
    answers = [(code, test(referral), label, decides) for code, label, decides, test in _TESTS]
    return [
        Criterion(code, answer[0], label, answer[1], decides)
        for code, answer, label, decides in answers
        if answer is not None
    ]


def verdict(found: list[Criterion]) -> State:
    """Unmet as soon as one that decides is not met; met when all of them are."""
    states = {one.state for one in found if one.decides}
    return next((state for state in (UNMET, UNKNOWN) if state in states), MET)


def obstacle(referral: Any) -> Text:
    """The sentence of the first criterion that keeps the deal from being registered now."""
    found = [one for one in criteria(referral) if one.decides]
    for state in (UNMET, UNKNOWN):
        if first := next((one for one in found if one.state == state), None):
            return first.hint
    return ""


def month_of_win(referral: Any) -> date:
    """Whose exchange rate counts; this month's, while the deal is open (UTC)."""
    day: date = (referral.closed_at or referral.now).date()
    return day.replace(day=1)


def won_early(referral: Any) -> bool:
    """Won, or to be won now, within EARLY_WIN of opening (decision 9)."""
    won_at = referral.closed_at or referral.now
    return bool(won_at - referral.created_at < settings.EARLY_WIN)


def partners(referral: Any) -> list[Any]:
    """The legs of partners that take, took, or may still take part in the deal."""
    gone = (Status.DECLINED, Status.EXPIRED, Status.ERROR)
    legs = [leg for leg in referral.deal.legs.all() if not leg.company.is_vendor]
    return [leg for leg in legs if leg.shown_status not in gone]


@_criterion(_("The deal is won"))
def won(referral: Any) -> Answer:
    if referral.status == Status.WON:
        return MET, ""
    if referral.is_open:
        return UNKNOWN, _("The deal is still open.")
    return UNMET, _("The deal was not won.")


@_criterion(_("It sells our own product (IP co-sell)"))
def own_product(referral: Any) -> Answer:
    if referral.deal.motion == Motion.IP:
        return MET, ""
    if referral.deal.motion == Motion.ASSESSMENT:
        return UNMET, _("Solution assessments are never registered.")
    return UNMET, _("Services are not registered, only products.")


@_criterion(_("It is co-sell or partner-led"))
def shared(referral: Any) -> Answer:
    if referral.deal.visible_to_vendor:
        return MET, ""
    if referral.is_open:
        return UNKNOWN, _("The deal is private. Show it to the vendor before it is closed.")
    return UNMET, _("The deal is private; private deals are never registered.")


@_criterion(_("A solution is eligible for Azure IP co-sell"))
def solution(referral: Any) -> Answer:
    if any(one.status == ELIGIBLE_SOLUTION for one in referral.solutions.all()):
        return MET, ""
    if referral.is_open:
        return UNKNOWN, _("Add a solution that is eligible before the deal is closed.")
    return UNMET, _("No solution of this deal is eligible for Azure IP co-sell.")


@_criterion(_("The value reaches the limit"))
def value(referral: Any) -> Answer:
    least, month = settings.REGISTRATION_MIN_VALUE, month_of_win(referral)
    said = {"least": formats.money(least, "USD"), "currency": referral.currency}
    worth = money.in_usd(referral.value, referral.currency, month)
    if worth is None:
        said |= {"month": formats.month(month)}
        return UNKNOWN, _(
            "The exchange rate of %(currency)s for %(month)s is not loaded yet."
        ) % said
    said |= {"worth": formats.money(worth, "USD")}
    if worth >= least:
        return MET, _("%(worth)s, at least %(least)s are needed.") % said
    return UNMET, _("The value is %(worth)s; at least %(least)s are needed.") % said


@_criterion(_("The vendor manages the customer"))
def managed(referral: Any) -> Answer:
    known = referral.deal.customer.managed
    if known is None:
        return UNKNOWN, _("The customer is still being matched with the vendor's accounts.")
    if known:
        return MET, ""
    return UNMET, _("The vendor does not manage this customer.")


@_criterion(_("The vendor accepted"))
def vendor_accepted(referral: Any) -> Answer | None:
    leg = referral.deal.vendor_leg
    if leg is None:
        return None
    if leg.shown_status in WITH_US:
        return MET, ""
    if leg.shown_status == Status.PENDING:
        return UNKNOWN, _("The vendor has not answered yet.")
    return UNMET, _("The vendor's part of the deal is %(status)s.") % {
        "status": leg.shown_status.label.lower()
    }


@_criterion(_("We hold the customer's contract"))
def contract_holder(referral: Any) -> Answer | None:
    if len(partners(referral)) < 2:
        return None
    holding = referral.deal.registered_by
    if holding is None:
        return MET, _("Only the partner that holds the contract registers. The form asks for it.")
    if holding.pk == referral.company_id:
        return MET, ""
    return UNMET, _("%(company)s registers this deal.") % {"company": holding.name}


@_criterion(_("It was not won too soon"), decides=False)
def waited(referral: Any) -> Answer:
    hours = {"hours": int(settings.EARLY_WIN.total_seconds() // 3600)}
    if not won_early(referral):
        return MET, ""
    if referral.is_open:
        return UNKNOWN, _("Wait %(hours)s hours after opening before you mark it as won.") % hours
    return UNMET, _(
        "It was won within %(hours)s hours of opening. A reviewer refuses the registration"
        " unless there is a good reason."
    ) % hours
