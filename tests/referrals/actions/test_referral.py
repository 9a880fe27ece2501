"""What follows when a leg is answered, worked on and closed."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from notifications.models import Message
from portal import clock
from portal.actors import CLOCK
from portal.models import Event
from portal.workflow import NotAllowed, Refused, Stale, move, move_many
from referrals.actions import deal, referral
from referrals.actions.opening import Member
from referrals.actions.team import add_member, remove_member
from referrals.lifecycle.referral import CLOSED, Status
from referrals.models import Comment, Favourite, Referral
from tests.conftest import accept, at, invitation, opening, past


@pytest.mark.rule("DEAL-033")
def test_accept_confirms_the_facts_and_joins_the_team(vendor_leg, sam, ana) -> None:
    leg = referral.accept(
        vendor_leg,
        by=sam,
        name="Ours",
        value=Decimal(70000),
        close_on=date(2027, 5, 1),
        crm_id="CRM-7",
        team=[Member("Sue", "+12025550100", "sue@elsewhere.example")],
    )
    assert (leg.status, leg.name, leg.value, leg.crm_id) == ("accepted", "Ours", 70000, "CRM-7")
    assert leg.due_at is None
    assert {m.email for m in leg.team.all()} == {sam.email, "sue@elsewhere.example"}
    event = Event.objects.get(record_id=leg.pk, verb="accept")
    assert event.changes["value"] == ["50000.00", "70000"]
    assert Message.objects.filter(person=ana).exists()


def test_a_new_name_is_found(vendor_leg, own_deal, sam, ana) -> None:
    leg = referral.accept(
        vendor_leg, by=sam, name="Zebra", value=Decimal(7), close_on=date(2027, 5, 1)
    )
    assert "zebra" in Referral.objects.get(pk=leg.pk).search_key
    referral.edit(own_deal, by=ana, notes="Okapi")
    assert "okapi" in Referral.objects.get(pk=own_deal.pk).search_key


@pytest.mark.rule("DEAL-019")
def test_decline_needs_a_reason(vendor_leg, sam, ana) -> None:
    for verb in (referral.decline, referral.close_as_error):
        with pytest.raises(Refused, match="Choose a reason"):
            verb(vendor_leg, by=sam, reason="")
    leg = referral.decline(vendor_leg, by=sam, reason="no_seller", reason_note="Nobody there")
    assert (leg.status, leg.reason, leg.reason_note) == ("declined", "no_seller", "Nobody there")
    assert leg.closed_at is not None
    assert Message.objects.filter(person=ana).count() == 1


@pytest.mark.rule("DEAL-020")
@pytest.mark.parametrize("status", ["pending", "accepted"])
def test_close_as_error_from_any_open_status(status, invited_leg, carla) -> None:
    leg = referral.close_as_error(at(status, invited_leg, carla), by=carla, reason="test")
    assert (leg.status, leg.reason) == ("error", "test")


@pytest.mark.rule("DEAL-021")
@pytest.mark.parametrize("status", list(CLOSED))
def test_closed_is_final(status, invited_leg, carla, fabrikam) -> None:
    leg = at(status, invited_leg, carla)
    before = Referral.objects.values().get(pk=leg.pk)
    tries = [
        lambda: referral.edit(leg, by=carla, notes="late"),
        lambda: referral.comment(leg, by=carla, text="late"),
        lambda: add_member(leg, Member("X", "+351210000000", "x@y.example"), by=carla),
        lambda: deal.set_solutions(leg, by=carla, solutions=[]),
        lambda: referral.accept(leg, by=carla, name="x", value=Decimal(1), close_on=date.today()),
    ]
    for attempt in tries:
        with pytest.raises(Refused):
            attempt()
    assert Referral.objects.values().get(pk=leg.pk) == before
    referral.favour(leg, by=carla)
    referral.favour(leg, by=carla)
    assert Favourite.objects.filter(person=carla).count() == 1
    referral.unfavour(leg, by=carla)
    assert not Favourite.objects.exists()


@pytest.mark.rule("DEAL-022")
def test_a_value_is_more_than_zero(own_deal, vendor_leg, ana, sam) -> None:
    for wrong in (Decimal(0), Decimal(-5)):
        with pytest.raises(Refused, match="more than zero"):
            referral.edit(own_deal, by=ana, value=wrong)
        with pytest.raises(Refused, match="more than zero"):
            referral.accept(vendor_leg, by=sam, name="x", value=wrong, close_on=date(2027, 1, 1))


@pytest.mark.rule("DEAL-022")
def test_edit_keeps_old_and_new(own_deal, ana) -> None:
    leg = referral.edit(own_deal, by=ana, version=1, value=Decimal(60000), notes="New notes")
    assert (leg.value, leg.version) == (60000, 2)
    event = Event.objects.get(record_id=leg.pk, verb="edit")
    assert event.changes["value"] == ["50000.00", "60000"]
    with pytest.raises(Stale):
        referral.edit(own_deal, by=ana, version=1, value=Decimal(1))
    assert referral.edit(leg, by=ana, notes="New notes").version == 2


@pytest.mark.rule("DEAL-036")
def test_history_has_no_gaps_and_is_only_added_to(own_deal, ana) -> None:
    leg = own_deal
    for stage in (20, 40, 60):
        leg = referral.move_stage(leg, by=ana, stage=stage)
    versions = list(Event.objects.filter(record_id=leg.pk).values_list("version", flat=True))
    assert sorted(versions) == [1, 2, 3, 4]
    event = Event.objects.filter(record_id=leg.pk).latest("at")
    for attempt in (event.save, event.delete, Event.objects.all().delete):
        with pytest.raises(TypeError):
            attempt()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.bulk_create(
            [Event(record_id=leg.pk, version=2, at=clock.now(), verb="twice")]
        )


@pytest.mark.rule("DEAL-015", "MAIL-001")
def test_expire_closes_what_is_overdue_and_tells_the_sender(vendor_leg, ana, sam) -> None:
    assert referral.expire_overdue() == 0
    Message.objects.all().delete()
    past(vendor_leg)
    assert referral.expire_overdue() == 1
    assert referral.expire_overdue() == 0
    leg = Referral.objects.get(pk=vendor_leg.pk)
    assert (leg.status, leg.due_at) == (Status.EXPIRED, None)
    assert Event.objects.get(record_id=leg.pk, verb="expire").actor_kind == "clock"
    assert Message.objects.filter(person=ana).count() == 1


@pytest.mark.rule("DEAL-015")
def test_partners_legs_expire_alike(invited_leg, carla) -> None:
    past(invited_leg)
    referral.expire_overdue()
    assert Referral.objects.get(pk=invited_leg.pk).status == Status.EXPIRED


@pytest.mark.rule("MAIL-002")
def test_a_reminder_goes_once_three_days_before(invited_leg, carla) -> None:
    Message.objects.all().delete()
    assert referral.remind_expiring() == 0
    clock.move(timedelta(days=11, minutes=1))
    assert referral.remind_expiring() == 1
    assert referral.remind_expiring() == 0
    assert Message.objects.filter(person=carla).count() == 1
    assert Referral.objects.get(pk=invited_leg.pk).status == Status.PENDING


def test_move_many_takes_the_same_guards(vendor_leg, invited_leg) -> None:
    rows = Referral.objects.filter(status=Status.PENDING).order_by("due_at")
    batch = move_many(rows, "expire", by=CLOCK)
    assert (len(batch.records), batch.left) == (0, 2)
    past(invited_leg)
    batch = move_many(rows.all(), "expire", by=CLOCK)
    assert (len(batch.records), batch.left) == (2, 0)
    for leg in batch.records:
        stored = Referral.objects.get(pk=leg.pk)
        assert (stored.status, stored.version) == (leg.status, leg.version)
        assert stored.closed_at == leg.closed_at


@pytest.mark.rule("DEAL-027")
def test_a_contact_is_seen_while_working_and_each_look_is_written(vendor_leg, sam, ana) -> None:
    assert not vendor_leg.shows_contact
    with pytest.raises(Refused):
        referral.reveal_contact(vendor_leg, by=sam)
    leg = accept(vendor_leg, sam)
    assert leg.shows_contact
    referral.reveal_contact(leg, by=sam)
    referral.reveal_contact(leg, by=sam)
    assert Event.objects.filter(record_id=leg.pk, verb="reveal_contact", person=sam).count() == 2
    declined = Referral(status=Status.DECLINED, sender_id=uuid4())
    expired = Referral(status=Status.EXPIRED, sender_id=uuid4())
    assert not declined.shows_contact
    assert not expired.shows_contact


@pytest.mark.rule("DEAL-030")
def test_internal_notes_stay_in_the_company(co_sell, vendor_leg, ana, sam) -> None:
    accept(vendor_leg, sam)
    referral.comment(co_sell, by=ana, text="For all")
    referral.comment(co_sell, by=ana, text="For us", internal=True)
    heard = Comment.objects.filter(deal=co_sell.deal).read_by(sam.company)
    assert [c.text for c in heard] == ["For all"]
    assert Comment.objects.filter(deal=co_sell.deal).read_by(ana.company).count() == 2
    told = Message.objects.filter(person=sam, kind__contains="commented")
    assert told.count() == 1


@pytest.mark.rule("DEAL-041")
def test_the_same_comment_twice_is_one(own_deal, ana) -> None:
    given = uuid4()
    for _again in range(2):
        referral.comment(own_deal, by=ana, text="Once", id=given)
    assert Comment.objects.count() == 1


def test_somebody_elses_comment_id_is_refused(own_deal, co_sell, vendor_leg, ana, sam) -> None:
    said = referral.comment(own_deal, by=ana, text="Mine")
    for leg, by in ((accept(vendor_leg, sam), sam), (co_sell, ana)):
        with pytest.raises(Refused, match="can't be written here"):
            referral.comment(leg, by=by, text="Taken", id=said.pk)
    assert Comment.objects.get().text == "Mine"


def test_the_last_member_of_a_team_stays(own_deal, ana) -> None:
    row = own_deal.team.get()
    with pytest.raises(Refused, match="needs a person on its team"):
        remove_member(own_deal, row, by=ana)
    add_member(own_deal, Member("Eva", "+351210000009", "eva@contoso.example"), by=ana)
    with pytest.raises(Refused, match="on the team already"):
        add_member(own_deal, Member("Eva", "+351210000009", "EVA@contoso.example"), by=ana)
    remove_member(own_deal, row, by=ana)
    assert own_deal.team.get().name == "Eva"


def test_people_of_another_company_are_removed_by_that_company(
    own_deal, ana, carla, fabrikam
) -> None:
    mine = Member("Ana Souza", "+351210000000", ana.email)
    leg = accept(deal.invite(own_deal, invitation(fabrikam, team=(mine,)), by=ana), carla)
    with pytest.raises(Refused, match="by that company"):
        remove_member(leg, leg.team.get(email=ana.email), by=carla)


@pytest.mark.rule("DEAL-016")
def test_an_answered_leg_is_not_asked_again(co_sell, vendor_leg, ana, sam) -> None:
    """An accidental no means a new deal (facts 2.6)."""
    referral.decline(vendor_leg, by=sam, reason="other")
    with pytest.raises(Refused, match="asked for already"):
        deal.ask_help(Referral.objects.get(pk=co_sell.pk), by=ana, help="proof", ask="Again")


def test_only_the_company_itself_works_its_leg(own_deal, carla, sam, customer, ana) -> None:
    for person in (carla, sam):
        with pytest.raises(NotAllowed):
            referral.win(own_deal, by=person)
    second = deal.open(opening(ana, customer), by=ana)
    assert move(second, "win", by=ana).status == Status.WON


@pytest.mark.parametrize(
    "broken",
    [
        {"due_at": None},
        {"status": "accepted"},
        {"status": "won"},
        {"value": 0},
        {"help": "proof", "sender": None},
    ],
)
def test_the_database_ties_status_to_its_moments(broken, vendor_leg) -> None:
    """`protected` does not stop an UPDATE; the check constraints do."""
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=vendor_leg.pk).update(**broken)
