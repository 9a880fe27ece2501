"""Weekends and public holidays do not count, as each country has them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from portal import workdays

ADDED = [
    ("2026-11-20", 0, "US", "2026-11-20"),
    ("2026-11-20", 1, "US", "2026-11-23"),  # a Friday
    ("2026-11-21", 1, "US", "2026-11-23"),  # a Saturday
    ("2026-11-25", 1, "US", "2026-11-27"),  # Thanksgiving
    ("2026-11-25", 1, "BR", "2026-11-26"),
    ("2026-12-24", 1, "BR", "2026-12-28"),
    ("2027-12-30", 1, "US", "2028-01-03"),  # New Year's Day on a Saturday is kept on Friday
    ("2026-11-19", 1, "SA", "2026-11-22"),  # Friday and Saturday are the weekend
    ("2026-12-24", 1, "XX", "2026-12-25"),
    ("2026-12-25", 1, "", "2026-12-28"),
    ("2026-11-20", 14, "XX", "2026-12-10"),
    ("2026-11-20", 14, "US", "2026-12-11"),
]


@pytest.mark.rule("REG-042")
@pytest.mark.parametrize(("start", "days", "country", "end"), ADDED)
def test_working_days_are_added(start: str, days: int, country: str, end: str) -> None:
    moment = datetime.fromisoformat(f"{start}T15:30:12+00:00")
    assert workdays.add(moment, days, country).isoformat() == f"{end}T15:30:12+00:00"


@pytest.mark.rule("REG-042")
def test_the_day_is_the_one_in_utc() -> None:
    west = timezone(timedelta(hours=-8))
    late = datetime(2026, 11, 19, 20, tzinfo=west)  # Friday in UTC
    assert workdays.add(late, 1, "US") == datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert workdays.add(late, 1, "US").tzinfo is UTC


FIRSTS = [("2026-11", 2), ("2026-05", 4), ("2027-01", 4), ("2018-04", 3), ("2026-10", 1)]


@pytest.mark.parametrize(("month", "day"), FIRSTS)
def test_the_first_day_that_euro_rates_are_published(month: str, day: int) -> None:
    last = date.fromisoformat(f"{month}-28")
    assert workdays.first(last, workdays.EURO) == last.replace(day=day)
