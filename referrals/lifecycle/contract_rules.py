"""What a registration must say before it is submitted: one guard a rule, with its field.

Facts 2.12; decisions, Registration.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal import formats, terms
from portal.workflow import Guard, Text, guard
from referrals.choices import Deployment, Term
from referrals.lifecycle.contract import (
    annual_value,
    by_contract,
    by_marketplace,
    earliest,
    finite,
    in_usd,
    is_payg,
    several_partners,
    today,
)
from referrals.lifecycle.eligibility import ELIGIBLE_SOLUTION, obstacle

RULES: list[Guard] = []
USD = "USD"


def _rule(
    field: str, refusal: Text | Callable[[Any], Text], *, only: Callable[[Any], bool] | None = None
) -> Callable[[Guard], Guard]:
    """Add a condition on a field. It is not asked while only the button is drawn, nor where
    `only` says that the field is not part of this form."""

    def add(condition: Guard) -> Guard:
        def holds(registration: Any) -> bool:
            if registration.offered or (only and not only(registration)):
                return True
            return bool(condition(registration))

        holds.__name__ = condition.__name__
        rule = guard(refusal, field=field)(holds)
        RULES.append(rule)
        return rule

    return add


@guard(lambda registration: obstacle(registration.referral))
def eligible(registration: Any) -> bool:
    return not obstacle(registration.referral)


@_rule("holds_contract", _("Confirm that your company holds the contract."), only=several_partners)
def contract_held(registration: Any) -> bool:
    return bool(registration.holds_contract)


@_rule("solution", _("Choose the solution that was sold."))
def solution_chosen(registration: Any) -> bool:
    return registration.solution_id is not None


@_rule("solution", _("Choose a solution of this deal that is eligible for Azure IP co-sell."))
def solution_eligible(registration: Any) -> bool:
    if registration.solution_id is None:
        return True
    found = registration.referral.solutions.filter(status=ELIGIBLE_SOLUTION)
    return bool(found.filter(pk=registration.solution_id).exists())


@_rule("is_marketplace", _("Say whether it is a transaction on the marketplace."))
def marketplace_said(registration: Any) -> bool:
    return registration.is_marketplace is not None


@_rule("marketplace_on", _("Enter the date of the transaction."), only=by_marketplace)
def marketplace_dated(registration: Any) -> bool:
    return registration.marketplace_on is not None


@_rule("deployment", _("Say where the solution runs."))
def deployment_said(registration: Any) -> bool:
    return bool(registration.deployment)


@_rule(
    "deployment",
    _("Only what runs on Azure is registered. Close the deal without registration instead."),
)
def on_azure(registration: Any) -> bool:
    return bool(registration.deployment != Deployment.OTHER)


@_rule("names_both", _("The contract has to name your company and the solution."), only=by_contract)
def contract_names_both(registration: Any) -> bool:
    return bool(registration.names_both)


@_rule("pricing", _("Choose the pricing model."), only=by_contract)
def pricing_said(registration: Any) -> bool:
    return bool(registration.pricing)


@_rule("term", _("Say how long the contract runs."), only=by_contract)
def term_said(registration: Any) -> bool:
    return bool(registration.term)


@_rule("term", _("Pay as you go runs for a certain time, at most a year."), only=is_payg)
def payg_is_finite(registration: Any) -> bool:
    return bool(registration.term != Term.PERPETUAL)


@_rule("total_value", _("Enter a total value above zero."))
def total_given(registration: Any) -> bool:
    return registration.total_value is not None and registration.total_value > 0


def _annual_too_low(registration: Any) -> Text:
    worth = in_usd(registration, annual_value(registration))
    least = formats.money(settings.REGISTRATION_MIN_VALUE, USD)
    if worth is None:
        return _(
            "The exchange rate of %(currency)s for the month of the win is not loaded yet."
        ) % {"currency": registration.currency}
    said = {"worth": formats.money(worth, USD), "least": least}
    if is_payg(registration):
        return _("That is %(worth)s in a year; at least %(least)s are needed.") % said
    return _("That is %(worth)s a year; more than %(least)s are needed.") % said


@_rule("total_value", _annual_too_low, only=by_contract)
def annual_value_enough(registration: Any) -> bool:
    annual, least = annual_value(registration), settings.REGISTRATION_MIN_VALUE
    if annual is None:
        return True  # what is missing for it has a sentence of its own
    worth = in_usd(registration, annual)
    if worth is None:
        return False
    return bool(worth >= least) if is_payg(registration) else bool(worth > least)


@_rule("solution_value", _("Enter the solution's part of the value, above zero."))
def solution_value_given(registration: Any) -> bool:
    return registration.solution_value is not None and registration.solution_value > 0


@_rule("solution_value", _("The solution's part can't be more than the total."))
def solution_value_within_total(registration: Any) -> bool:
    part, total = registration.solution_value, registration.total_value
    return part is None or total is None or bool(part <= total)


@_rule("signed_on", _("Enter the date of the signature."), only=by_contract)
def signed_given(registration: Any) -> bool:
    return registration.signed_on is not None


@_rule("signed_on", _("A contract that is signed in the future can't be registered yet."))
def signed_not_later(registration: Any) -> bool:
    signed = registration.signed_on
    return not by_contract(registration) or signed is None or bool(signed <= today(registration))


def _too_early(registration: Any) -> Text:
    return _("The contract can't be signed before %(day)s, when the deal was opened.") % {
        "day": formats.day(earliest(registration))
    }


@_rule("signed_on", _too_early, only=by_contract)
def signed_after_opening(registration: Any) -> bool:
    signed = registration.signed_on
    return signed is None or bool(signed >= earliest(registration))


@_rule(
    "signed_on",
    _("Pay as you go begins within a year of the opening of the deal."),
    only=is_payg,
)
def payg_begins_in_time(registration: Any) -> bool:
    signed, opened = registration.signed_on, earliest(registration)
    return signed is None or signed < opened or bool(terms.years(opened, signed) <= 1)


def _too_late(registration: Any) -> Text:
    days = {"days": settings.REGISTRATION_SIGNED_DAYS}
    if is_payg(registration):
        return _("A deal is registered within %(days)s days of the last invoice.") % days
    return _("A deal is registered within %(days)s days of the signature.") % days


@_rule("signed_on", _too_late, only=by_contract)
def signed_in_time(registration: Any) -> bool:
    """Pay as you go is counted from its last invoice: the first may be a year old."""
    counted = registration.ends_on if is_payg(registration) else registration.signed_on
    latest = timedelta(days=settings.REGISTRATION_SIGNED_DAYS)
    return counted is None or bool(today(registration) - counted <= latest)


@_rule("starts_on", _("Enter the date of the start."), only=by_contract)
def start_given(registration: Any) -> bool:
    return registration.starts_on is not None


@_rule(
    "starts_on",
    lambda _r: (
        _("The start can't be more than %(days)s days ago.")
        % {"days": settings.REGISTRATION_START_DAYS}
    ),
    only=by_contract,
)
def start_recent(registration: Any) -> bool:
    start, most = registration.starts_on, timedelta(days=settings.REGISTRATION_START_DAYS)
    if start is None or is_payg(registration):
        return True
    return bool(today(registration) - start <= most)


@_rule("starts_on", _("Pay as you go starts with its first invoice, the date above."), only=is_payg)
def payg_starts_signed(registration: Any) -> bool:
    start, signed = registration.starts_on, registration.signed_on
    return start is None or signed is None or bool(start == signed)


@_rule("ends_on", _("Enter the date of the end."), only=finite)
def end_given(registration: Any) -> bool:
    return registration.ends_on is not None


@_rule("ends_on", _("The end can't be before the start."), only=finite)
def end_after_start(registration: Any) -> bool:
    start, end = registration.starts_on, registration.ends_on
    return start is None or end is None or bool(end >= start)


@_rule("ends_on", _("Pay as you go is registered for at most a year."), only=is_payg)
def payg_within_a_year(registration: Any) -> bool:
    start, end = registration.starts_on, registration.ends_on
    if start is None or end is None or end < start:
        return True
    return bool(terms.years(start, end) <= 1)


@_rule("tenant", _("Say in whose tenant the solution runs."), only=by_contract)
def tenant_said(registration: Any) -> bool:
    return bool(registration.tenant)


@_rule("documents", _("Attach the contract."), only=by_contract)
def contract_attached(registration: Any) -> bool:
    return any(one.state != "refused" for one in registration.documents)
