"""How long a contract runs."""

from calendar import isleap
from datetime import date
from decimal import Decimal

CYCLE_YEARS, CYCLE_DAYS = 400, 146_097  # after which the calendar repeats itself


def years(start: date, end: date) -> Decimal:
    """The length of a term in years, both days included. Raises ValueError if it ends first.

    Whole years by the calendar; the rest by the days of the year that it is a part of.
    """
    if end < start:
        raise ValueError("A term can't end before it starts.")
    stop = end.toordinal() + 1
    whole = end.year - start.year + 1
    while _anniversary(start, whole) > stop:
        whole -= 1
    since = _anniversary(start, whole)
    length = _anniversary(start, whole + 1) - since
    return whole + Decimal(stop - since) / length


def _anniversary(start: date, after: int) -> int:
    """The day's number, so that a term may end with the last day that a date can hold.

    Who starts on 29 February has 1 March in a year without it.
    """
    cycles, year = divmod(start.year + after - 1, CYCLE_YEARS)
    leapt = (start.month, start.day) == (2, 29) and not isleap(year + 1)
    month, day = (3, 1) if leapt else (start.month, start.day)
    return date(year + 1, month, day).toordinal() + cycles * CYCLE_DAYS
