"""Working days: neither a weekend nor a public holiday, as each country counts them."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import holidays

EURO = "XECB"  # the calendar of the Central Bank's payment system, which its rates follow
_DAY = timedelta(days=1)


def add(moment: datetime, days: int, country: str) -> datetime:
    """That many working days after an aware moment, at the same time of day, in UTC.

    `country` is an ISO 3166 code of two letters; one that nobody knows has weekends only.
    """
    moment = moment.astimezone(UTC)
    for _ in range(days):
        moment += _DAY
        while not works(moment.date(), country):
            moment += _DAY
    return moment


def first(month: date, country: str) -> date:
    """The first working day of the month that this day lies in."""
    day = month.replace(day=1)
    while not works(day, country):
        day += _DAY
    return day


def works(day: date, country: str) -> bool:
    return day not in _off(country, day.year)


@lru_cache(maxsize=512)
def _off(country: str, year: int) -> frozenset[date]:
    """A year at once, as the library's own calendars fill themselves and threads may not share."""
    days = [date(year, 1, 1) + n * _DAY for n in range(366)]
    try:
        make = holidays.financial_holidays if country == EURO else holidays.country_holidays
        calendar = make(country, years=year)
    except NotImplementedError:
        return frozenset(day for day in days if day.weekday() > 4)
    return frozenset(day for day in days if not calendar.is_working_day(day))
