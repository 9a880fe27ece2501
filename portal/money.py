"""Amounts in US dollars, and by the year."""

from datetime import date
from decimal import Decimal

from portal.models import ExchangeRate

USD = "USD"


def in_usd(amount: Decimal, currency: str, month: date) -> Decimal | None:
    """The amount in US dollars by the rate of the month that this day lies in, not rounded.

    None: the rate is not loaded, so nobody knows.
    """
    if currency == USD:
        return amount
    rates = ExchangeRate.objects.filter(month=month.replace(day=1), currency=currency)
    rate = rates.values_list("in_usd", flat=True).first()
    return None if rate is None else amount * rate


def annual(total: Decimal, years: Decimal) -> Decimal:
    """What a contract is worth in a year; `years`, more than nothing, is how long it runs."""
    return total / years
