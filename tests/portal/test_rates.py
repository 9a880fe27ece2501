"""A file of exchange rates becomes the rates of months: in both forms, checked, repeatable."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import structlog

from portal import clock, rates
from portal.actions.rates import Difference, Outcome, import_rates
from portal.actors import Program
from portal.models import ExchangeRate
from portal.rates import Fault
from portal.workflow import Refused

BY = Program("test")
TODAY = date(2026, 11, 20)
HISTORY = """\
Date,USD,JPY,BRL,
2026-11-03,1.2000,170.00,6.1000,
2026-11-02,1.1000,160.00,N/A,
2026-10-02,1.1100,150.00,6.0000,
2026-10-01,1.0000,125.00,5.0000,
"""
HEADER = "KEY,FREQ,CURRENCY,CURRENCY_DENOM,EXR_TYPE,EXR_SUFFIX,TIME_PERIOD,OBS_VALUE,OBS_STATUS\n"
TITLED = "KEY,FREQ,CURRENCY,CURRENCY_DENOM,TIME_PERIOD,OBS_VALUE,TITLE\n"


def point(currency: str, period: str, value: str, status: str = "A", freq: str = "D") -> str:
    key = f"EXR.{freq}.{currency}.EUR.SP00.A"
    return f"{key},{freq},{currency},EUR,SP00,A,{period},{value},{status}\n"


def read(text: str) -> tuple[dict[str, Decimal], list[Fault]]:
    """The rates by "BRL 2026-11", and the faults."""
    found, faults = rates.read(io.StringIO(text, newline=""), today=TODAY)
    return {f"{one.currency} {one.month:%Y-%m}": one.in_usd for one in found}, faults


def load(text: str, *, replace: bool = False) -> Outcome:
    return import_rates(io.StringIO(text), by=BY, source="history.csv", replace=replace)


def stored() -> dict[str, Decimal]:
    return {str(one): one.in_usd for one in ExchangeRate.objects.all()}


@pytest.fixture
def november(db: None) -> Iterator[None]:
    with clock.standing() as stand:
        stand(datetime(2026, 11, 20, tzinfo=UTC))
        yield


@pytest.mark.rule("REG-040")
def test_the_rate_of_a_month_is_the_first_published_in_it() -> None:
    found, faults = read(HISTORY)
    assert found == {
        "EUR 2026-10": Decimal(1),
        "JPY 2026-10": Decimal("0.008"),
        "BRL 2026-10": Decimal("0.2"),
        "EUR 2026-11": Decimal("1.1"),
        "JPY 2026-11": Decimal("0.006875"),
        "BRL 2026-11": Decimal("0.196721311475"),  # not published on the second
    }
    assert not faults


def test_a_rate_has_twelve_places() -> None:
    found, _faults = read("Date,USD,IDR\r\n2026-11-02,1.1,18001.55\r\n")
    assert found["IDR 2026-11"] == Decimal("0.000061105849")


@pytest.mark.rule("REG-040")
def test_the_data_portals_days() -> None:
    """One currency after the other, so the dollar may come last."""
    text = HEADER + "".join(
        point(*row)
        for row in [
            ("BRL", "2026-11-02", "NaN", "H"),
            ("BRL", "2026-11-03", "6.0"),
            ("JPY", "2026-11-02", "160"),
            ("JPY", "2026-11-03", "170"),
            ("USD", "2026-11-02", "1.1"),
            ("USD", "2026-11-03", "1.2"),
        ]
    )
    found, faults = read(text)
    assert found == {
        "EUR 2026-11": Decimal("1.1"),
        "JPY 2026-11": Decimal("0.006875"),
        "BRL 2026-11": Decimal("0.2"),
    }
    assert not faults


@pytest.mark.rule("REG-040")
def test_the_data_portals_months() -> None:
    text = (
        TITLED
        + 'EXR.M.USD.EUR.SP00.A,M,USD,EUR,2026-10,1.1417478260869562,"Dollar, US"\n'
        + 'EXR.M.BRL.EUR.SP00.A,M,BRL,EUR,2026-10,5.7087391304347810,"Real"\n'
        + 'EXR.M.JPY.EUR.SP00.A,M,JPY,EUR,2026-10,,"Yen"\n'
    )
    found, faults = read(text)
    assert found == {"EUR 2026-10": Decimal("1.141747826087"), "BRL 2026-10": Decimal("0.2")}
    assert not faults


@pytest.mark.rule("REG-040")
def test_a_file_that_starts_late_does_not_know_its_first_month() -> None:
    """Its first rate is not the month's first."""
    found, faults = read("Date,USD\n2026-11-02,1.1\n2026-10-02,1.2\n")
    assert found == {"EUR 2026-11": Decimal("1.1")}
    assert [fault.line for fault in faults] == [3]
    assert "starts after" in faults[0].reason
    with pytest.raises(Refused, match="starts after"):
        read("Date,USD\n2026-11-20,1.1\n")
    easter = "Date,USD\n2018-04-03,1.2308\n"  # the first was a Sunday, then Easter Monday
    assert read(easter)[0] == {"EUR 2018-04": Decimal("1.2308")}


@pytest.mark.rule("REG-040")
def test_a_day_without_dollars_is_not_used() -> None:
    found, faults = read("Date,USD,JPY\n2026-11-03,1.2,150\n2026-11-02,N/A,160\n")
    assert found == {"EUR 2026-11": Decimal("1.2"), "JPY 2026-11": Decimal("0.008")}
    assert faults == [Fault(3, "There is no rate of the US dollar for this day.")]
    with pytest.raises(Refused, match=r"no rate that can be used\. There is no rate of the US"):
        read(HEADER + point("JPY", "2026-11-02", "160"))


NO_RATES = ["0", "-1", "NaN", "inf", "1e3", "1,5", "9" * 400, "1." + "1" * 21, "٣", "0.000001"]


@pytest.mark.rule("REG-040")
@pytest.mark.parametrize("text", NO_RATES)
def test_a_rate_that_cant_be_read_is_not_replaced_by_a_later_one(text: str) -> None:
    found, faults = read(f'Date,USD,JPY,BRL\n2026-11-03,1.2,150,6\n2026-11-02,1.2,"{text}",5\n')
    assert found == {"EUR 2026-11": Decimal("1.2"), "BRL 2026-11": Decimal("0.24")}
    assert faults == [Fault(3, f"JPY: “{text[:20]}” is not a rate.")]


LINES = [
    ("2026-11-31,1.1", "“2026-11-31” is not a day"),
    ("2026-11,1.1", "“2026-11” is not a day"),
    ("20261102,1.1", "“20261102” is not a day"),
    ("2026-11-21,1.1", "lies in the future"),
    ("2026-11-04", "more or fewer cells"),
    ("2026-11-04,1.1,1,1", "more or fewer cells"),
    ("2026-11-03,1.3", "USD: An earlier line has another rate"),
]


@pytest.mark.parametrize(("line", "reason"), LINES)
def test_a_faulty_line_is_told(line: str, reason: str) -> None:
    found, faults = read(f"Date,USD\n2026-11-03,1.2\n\n2026-11-02,1.1\n{line}\n")
    assert found == {"EUR 2026-11": Decimal("1.1")}
    assert [fault.line for fault in faults] == [5]
    assert reason in faults[0].reason


POINTS = [
    (point("BRL", "2026-11-02", "5").replace(",EUR,", ",GBP,"), "CURRENCY_DENOM is not EUR"),
    (point("BRL", "2026-11-02", "5").replace(",SP00,", ",NRC0,"), "EXR_TYPE is not SP00"),
    (point("BRL", "2026-11-02", "5").replace(",A,2", ",E,2"), "EXR_SUFFIX is not A"),
    (point("E7", "2026-11-02", "5"), "CURRENCY is not"),
    (point("EUR", "2026-11-02", "5"), "CURRENCY is not"),
    (point("BRL", "2026-11", "5"), "is not a day"),
    (point("BRL", "2026-11", "5", freq="M"), "keep them apart"),
    (point("BRL", "2026", "5", freq="A"), "neither of a day"),
    (point("BRL", "2026-11-02", "NaN"), "BRL: “NaN” is not a rate"),
]


@pytest.mark.parametrize(("line", "reason"), POINTS)
def test_a_faulty_point_is_told(line: str, reason: str) -> None:
    found, faults = read(HEADER + point("USD", "2026-11-02", "1.1") + line)
    assert found == {"EUR 2026-11": Decimal("1.1")}
    assert [fault.line for fault in faults] == [3]
    assert reason in faults[0].reason


FILES = [
    ("", "The first line must be"),
    ("name,kind\nA,b\n", "The first line must be"),
    ("Date,JPY\n2026-11-02,160\n", "The first line must be"),
    ("Date,USD,JPY,JPY\n2026-11-02,1,1,1\n", "The first line must be"),
    ("\x00\x01", "The first line must be"),
    ("Date,USD\n", "no rate that can be used"),
    ("Date,USD\n2026-11-02,x\n", "no rate that can be used. USD: “x”"),
    ('Date,USD\n2026-11-02,"1.1\n', "not a table"),
    ("Date,USD\n" + "x" * 20_000, "a line that is too long"),
    ("Date,USD\n" + "x,1\n" * 1_001, "Too many lines are faulty. Line 2: “x”"),
    ("\n" * rates.MAX_LINES, "must be"),
    ("Date,USD\n" + "\n" * rates.MAX_LINES, "more than 500,000 lines"),
]


@pytest.mark.parametrize(("text", "sentence"), FILES)
def test_another_file_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read(text)


def test_a_file_that_is_not_text_is_refused() -> None:
    with pytest.raises(Refused, match="not a table as text"):
        rates.read(io.TextIOWrapper(io.BytesIO(b"PK\x03\x04\xff\xfe"), "utf-8"), today=TODAY)


def test_import_adds_once(november: None) -> None:
    assert load(HISTORY) == Outcome(added=6)
    assert load(HISTORY) == Outcome(unchanged=6)
    row = ExchangeRate.objects.get(currency="JPY", month=date(2026, 11, 1))
    assert (row.in_usd, row.source) == (Decimal("0.006875"), "history.csv")
    assert row.loaded_at == datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("units", ["0.0000123456789012", "0.00345678", "7.123456789", "1234567.89"])
def test_import_again_changes_nothing_however_many_digits(november: None, units: str) -> None:
    text = f"Date,USD,JPY\n2026-11-02,1.1417478260869562,{units}\n"
    assert load(text) == Outcome(added=2)
    assert load(text) == Outcome(unchanged=2)


@pytest.mark.rule("REG-040")
def test_import_leaves_a_rate_that_differs(november: None) -> None:
    load(HISTORY)
    before = stored()
    outcome = load(HISTORY.replace("160.00", "110.00"))
    there = Difference(date(2026, 11, 1), "JPY", Decimal("0.006875"), Decimal("0.01"))
    assert outcome == Outcome(unchanged=5, differs=[there])
    assert stored() == before


def test_import_replaces_where_told(november: None) -> None:
    load(HISTORY)
    before = stored()
    with structlog.testing.capture_logs() as told:
        outcome = load(HISTORY.replace("160.00", "110.00"), replace=True)
    assert outcome == Outcome(changed=1, unchanged=5)
    assert stored() == before | {"JPY 2026-11": Decimal("0.01")}
    replaced, summary = told
    assert (replaced["event"], replaced["currency"]) == ("rate_replaced", "JPY")
    assert (replaced["before"], replaced["after"]) == ("0.006875000000", "0.010000000000")
    assert (summary["event"], summary["by"], summary["added"]) == ("rates_imported", "test", 0)
