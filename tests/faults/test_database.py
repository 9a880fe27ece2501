"""PostgreSQL ends where it stands, in the middle of a sweep or of a mail."""

import time

import pytest
from django.db import connections

from notifications.models import Message
from tests.faults.programs import finish, until
from tests.faults.rows import assert_expired_once, expired, overdue
from tests.referrals.test_races import _reading

pytestmark = [
    pytest.mark.faults,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]
MANY = 3000


def _crash(cluster, down: float = 0.0) -> None:
    connections.close_all()
    cluster.stop()
    time.sleep(down)
    cluster.start()


def _at_work(sweep, legs, done: int) -> bool:
    return sweep.poll() is not None or (_reading() and expired(legs) >= done)


@pytest.mark.rule("DEAL-015", "DEAL-036")
def test_a_crash_in_the_middle_of_sweeps(cluster, programs, dice, ana, customer, sam) -> None:
    legs = overdue(MANY, ana, customer)
    codes = []
    for done in (0, 1000):  # in its first transaction, and after some were committed
        sweep = programs.manage("sweep")
        until(lambda sweep=sweep, done=done: _at_work(sweep, legs, done), 60, "a sweep at work")
        time.sleep(dice.uniform(0.0, 0.5))
        _crash(cluster)
        sweep.communicate(timeout=60)
        codes.append(sweep.returncode)
        print(f"after a crash: {expired(legs)} expired")
    assert all(codes), "the sweeps must have been hit"
    finish(programs.manage("sweep"))
    assert_expired_once(legs)


def test_a_crash_while_mail_leaves(cluster, programs, mailbox, dice, ana, customer, sam) -> None:
    """What had left and was not yet marked leaves once more, under the same Message-ID."""
    legs = overdue(150, ana, customer)
    finish(programs.manage("sweep"))
    mailbox.pause = 0.01
    deliver = programs.manage("deliver", MAIL_LEASE_SECONDS="1")
    until(lambda: len(mailbox.taken) > dice.randint(5, 60), 60, "mail that leaves")
    _crash(cluster)
    deliver.communicate(timeout=60)
    assert deliver.returncode
    time.sleep(1.1)  # the lease
    finish(programs.manage("deliver"))
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert len(set(mailbox.ids)) == len(legs)
    assert len(mailbox.ids) <= len(legs) + 1


def test_the_worker_goes_on_by_itself(cluster, programs, ana, customer, sam) -> None:
    """Away for some seconds while beat and a worker run: nobody starts anything again."""
    first = overdue(20, ana, customer)
    programs.start("worker")
    programs.start("beat")
    until(lambda: expired(first) == len(first), 60, "a first sweep")
    _crash(cluster, down=5)
    second = overdue(1200, ana, customer)
    took = until(lambda: expired(second) == len(second), 60, "a sweep after the crash")
    print(f"swept {took:.1f} s after the return")
    assert_expired_once(first)
    assert_expired_once(second)
    assert programs.tree.ended() is None
