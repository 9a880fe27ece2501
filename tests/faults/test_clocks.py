"""A machine whose clock is an hour off. Deadlines follow the database's clock."""

from datetime import timedelta

import pytest

from notifications.models import Message
from portal import clock
from referrals.models import Referral
from tests.faults.programs import clock_off, finish, until
from tests.faults.rows import assert_expired_once, expired, referrals
from tests.notifications.conftest import make_message

pytestmark = [
    pytest.mark.faults,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]
HALF = timedelta(minutes=30)


@pytest.fixture
def rows(ana, customer, sam):
    """Half an hour late, and half an hour early: an hour's error would turn either round."""
    now = clock.now()
    late = referrals(5, ana, customer, now - HALF)
    early = referrals(5, ana, customer, now + HALF)
    make_message("late@contoso.example", due_at=now - HALF)
    make_message("early@contoso.example", due_at=now + HALF)
    return late, early


def assert_right(rows, mailbox) -> None:
    late, early = rows
    assert_expired_once(late)
    assert expired(early) == 0
    assert Message.objects.get(address="early@contoso.example").state == "queued"
    assert mailbox.readers.count("late@contoso.example") == 1
    assert "early@contoso.example" not in mailbox.readers


@pytest.mark.parametrize("off", ["+1h", "-1h"])
def test_a_worker_an_hour_off(programs, mailbox, rows, off) -> None:
    """Beat and database are right, so each tick is an hour old, or an hour ahead, to the worker."""
    programs.start("beat")
    programs.start("worker", **clock_off(off))
    until(lambda: expired(rows[0]) == len(rows[0]), 60, "a sweep")
    until(lambda: "late@contoso.example" in mailbox.readers, 60, "a mail")
    said = "import time; print(int(time.time()))"
    there = int(finish(programs.python("-c", said, **clock_off(off))))
    assert abs(abs(there - clock.now().timestamp()) - 3600) < 60, "the clock must be off"
    assert_right(rows, mailbox)


@pytest.mark.parametrize("off", ["+1h", "-1h"])
def test_commands_an_hour_off(programs, mailbox, rows, off) -> None:
    finish(programs.manage("sweep", **clock_off(off)))
    finish(programs.manage("deliver", **clock_off(off)))
    assert_right(rows, mailbox)


def test_an_answer_an_hour_off(programs, rows, sam) -> None:
    """Too late stays too late on a slow clock, and in time stays in time on a fast one."""
    late, early = rows
    settings = {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    for leg, off, result in ((late[0], "-1h", "refused"), (early[0], "+1h", "accepted")):
        words = ("-m", "tests.faults.client", "accept", str(leg.pk), str(sam.pk))
        said = finish(programs.python(*words, **settings, **clock_off(off)))
        assert said == f"1 {result}"
    statuses = [Referral.objects.get(pk=leg.pk).status for leg in (late[0], early[0])]
    assert statuses == ["pending", "accepted"]
