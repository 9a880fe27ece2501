"""Real processes on PostgreSQL, killed and racing: nothing is lost, nothing is told twice."""

import random
import signal
import subprocess
import threading
import time
from collections import Counter
from typing import Any

import pytest
from django.db import connection, transaction

from notifications.actions import subscription as verbs
from notifications.models import Delivery, SigningKey, Subscription
from notifications.webhooks import signing, telling
from portal.models import Event, Person
from portal.workflow import Refused
from referrals.actions import deal, referral
from tests.conftest import opening
from tests.feeding import settle
from tests.notifications.webhooks.receiver import Receiver
from tests.processes import finish, start

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MANY = 60


def deliverer(receiver: Receiver) -> subprocess.Popen[str]:
    """`manage.py deliver` on the test database, in small bites."""
    named = {"WEBHOOK_TEST_TARGETS": f"127.0.0.1:{receiver.port}", "WEBHOOK_BATCH": "5"}
    return start("manage.py", "deliver", **named, WEBHOOK_LEASE_SECONDS="2")


def changes(ana: Person, customer: Any) -> set[str]:
    """Some changes, as the ids of their lines of history."""
    legs = [deal.open(opening(ana, customer), by=ana) for _ in range(MANY // 2)]
    for leg in legs:
        referral.win(leg, by=ana)
    ids = [leg.pk for leg in legs]
    return {str(pk) for pk in Event.objects.filter(record_id__in=ids).values_list("pk", flat=True)}


@pytest.mark.rule("API-106")
def test_killed_again_and_again_it_tells_everything_once(
    ana, customer, receiver, subscribe
) -> None:
    subscribe(ana, receiver)
    lines = changes(ana, customer)
    settle()  # what the neighbours of this server write holds every reader back for a moment
    rows = Delivery.objects.order_by("pk")
    kills = 0
    chance = random.Random(20261122)
    for enough in (1, 15, 30, 45):
        victim = deliverer(receiver)
        _wait_until(
            lambda enough=enough: len(receiver.taken) >= enough or rows.count() >= 2 * enough
        )
        time.sleep(chance.uniform(0, 0.02))
        victim.send_signal(signal.SIGKILL)
        victim.communicate(timeout=10)
        kills += 1
        time.sleep(2.2)  # its lease: who comes before finds nothing to do, and ends
    settle()
    assert finish(deliverer(receiver)) == 0
    assert {str(pk) for pk in rows.values_list("event_id", flat=True)} == lines
    assert rows.count() == len(lines)
    assert set(rows.values_list("state", flat=True)) == {"sent"}
    times = Counter(taken.headers["webhook-id"] for taken in receiver.taken)
    assert set(times) == {str(row.pk) for row in rows}
    assert sum(times.values()) - len(lines) <= kills  # at most the one in hand, once a kill


@pytest.mark.rule("API-120")
def test_two_senders_send_each_once_and_in_order(ana, customer, receiver, subscribe) -> None:
    own = subscribe(ana, receiver)
    changes(ana, customer)
    settle()
    telling.tell_all()
    both = [deliverer(receiver) for _ in range(2)]
    assert [finish(process) for process in both] == [0, 0]
    ids = [taken.headers["webhook-id"] for taken in receiver.taken]
    assert ids == [str(row.pk) for row in own.deliveries.in_turn().order_by("pk")]


@pytest.mark.rule("API-106")
def test_who_still_writes_is_not_overtaken(ana, customer, receiver, subscribe) -> None:
    """A change that commits late is told after those that began later."""
    own = subscribe(ana, receiver)
    first = deal.open(opening(ana, customer), by=ana)
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            referral.move_stage(first, by=ana, stage=20)
            written.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert written.wait(10)
    second = deal.open(opening(ana, customer), by=ana)
    telling.tell_all()
    go_on.set()
    thread.join(10)
    settle()
    telling.tell_all()
    told = own.deliveries.values_list("record_id", "name")
    assert Counter(told) == {
        (first.pk, "referral-created"): 1,
        (first.pk, "referral-updated"): 1,
        (second.pk, "referral-created"): 1,
    }


def _at_once(*jobs: Any) -> list[str]:
    said: list[str] = []
    gate = threading.Barrier(len(jobs))

    def run(job: Any) -> None:
        gate.wait(10)
        try:
            job()
            said.append("done")
        except Refused as refused:
            said.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return said


@pytest.mark.rule("API-123")
def test_two_registrations_at_once_make_one(ana, paula, receiver) -> None:
    wish = verbs.Wish(receiver.url, ("referral-created",))
    jobs = [lambda who=who: verbs.subscribe(wish, by=who) for who in (ana, paula) * 3]
    assert Counter(_at_once(*jobs)) == {"done": 1, "exists": 5}
    assert Subscription.objects.count() == 1


def test_the_pair_that_signs_is_made_once(db) -> None:
    found: list[str] = []
    _at_once(*[lambda: found.append(signing.certificate()) for _ in range(4)])
    assert SigningKey.objects.count() == 1
    assert len(found) == 4
    assert len(set(found)) == 1


def _wait_until(is_so: Any) -> None:
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.005)
