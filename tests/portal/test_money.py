"""Amounts in dollars by the rate of a month, and by the length of a term."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import clock, money, terms
from portal.models import ExchangeRate

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def rate(db: None) -> ExchangeRate:
    return ExchangeRate.objects.create(
        month=NOVEMBER, currency="JPY", in_usd=Decimal("0.0068"), loaded_at=clock.now()
    )


@pytest.mark.rule("REG-040")
@pytest.mark.parametrize("day", [1, 15, 30])
def test_an_amount_counts_by_the_rate_of_its_month(rate: ExchangeRate, day: int) -> None:
    got = money.in_usd(Decimal("1000000.50"), "JPY", date(2026, 11, day))
    assert got == Decimal("6800.0034")


@pytest.mark.rule("REG-041")
def test_without_the_months_rate_nobody_knows(rate: ExchangeRate) -> None:
    assert money.in_usd(Decimal(1), "JPY", date(2026, 12, 1)) is None
    assert money.in_usd(Decimal(1), "JPY", date(2026, 10, 31)) is None
    assert money.in_usd(Decimal(1), "BRL", NOVEMBER) is None


def test_dollars_need_no_rate(db: None) -> None:
    assert money.in_usd(Decimal("25000.01"), "USD", NOVEMBER) == Decimal("25000.01")


def test_one_query(rate: ExchangeRate, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(1):
        money.in_usd(Decimal(1), "JPY", NOVEMBER)


@pytest.mark.rule("REG-043")
def test_a_years_worth() -> None:
    assert money.annual(Decimal(90_000), Decimal(3)) == Decimal(30_000)
    assert money.annual(Decimal(30_000), Decimal("0.5")) == Decimal(60_000)


TERMS = [
    ("2024-01-01", "2026-12-31", Decimal(3)),
    ("2024-02-29", "2025-02-28", Decimal(1)),
    ("2023-03-01", "2024-02-29", Decimal(1)),
    ("2024-02-29", "2028-02-28", Decimal(4)),
    ("2026-01-01", "2026-01-01", Decimal(1) / 365),
    ("2024-01-01", "2024-01-01", Decimal(1) / 366),
    ("2024-01-01", "2025-07-02", 1 + Decimal(183) / 365),
    ("2024-02-29", "2025-03-01", 1 + Decimal(1) / 365),
    ("2026-01-01", "9999-12-31", Decimal(7974)),
]


@pytest.mark.rule("REG-043")
@pytest.mark.parametrize(("start", "end", "length"), TERMS)
def test_the_length_of_a_term(start: str, end: str, length: Decimal) -> None:
    assert terms.years(date.fromisoformat(start), date.fromisoformat(end)) == length


def test_a_term_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValueError, match="before"):
        terms.years(NOVEMBER, NOVEMBER - timedelta(days=1))


STARTS = st.dates(date(1600, 1, 1), date(2400, 12, 31))


def _after(start: date, years: int) -> date:
    """The day on which the next term starts."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return date(start.year + years, 3, 1)


@pytest.mark.rule("REG-043")
@given(start=STARTS, whole=st.integers(1, 60))
def test_whole_years_are_whole(start: date, whole: int) -> None:
    assert terms.years(start, _after(start, whole) - timedelta(days=1)) == whole


@pytest.mark.rule("REG-043")
@given(start=STARTS, days=st.integers(0, 40_000))
def test_each_day_makes_a_term_longer(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    assert 0 < terms.years(start, end) < terms.years(start, end + timedelta(days=1))
