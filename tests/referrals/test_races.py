"""Who wins when two act at once, and what a kill leaves behind. PostgreSQL and real processes."""

import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Count, Max

from notifications.models import Message
from portal import clock
from portal.models import Account, Event, Person, new_id
from referrals.actions import deal, referral
from referrals.lifecycle.referral import Status
from referrals.models import Deal, Referral, TeamMember
from tests.conftest import HELP, opening
from tests.processes import finish, race, start

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]


def done(outcomes: list[str]) -> list[str]:
    return [outcome for outcome in outcomes if outcome.startswith("done")]


def test_two_sellers_accept_at_once(vendor_leg, sam, sue) -> None:
    """One succeeds, the other reads why not."""
    leg = str(vendor_leg.pk)
    outcomes = race(("accept", leg, str(sam.pk)), ("accept", leg, str(sue.pk)))
    assert len(done(outcomes)) == 1
    assert "This deal is accepted" in next(o for o in outcomes if not o.startswith("done"))
    assert Event.objects.filter(record_id=leg, verb="accept").count() == 1
    assert Referral.objects.get(pk=leg).team.count() == 1


def test_accept_and_decline_at_once(vendor_leg, sam, sue) -> None:
    leg = str(vendor_leg.pk)
    outcomes = race(("accept", leg, str(sam.pk)), ("decline", leg, str(sue.pk)))
    assert len(done(outcomes)) == 1
    assert Event.objects.filter(record_id=leg).count() == 2


def test_accept_against_expire_at_the_same_second(vendor_leg, sam) -> None:
    """Whoever gets the row first, the deadline decides: an answer after it never counts."""
    leg = str(vendor_leg.pk)
    clock.move(vendor_leg.due_at - clock.now() - timedelta(seconds=6))
    answer, *_sweeps = race(("accept", leg, str(sam.pk)), ("expire", leg), ("expire", leg))
    referral.expire_overdue()
    fresh = Referral.objects.get(pk=leg)
    closed = Event.objects.get(record_id=leg, version=2)
    if answer.startswith("done"):
        assert fresh.status == Status.ACCEPTED
        assert closed.at < vendor_leg.due_at
    else:
        assert fresh.status == Status.EXPIRED
        assert closed.at >= vendor_leg.due_at
    assert Event.objects.filter(record_id=leg).count() == 2


def test_help_is_asked_once(own_deal, ana, vendor) -> None:
    ask = ("ask_help", str(own_deal.pk), str(ana.pk))
    assert len(done(race(ask, ask))) == 1
    assert own_deal.deal.legs.count() == 2


def test_a_partner_is_invited_once(own_deal, ana, fabrikam) -> None:
    ask = ("invite", str(own_deal.pk), str(ana.pk))
    outcomes = race(ask, ask)
    assert len(done(outcomes)) == 1
    assert any("part in this deal already" in outcome for outcome in outcomes)


@pytest.fixture
def overdue(ana: Person, customer: Account, sam: Person) -> list[Referral]:
    """Six hundred vendor legs whose time has passed, each of a deal that Ana's team works on."""
    own = deal.open(opening(ana, customer, **HELP), by=ana)
    leg = own.deal.legs.get(company__kind="vendor")
    deals = [Deal(customer=customer, motion="ip", visible_to_vendor=True) for _n in range(600)]
    Deal.objects.bulk_create(deals)
    copies = [(copy(own, new), copy(leg, new)) for new in deals]
    Referral.objects.bulk_create([one for pair in copies for one in pair])
    TeamMember.objects.bulk_create(
        TeamMember(referral=mine, company=ana.company, person=ana, name="Ana", email=ana.email)
        for mine, _theirs in copies
    )
    clock.move(timedelta(days=15))
    return [leg, *(theirs for _mine, theirs in copies)]


def copy(leg: Referral, new: Deal) -> Referral:
    fields = {f.attname: getattr(leg, f.attname) for f in leg._meta.concrete_fields}
    return Referral(**fields | {"id": new_id(), "deal_id": new.pk, "version": 0})


def assert_each_expired_once(legs: list[Referral]) -> None:
    ids = [leg.pk for leg in legs]
    assert set(Referral.objects.filter(pk__in=ids).values_list("status", flat=True)) == {"expired"}
    expired = Event.objects.filter(record_id__in=ids, verb="expire").order_by()
    events = expired.values("record_id").annotate(n=Count("pk"))
    assert Counter(row["n"] for row in events) == {1: len(ids)}
    versions = Event.objects.filter(record_id__in=ids).values_list("record_id", "version")
    assert set(Referral.objects.filter(pk__in=ids).values_list("pk", "version")) <= set(versions)
    told = Message.objects.filter(kind="referrals/expired").order_by()
    once = told.values("record_id", "address").annotate(n=Count("pk"))
    assert Counter(row["n"] for row in once) == {1: len(ids)}


@pytest.mark.rule("DEAL-015", "DEAL-036")
def test_several_sweepers_move_each_row_once(overdue) -> None:
    sweepers = [start("manage.py", "sweep") for _ in range(3)]
    assert [finish(process) for process in sweepers] == [0, 0, 0]
    assert_each_expired_once(overdue)


@pytest.mark.parametrize("wait", [0.0, 0.4, 1.1])
def test_a_killed_sweeper_loses_and_doubles_nothing(overdue, wait) -> None:
    victim = start("manage.py", "sweep")
    while not _reading() and victim.poll() is None:
        time.sleep(0.02)
    time.sleep(wait)
    victim.send_signal(signal.SIGKILL)
    finish(victim)
    assert finish(start("manage.py", "sweep")) == 0
    assert_each_expired_once(overdue)


def _reading() -> bool:
    """Does anybody else hold rows of the table now?"""
    sql = "SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"{sql} = 'referrals_referral' AND l.pid <> pg_backend_pid()")
        return bool(cursor.fetchone()[0])


def test_the_sweep_passes_over_rows_that_somebody_holds(overdue) -> None:
    """SKIP LOCKED: a row held for long delays itself and nothing else."""
    held = overdue[0]
    with transaction.atomic():
        Referral.objects.select_for_update().get(pk=held.pk)
        assert finish(start("manage.py", "sweep")) == 0
    waiting = Referral.objects.filter(status="pending", due_at__lte=clock.now())
    assert [leg.pk for leg in waiting] == [held.pk]
    assert waiting.aggregate(newest=Max("version"))["newest"] == held.version


@pytest.mark.rule("DEAL-036")
def test_the_database_refuses_to_rewrite_history(own_deal) -> None:
    for statement in ("UPDATE portal_event SET note = 'x'", "DELETE FROM portal_event"):
        with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
            connection.cursor().execute(statement)
    assert Event.objects.get(record_id=own_deal.pk).note == ""
