"""Every date and amount of a registration at its limit, one second or cent to either side."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.models import ExchangeRate
from referrals.lifecycle.contract import annual_value
from referrals.lifecycle.contract_rules import RULES
from referrals.models import Registration
from tests.referrals.registering import begun, won

TODAY = date(2028, 3, 1)  # the day after a 29 February
OPENED = datetime(2027, 6, 15, 9, tzinfo=UTC)
MIDNIGHT = datetime(2028, 3, 1, tzinfo=UTC)


@pytest.fixture
def form(own_deal, ana) -> Registration:
    """A registration that meets every rule on TODAY, in memory."""
    found = begun(won(own_deal, ana), ana)
    found.submitted_at = MIDNIGHT
    found.referral.created_at = OPENED
    found.referral.closed_at = datetime(2028, 2, 10, tzinfo=UTC)
    found.deal = found.referral.deal
    return put(found, signed_on=TODAY, starts_on=TODAY, ends_on=date(2029, 2, 28))


def put(form: Registration, **values: Any) -> Registration:
    for name, value in values.items():
        setattr(form, name, value)
    return form


def broken(form: Registration, **values: Any) -> set[str]:
    """The names of the rules that do not hold with these values."""
    put(form, **values)
    return {rule.__name__ for rule in RULES if not rule(form)}


@pytest.mark.rule("REG-010")
def test_the_form_meets_every_rule(form) -> None:
    assert broken(form) == set()


@pytest.mark.rule("REG-011")
@pytest.mark.parametrize(
    ("days", "late"), [(0, False), (59, False), (60, False), (61, True), (365, True)]
)
def test_registered_within_sixty_days_of_the_signature(form, days, late) -> None:
    signed = TODAY - timedelta(days=days)
    form.referral.created_at -= timedelta(days=400)
    start = max(signed, TODAY - timedelta(days=90))
    assert ("signed_in_time" in broken(form, signed_on=signed, starts_on=start)) is late


@pytest.mark.rule("REG-011")
def test_sixty_days_are_counted_over_a_29_february(form) -> None:
    """1 January 2028 is 60 days before 1 March, as February has 29."""
    assert broken(form, signed_on=date(2028, 1, 1)) == set()
    assert broken(form, signed_on=date(2027, 12, 31)) == {"signed_in_time"}


@pytest.mark.rule("REG-011")
def test_days_are_days_in_utc(form) -> None:
    """A second before midnight in UTC it is still the day before, wherever the reader is."""
    assert broken(form, signed_on=date(2028, 1, 1)) == set()
    form.submitted_at = MIDNIGHT - timedelta(seconds=1)
    late = {"signed_on": date(2027, 12, 31), "starts_on": date(2028, 2, 1)}
    assert broken(form, **late) == set()
    form.submitted_at = MIDNIGHT
    assert broken(form, **late) == {"signed_in_time"}


@pytest.mark.rule("REG-012")
def test_the_days_count_to_the_first_submission(form) -> None:
    """Who answers a question half a year later is not late."""
    form.moment = MIDNIGHT + timedelta(days=180)
    assert broken(form) == set()
    form.submitted_at = None
    assert "signed_in_time" in broken(form)


@pytest.mark.rule("REG-013")
@pytest.mark.parametrize(("day", "refused"), [(TODAY, False), (date(2028, 3, 2), True)])
def test_nothing_is_signed_in_the_future(form, day, refused) -> None:
    found = broken(form, signed_on=day, starts_on=day)
    assert ("signed_not_later" in found) is refused


@pytest.mark.rule("REG-014")
@pytest.mark.parametrize(("day", "refused"), [(date(2028, 2, 1), False), (date(2028, 1, 31), True)])
def test_nothing_is_signed_before_the_deal_was_opened(form, day, refused) -> None:
    form.referral.created_at = datetime(2028, 2, 1, 23, 59, tzinfo=UTC)
    assert broken(form, signed_on=day) == ({"signed_after_opening"} if refused else set())


@pytest.mark.rule("REG-014")
def test_nothing_is_signed_before_the_vendor_was_asked(form, vendor) -> None:
    leg = form.referral
    type(leg).objects.create(
        deal=leg.deal,
        company=vendor,
        sender=leg.company,
        name="Vendor's leg",
        value=1,
        currency="USD",
        close_on=TODAY,
        status="accepted",
        accepted_at=MIDNIGHT,
        created_at=datetime(2028, 2, 20, tzinfo=UTC),
    )
    assert broken(form, signed_on=date(2028, 2, 20)) == set()
    assert broken(form, signed_on=date(2028, 2, 19)) == {"signed_after_opening"}


@pytest.mark.rule("REG-015")
@pytest.mark.parametrize(("days", "refused"), [(89, False), (90, False), (91, True)])
def test_the_start_is_at_most_ninety_days_ago(form, days, refused) -> None:
    """It may precede the signature (decision, D25)."""
    found = broken(form, starts_on=TODAY - timedelta(days=days))
    assert found == ({"start_recent"} if refused else set())


@pytest.mark.rule("REG-016")
def test_the_end_is_for_a_certain_time_only_and_not_before_the_start(form) -> None:
    assert broken(form, ends_on=TODAY) == set()
    assert broken(form, ends_on=TODAY - timedelta(days=1)) == {"end_after_start"}
    assert broken(form, ends_on=None) == {"end_given"}
    assert broken(form, term="perpetual", total_value=Decimal("150000.01")) == set()


@pytest.mark.rule("REG-017")
@pytest.mark.parametrize(
    ("total", "enough"), [("150000.00", False), ("150000.06", True), ("149999.99", False)]
)
def test_a_perpetual_contract_counts_for_six_years(form, total, enough) -> None:
    found = broken(form, term="perpetual", ends_on=None, total_value=Decimal(total))
    assert found == (set() if enough else {"annual_value_enough"})
    assert annual_value(form) == Decimal(total) / 6


@pytest.mark.rule("REG-018")
@pytest.mark.parametrize(
    ("total", "end", "enough"),
    [
        ("25000.00", date(2029, 2, 28), False),  # exactly the limit is not more than it
        ("25000.01", date(2029, 2, 28), True),
        ("24999.99", date(2029, 2, 28), False),
        ("25000.01", date(2028, 8, 31), True),  # half a year counts as a year
        ("25000.00", date(2028, 8, 31), False),
        ("75000.00", date(2031, 2, 28), False),
        ("75000.03", date(2031, 2, 28), True),
        ("100000.00", date(2032, 2, 29), False),  # four years, over a leap day
        ("100000.04", date(2032, 2, 29), True),
        ("100000.04", date(2032, 3, 1), False),  # and a day
    ],
)
def test_more_than_25000_a_year(form, total, end, enough) -> None:
    part = {"total_value": Decimal(total), "solution_value": Decimal(1)}
    assert broken(form, ends_on=end, **part) == (set() if enough else {"annual_value_enough"})


@pytest.mark.rule("REG-018", "REG-041")
def test_the_rate_of_the_month_of_the_win_counts(form) -> None:
    terms = {"currency": "EUR", "total_value": Decimal("20000.01"), "solution_value": Decimal(1)}
    assert broken(form, **terms) == {"annual_value_enough"}  # no rate is loaded
    for month, rate in ((date(2028, 1, 1), "9"), (date(2028, 2, 1), "1.25")):
        ExchangeRate.objects.create(
            month=month, currency="EUR", in_usd=Decimal(rate), loaded_at=MIDNIGHT
        )
    assert broken(form) == set()
    assert broken(form, total_value=Decimal("20000.00")) == {"annual_value_enough"}


@pytest.mark.rule("REG-019")
def test_the_solution_is_at_most_the_whole(form) -> None:
    assert broken(form, solution_value=Decimal("90000.00")) == set()
    assert broken(form, solution_value=Decimal("90000.01")) == {"solution_value_within_total"}
    assert broken(form, solution_value=Decimal(0)) == {"solution_value_given"}


@pytest.mark.rule("REG-020")
def test_pay_as_you_go_is_counted_from_its_invoices(form) -> None:
    """First invoice = signature = start; the last is at most 60 days ago and a year later."""
    payg = {"pricing": "payg", "signed_on": date(2027, 7, 1), "starts_on": date(2027, 7, 1)}
    payg |= {"total_value": Decimal("25000.00"), "solution_value": Decimal(1)}
    assert broken(form, **payg, ends_on=date(2028, 1, 1)) == set()
    assert broken(form, ends_on=date(2027, 12, 31)) == {"signed_in_time"}
    assert broken(form, ends_on=date(2028, 6, 30)) == set()
    assert broken(form, ends_on=date(2028, 7, 1)) == {"payg_within_a_year", "annual_value_enough"}
    assert broken(form, ends_on=date(2028, 6, 30), total_value=Decimal("24999.99")) == {
        "annual_value_enough"
    }
    assert broken(form, starts_on=date(2027, 7, 2), total_value=Decimal(25000)) == {
        "payg_starts_signed"
    }
    assert "payg_is_finite" in broken(form, term="perpetual")


@pytest.mark.rule("REG-020")
def test_pay_as_you_go_begins_within_a_year_of_the_opening(form) -> None:
    form.referral.created_at = datetime(2027, 1, 2, tzinfo=UTC)
    payg = {"pricing": "payg", "ends_on": TODAY}
    assert broken(form, signed_on=date(2028, 1, 1), starts_on=date(2028, 1, 1), **payg) == set()
    late = {"signed_on": date(2028, 1, 2), "starts_on": date(2028, 1, 2)}
    assert broken(form, **late) == {"payg_begins_in_time"}


NEEDED = (
    ("is_marketplace", None, {"marketplace_said"}),
    ("deployment", "", {"deployment_said"}),
    ("deployment", "other", {"on_azure"}),
    ("names_both", False, {"contract_names_both"}),
    ("pricing", "", {"pricing_said"}),
    ("term", "", {"term_said"}),
    ("total_value", None, {"total_given"}),
    ("solution_value", None, {"solution_value_given"}),
    ("signed_on", None, {"signed_given"}),
    ("starts_on", None, {"start_given"}),
    ("tenant", "", {"tenant_said"}),
    ("solution_id", None, {"solution_chosen"}),
)


@pytest.mark.rule("REG-010")
@pytest.mark.parametrize(("field", "value", "rules"), NEEDED)
def test_every_field_is_needed(form, field, value, rules) -> None:
    assert rules <= broken(form, **{field: value})


@pytest.mark.rule("REG-021")
def test_the_marketplace_asks_for_less(form) -> None:
    """Its own books know the contract: neither dates nor terms nor a file are asked for."""
    contract = "signed_on starts_on ends_on term pricing tenant"
    form.documents = []
    assert broken(
        form, is_marketplace=True, names_both=False, **dict.fromkeys(contract.split())
    ) == {"marketplace_dated"}
    assert broken(form, marketplace_on=TODAY) == set()


@pytest.mark.rule("REG-022")
def test_a_contract_is_attached(form) -> None:
    form.documents[0].state = "refused"
    assert broken(form) == {"contract_attached"}
    form.documents[0].state = "quarantined"
    assert broken(form) == set()


@pytest.mark.rule("REG-023")
def test_the_solution_is_one_of_the_deal_that_is_eligible(form, fabrikam) -> None:
    ready, theirs = form.company.solutions.get(status="ready"), fabrikam.solutions.get(status="ip")
    for other in (ready, theirs):
        assert broken(form, solution_id=other.pk) == {"solution_eligible"}


@pytest.mark.rule("REG-008")
def test_with_several_partners_the_holder_of_the_contract_says_so(form, fabrikam) -> None:
    leg = form.referral
    type(leg).objects.create(
        deal=leg.deal,
        company=fabrikam,
        sender=leg.company,
        name="Fabrikam's leg",
        value=1,
        currency="USD",
        close_on=TODAY,
        status="accepted",
        accepted_at=MIDNIGHT,
    )
    assert broken(form) == {"contract_held"}
    assert broken(form, holds_contract=True) == set()
