"""Whatever the queue delivers twice, and whoever runs at the same time: each effect once."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from kombu import Connection

from notifications import outbox
from notifications.actions import preference
from notifications.models import Message
from portal import clock
from portal.celery import app
from portal.models import Event
from referrals.actions import export
from referrals.models import Export, Referral
from tests.faults.programs import finish, until
from tests.faults.rows import assert_expired_once, assert_no_gaps, expired, overdue, referrals

pytestmark = [
    pytest.mark.faults,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]
TIMES = 6
KIND = "referrals/accepted"
FACTS = {"deal": "Data platform", "customer": "Northwind", "company": "Fabrikam"}


@pytest.fixture
def work(ana, customer, sam):
    """Something to do for every line of the timetable that writes: (overdue, to remind of)."""
    late = overdue(120, ana, customer)
    soon = referrals(60, ana, customer, clock.now() + timedelta(days=1))
    export.ask(ana, "tab=outbound")
    preference.choose({KIND: "daily"}, by=ana)
    with transaction.atomic():
        outbox.tell(KIND, [ana], about=late[0], context=FACTS)
    Message.objects.filter(kind=KIND).update(due_at=clock.now() - timedelta(minutes=1))
    return late, soon


def done(work) -> bool:
    late, soon = work
    waiting = Message.objects.filter(state__in=("queued", "digest")).exists()
    reminded = Event.objects.filter(verb="remind", record_id__in=[leg.pk for leg in soon])
    made = Export.objects.filter(state="done").count()
    return expired(late) == len(late) and reminded.count() == len(soon) and made and not waiting


def assert_once(work, mailbox) -> None:
    """Rows, history, files and the mails that truly arrived."""
    late, soon = work
    assert_expired_once(late)
    ids = [leg.pk for leg in soon]
    assert Counter(Referral.objects.filter(pk__in=ids).values_list("version", flat=True)) == {
        2: len(ids)
    }
    assert_no_gaps(ids)
    assert set(Message.objects.values_list("state", flat=True)) <= {"sent", "silent"}
    assert Message.objects.filter(kind="notifications/digest").count() == 1
    assert set(Counter(mailbox.ids).values()) == {1}
    sent = Message.objects.filter(state="sent", attempts__gt=0)
    assert sorted(mailbox.ids) == sorted(sent.values_list("message_id", flat=True))
    assert list(Export.objects.values_list("state", "tries")) == [("done", 1)]


def test_every_task_delivered_six_times(programs, broker, mailbox, dice, work) -> None:
    names = [line["task"] for line in app.conf.beat_schedule.values()] * TIMES
    dice.shuffle(names)
    with Connection(broker.url) as connection:
        for name in names:
            app.send_task(name, connection=connection)
        programs.start("worker", "one")
        programs.start("worker", "two")
        until(lambda: not broker.client.llen("celery"), 90, "an empty queue")
        # What was told by the last sweep may have missed the last delivery.
        for name in ("notifications.tasks.send_digests", "notifications.tasks.deliver"):
            app.send_task(name, connection=connection)
        until(lambda: done(work), 60, "all is done")
    assert_once(work, mailbox)


def test_two_beats_and_three_workers(programs, mailbox, work) -> None:
    for number in range(2):
        programs.start("beat", f"beat{number}")
    for number in range(3):
        programs.start("worker", f"worker{number}")
    until(lambda: done(work), 120, "all is done")
    assert_once(work, mailbox)
    assert programs.tree.ended() is None


def test_no_beat_and_no_worker(programs, mailbox, ana, customer, sam) -> None:
    """Cron and two commands are enough for deadlines and mail."""
    legs = overdue(50, ana, customer)
    finish(programs.manage("sweep"))
    finish(programs.manage("deliver"))
    assert_expired_once(legs)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert set(Counter(mailbox.ids).values()) == {1}
    assert len(mailbox.ids) == len(legs)
