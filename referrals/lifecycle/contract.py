"""What follows from the contract that a registration names: which form, amounts, dates.

Amounts are in the registration's currency, dates are days in UTC. "Today" is the day of the
first submission: answering a reviewer's question late costs nobody the registration.
"""

from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings

from portal import money, terms
from referrals.choices import Pricing, Term
from referrals.lifecycle.eligibility import month_of_win, partners


def by_contract(registration: Any) -> bool:
    """Sold by a contract of the partner's own, not on the marketplace: the long form."""
    return registration.is_marketplace is False


def by_marketplace(registration: Any) -> bool:
    """Sold on the marketplace: the short form, checked against the marketplace's books."""
    return registration.is_marketplace is True


def finite(registration: Any) -> bool:
    return by_contract(registration) and registration.term == Term.FINITE


def is_payg(registration: Any) -> bool:
    return by_contract(registration) and registration.pricing == Pricing.PAYG


def several_partners(registration: Any) -> bool:
    return len(partners(registration.referral)) > 1


def today(registration: Any) -> date:
    counted: date = (registration.submitted_at or registration.now).date()
    return counted


def earliest(registration: Any) -> date:
    """No contract is signed before the deal was opened, and the vendor asked in."""
    vendor, opened = registration.deal.vendor_leg, registration.referral.created_at
    invited = vendor.created_at if vendor else opened
    day: date = max(opened, invited).date()
    return day


def annual_value(registration: Any) -> Decimal | None:
    """Of one year, in the registration's currency; a term under a year counts as one."""
    if registration.total_value is None:
        return None
    if registration.term == Term.PERPETUAL:
        return money.annual(registration.total_value, Decimal(settings.PERPETUAL_YEARS))
    if not (registration.starts_on and registration.ends_on):
        return None
    if registration.ends_on < registration.starts_on:
        return None
    length = terms.years(registration.starts_on, registration.ends_on)
    return money.annual(registration.total_value, max(length, Decimal(1)))


def in_usd(registration: Any, amount: Decimal | None) -> Decimal | None:
    """By the rate of the month of the win; None while that is not loaded."""
    if amount is None:
        return None
    return money.in_usd(amount, registration.currency, month_of_win(registration.referral))
