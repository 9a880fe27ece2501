"""Who hears of what (decision 13, facts 2.8)."""

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from notifications.models import Message
from portal.models import Account, Company, Membership, Person, Role
from referrals import mail
from referrals.actions import deal, referral
from referrals.actions.opening import Member
from referrals.actions.team import add_member
from referrals.models import Referral, TeamMember
from tests.conftest import HELP, accept, at, invitation, make_person, opening, past

GUEST = Member("Gil Guest", "+351210000001", "gil@else.example")


def told(kind: str) -> list[str]:
    """Who got this kind of message, by address."""
    rows = Message.objects.filter(kind=f"referrals/{kind}")
    return sorted(rows.values_list("address", flat=True))


def kinds() -> set[str]:
    rows = Message.objects.exclude(record_id=None).values_list("kind", flat=True)
    return {kind.removeprefix("referrals/") for kind in rows}


@pytest.mark.rule("MAIL-003")
def test_nothing_for_ones_own_deal(own_deal: Referral) -> None:
    assert kinds() == set()


def test_help_requested_reaches_the_sellers_only(
    co_sell: Referral, sam: Person, rita: Person, ana: Person
) -> None:
    assert told("help_requested") == [sam.email]
    assert kinds() == {"help_requested"}


def test_the_notice_leads_to_the_readers_own_leg(vendor_leg: Referral, sam: Person) -> None:
    row = Message.objects.get(kind=mail.HELP_REQUESTED)
    assert row.url == vendor_leg.get_absolute_url()
    seen = Referral.objects.visible_to(sam)
    assert seen.filter(pk=row.record_id).exists()


@pytest.mark.rule("MAIL-002")
def test_invited_reaches_admins_at_the_location(
    invited_leg: Referral, carla: Person, fabrikam: Company
) -> None:
    assert told("invited") == [carla.email]
    assert kinds() == {"invited"}


def test_admins_of_other_places_and_users_hear_nothing(
    own_deal: Referral, ana: Person, carla: Person, fabrikam: Company
) -> None:
    lisbon, porto = fabrikam.locations.order_by("partner_id")
    make_person("Here Admin", fabrikam, Role.REFERRALS_ADMIN, at=lisbon)
    make_person("There Admin", fabrikam, Role.REFERRALS_ADMIN, at=porto)
    make_person("User Only", fabrikam, Role.REFERRALS_USER)
    make_person("Gone Admin", fabrikam, Role.REFERRALS_ADMIN, is_active=False)
    leg = deal.invite(own_deal, invitation(fabrikam), by=ana)
    place = "here" if leg.location_id == lisbon.pk else "there"
    expected = (
        [carla.email] if leg.location_id is None else [carla.email, f"{place}@fabrikam.example"]
    )
    assert told("invited") == sorted(expected)


@pytest.mark.rule("MAIL-001")
def test_accepted_reaches_the_senders_team(
    invited_leg: Referral, ana: Person, carla: Person, contoso: Company
) -> None:
    make_person("Other Admin", contoso, Role.REFERRALS_ADMIN)  # not on the team
    accept(invited_leg, carla)
    assert told("accepted") == [ana.email]
    row = Message.objects.get(kind=mail.ACCEPTED)
    assert row.record_id != invited_leg.pk
    assert Referral.objects.visible_to(ana).filter(pk=row.record_id).exists()


def test_people_without_an_account_on_the_team_hear_too(
    own_deal: Referral, ana: Person, carla: Person, fabrikam: Company
) -> None:
    add_member(own_deal, GUEST, by=ana)
    leg = deal.invite(own_deal, invitation(fabrikam), by=ana)
    at("declined", leg, carla)
    assert told("declined") == sorted([ana.email, GUEST.email])


def test_whoever_may_not_open_the_deal_any_more_hears_nothing(
    invited_leg: Referral, ana: Person, bruno: Person, carla: Person
) -> None:
    own = invited_leg.deal.legs.get(sender=None)
    add_member(own, Member(bruno.name, "+351210000000", bruno.email), by=ana)
    Membership.objects.filter(person=bruno).delete()
    accept(invited_leg, carla)
    assert told("accepted") == [ana.email]


def test_a_team_of_nobody_falls_back_to_those_in_charge(
    invited_leg: Referral, ana: Person, carla: Person
) -> None:
    TeamMember.objects.filter(company=ana.company).delete()
    at("declined", invited_leg, carla)
    assert told("declined") == [ana.email]


def test_declined_names_the_reason_in_the_readers_language(
    invited_leg: Referral, carla: Person
) -> None:
    leg = at("declined", invited_leg, carla)
    row = Message.objects.get(kind=mail.DECLINED)
    assert row.context["reason"] == leg.reason_label


@pytest.mark.parametrize("accepted", [True, False])
def test_help_answered_reaches_the_openers_team(
    vendor_leg: Referral, ana: Person, sam: Person, accepted: bool
) -> None:
    at("accepted" if accepted else "declined", vendor_leg, sam)
    assert told("help_answered") == [ana.email]
    assert Message.objects.get(kind=mail.HELP_ANSWERED).context["accepted"] is accepted
    assert kinds() == {"help_requested", "help_answered"}


def test_expired_reaches_the_sender_once(vendor_leg: Referral, ana: Person) -> None:
    past(vendor_leg)
    assert [referral.expire_overdue(), referral.expire_overdue()] == [1, 0]
    assert told("expired") == [ana.email]


@pytest.mark.rule("MAIL-002")
def test_expiring_reaches_the_receiver_once(vendor_leg: Referral, sam: Person, sue: Person) -> None:
    from datetime import timedelta

    past(vendor_leg, by=-timedelta(days=3))
    assert [referral.remind_expiring(), referral.remind_expiring()] == [1, 0]
    assert told("expiring") == [sam.email, sue.email]


def test_added_people_are_told_and_oneself_is_not(
    own_deal: Referral, ana: Person, bruno: Person
) -> None:
    add_member(own_deal, Member(bruno.name, "+351210000000", bruno.email), by=ana)
    add_member(own_deal, GUEST, by=ana)
    assert told("added_to_team") == [bruno.email, GUEST.email]
    assert Message.objects.get(address=GUEST.email).url == ""


@pytest.fixture
def shared(invited_leg: Referral, carla: Person, ana: Person) -> Referral:
    """Ana's leg of a deal on which Carla works too."""
    accept(invited_leg, carla)
    return invited_leg.deal.legs.get(sender=None)


def test_words_reach_the_other_teams_and_not_the_author(
    shared: Referral, ana: Person, carla: Person, bruno: Person
) -> None:
    add_member(shared, Member(bruno.name, "+351210000000", bruno.email), by=ana)
    said = referral.comment(Referral.objects.get(pk=shared.pk), by=ana, text="Shall we?")
    assert told("commented") == sorted([bruno.email, carla.email])
    row = Message.objects.get(kind=mail.COMMENTED, address=carla.email)
    assert Referral.objects.visible_to(carla).filter(pk=row.record_id).exists()
    with transaction.atomic():
        mail.commented(said)
    assert len(told("commented")) == 2


def test_internal_words_stay_in_the_company(
    shared: Referral, ana: Person, carla: Person, bruno: Person
) -> None:
    add_member(shared, Member(bruno.name, "+351210000000", bruno.email), by=ana)
    referral.comment(Referral.objects.get(pk=shared.pk), by=ana, text="Psst", internal=True)
    assert told("commented") == [bruno.email]


def _pending(count: int, ana: Person, customer: Account) -> list[Referral]:
    deals = [deal.open(opening(ana, customer, **HELP), by=ana) for _ in range(count)]
    return list(Referral.objects.filter(deal__in=[x.deal for x in deals], status="pending"))


@pytest.mark.parametrize("tell", [mail.expired, mail.expiring])
def test_a_batch_costs_as_many_queries_as_one(
    tell: Any, ana: Person, customer: Account, sam: Person
) -> None:
    counts = []
    for size in (1, 12):
        legs = _pending(size, ana, customer)
        with transaction.atomic(), CaptureQueriesContext(connection) as queries:
            tell(legs)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 16
