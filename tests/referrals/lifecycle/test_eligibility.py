"""Each criterion of a registration: met, not met, or not known yet, and what it says."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from portal import clock
from portal.models import Account, ExchangeRate, Person
from referrals.actions import deal, referral, registration
from referrals.lifecycle.eligibility import State, criteria, obstacle, verdict
from referrals.models import Deal, Referral, Solution
from tests.conftest import HELP, accept, invitation, make_account, opening
from tests.referrals.registering import age, begun, won

MET, UNMET, UNKNOWN = State.MET, State.UNMET, State.UNKNOWN


def read(leg: Referral) -> Referral:
    return Referral.objects.with_registration().get(pk=leg.pk)


def state(leg: Referral, code: str) -> State | None:
    return next((one.state for one in criteria(read(leg)) if one.code == code), None)


@pytest.mark.rule("REG-002")
def test_all_of_a_good_deal_are_met(own_deal, ana) -> None:
    leg = read(won(own_deal, ana))
    found = criteria(leg)
    assert {one.state for one in found} == {MET}
    assert [
        one.code for one in found
    ] == "won own_product shared solution value managed waited".split()
    assert verdict(found) == MET
    assert obstacle(leg) == ""


@pytest.mark.rule("REG-002")
def test_from_the_first_day_what_is_missing_is_not_known_yet(own_deal) -> None:
    found = {one.code: one.state for one in criteria(read(own_deal))}
    assert found["won"] == found["shared"] == found["waited"] == UNKNOWN
    assert found["value"] == found["solution"] == found["managed"] == MET
    assert verdict(criteria(read(own_deal))) == UNKNOWN


@pytest.mark.rule("REG-002")
def test_a_lost_deal_is_never_registered(own_deal, ana) -> None:
    referral.lose(own_deal, by=ana, reason="budget")
    assert state(own_deal, "won") == UNMET
    assert verdict(criteria(read(own_deal))) == UNMET


@pytest.mark.rule("REG-003")
def test_a_private_deal_is_never_registered(own_deal, ana) -> None:
    referral.win(own_deal, by=ana)
    assert state(own_deal, "shared") == UNMET
    assert "private" in str(obstacle(read(own_deal)))


@pytest.mark.rule("REG-003")
@pytest.mark.parametrize("motion", ["services", "assessment"])
def test_only_products_are_registered(motion, own_deal, ana) -> None:
    leg = won(own_deal, ana)
    Deal.objects.filter(pk=leg.deal_id).update(motion=motion)
    assert state(leg, "own_product") == UNMET


@pytest.mark.rule("REG-004")
@pytest.mark.parametrize(("status", "found"), [("ip", MET), ("ready", UNMET), ("business", UNMET)])
def test_a_solution_has_to_be_eligible(status, found, own_deal, ana) -> None:
    leg = won(own_deal, ana)
    Solution.objects.filter(referral_rows__referral=leg).update(status=status)
    assert state(leg, "solution") == found


@pytest.mark.rule("REG-005")
@pytest.mark.parametrize(
    ("value", "found"), [("24999.99", UNMET), ("25000.00", MET), ("25000.01", MET)]
)
def test_the_value_reaches_25000_dollars(value, found, own_deal, ana) -> None:
    leg = won(own_deal, ana)
    Referral.objects.filter(pk=leg.pk).update(value=Decimal(value))
    assert state(leg, "value") == found


@pytest.mark.rule("REG-005", "REG-041")
@pytest.mark.parametrize(("value", "found"), [("19999.99", UNMET), ("20000.00", MET)])
def test_by_the_rate_of_the_month_of_the_win(value, found, own_deal, ana) -> None:
    """The last second of a month in UTC belongs to it, the next to the next."""
    leg = won(own_deal, ana)
    rows = Referral.objects.filter(pk=leg.pk)
    last = datetime(2026, 9, 30, 23, 59, 59, tzinfo=UTC)
    rows.update(value=Decimal(value), currency="EUR", closed_at=last)
    assert state(leg, "value") == UNKNOWN
    assert "September 2026" in str(obstacle(read(leg)))
    rate = {"currency": "EUR", "loaded_at": clock.now()}
    ExchangeRate.objects.create(month=date(2026, 9, 1), in_usd=Decimal("1.25"), **rate)
    assert state(leg, "value") == found
    rows.update(closed_at=last + timedelta(seconds=1))
    assert state(leg, "value") == UNKNOWN
    ExchangeRate.objects.create(month=date(2026, 10, 1), in_usd=Decimal("0.9"), **rate)
    assert state(leg, "value") == UNMET


@pytest.mark.rule("REG-006")
@pytest.mark.parametrize(
    ("kind", "found"),
    [("managed", MET), ("unmanaged", UNMET), ("register", UNKNOWN), ("manual", UNKNOWN)],
)
def test_the_vendor_manages_the_customer(kind, found, own_deal, ana, customer) -> None:
    leg = won(own_deal, ana)
    Account.objects.filter(pk=customer.pk).update(kind=kind)
    assert state(leg, "managed") == found


@pytest.mark.rule("REG-006")
def test_a_match_decides_about_the_customer(own_deal, ana, customer) -> None:
    leg, managed = won(own_deal, ana), make_account("Northwind Traders Inc")
    Account.objects.filter(pk=customer.pk).update(kind="manual", matched_to=managed)
    assert state(leg, "managed") == MET
    Account.objects.filter(pk=customer.pk).update(matched_to=None, unmatched_at=clock.now())
    assert state(leg, "managed") == UNMET


@pytest.fixture
def helped(ana: Person, customer: Account, sam: Person) -> Referral:
    return deal.open(opening(ana, customer, **HELP), by=ana)


@pytest.mark.rule("REG-007")
def test_the_vendor_has_to_have_accepted(helped, ana, sam) -> None:
    """Pending is not known yet, even after the partner won; accepted and won count."""
    leg = won(helped, ana)
    assert state(leg, "vendor_accepted") == UNKNOWN
    vendors = accept(leg.deal.legs.get(company__kind="vendor"), sam)
    assert state(leg, "vendor_accepted") == MET
    referral.win(vendors, by=sam)
    assert state(leg, "vendor_accepted") == MET


@pytest.mark.rule("REG-007")
def test_a_vendor_that_declined_or_let_it_expire_did_not(helped, ana, sam) -> None:
    leg = won(helped, ana)
    vendors = leg.deal.legs.get(company__kind="vendor")
    Referral.objects.filter(pk=vendors.pk).update(due_at=clock.now())
    assert state(leg, "vendor_accepted") == UNMET  # at the second, before any sweep
    Referral.objects.filter(pk=vendors.pk).update(due_at=clock.now() + timedelta(days=1))
    referral.decline(vendors, by=sam, reason="no_seller")
    assert state(leg, "vendor_accepted") == UNMET


@pytest.mark.rule("REG-007")
def test_nobody_asks_for_the_vendor_in_a_partner_led_deal(own_deal, ana) -> None:
    assert state(won(own_deal, ana), "vendor_accepted") is None


@pytest.fixture
def together(own_deal: Referral, ana: Person, carla: Person, fabrikam: object) -> Referral:
    """Ana's deal, won, with Carla's leg in it, won too."""
    theirs = deal.invite(
        own_deal, invitation(carla.company, value=Decimal(60000), currency="USD"), by=ana
    )
    leg = won(own_deal, ana)
    age(theirs, timedelta(days=10))
    referral.win(accept(Referral.objects.get(pk=theirs.pk), carla), by=carla)
    return leg


@pytest.mark.rule("REG-008")
def test_one_partner_of_a_deal_registers_it(together, ana, carla) -> None:
    theirs = together.deal.legs.get(company=carla.company)
    assert state(together, "contract_holder") == state(theirs, "contract_holder") == MET
    begun(together, ana)  # a draft holds nothing
    assert state(theirs, "contract_holder") == MET
    registration.submit(together.registration, by=ana, holds_contract=True)
    assert state(together, "contract_holder") == MET
    assert state(theirs, "contract_holder") == UNMET
    assert "Contoso registers this deal" in str(obstacle(read(theirs)))


@pytest.mark.rule("REG-009")
@pytest.mark.parametrize(
    ("after", "found"),
    [
        (timedelta(hours=71, minutes=59), UNMET),
        (timedelta(hours=72) - timedelta(microseconds=1), UNMET),
        (timedelta(hours=72), MET),
        (timedelta(hours=73), MET),
    ],
)
def test_three_days_between_opening_and_winning(after, found, own_deal, ana) -> None:
    """Too soon is said, but a reviewer decides about it (decision 9)."""
    leg = won(own_deal, ana)
    Referral.objects.filter(pk=leg.pk).update(created_at=leg.closed_at - after)
    assert state(leg, "waited") == found
    assert verdict(criteria(read(leg))) == MET


def test_the_criteria_read_nothing_more_than_their_rows(
    together, ana, django_assert_num_queries
) -> None:
    leg = read(together)
    with django_assert_num_queries(0):
        criteria(leg)
