"""From rows to requests: take turns with the receivers, send, and write down what came of it.

A subscription is held by a lease while one request at a time goes to it. Requests run in threads
and the database is spoken to from here only. Receivers that failed last time share a lane of
their own: however many hang, those that answer do not wait for them.
"""

import random
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from notifications.actions import subscription
from notifications.models import Attempt, Delivery, Subscription
from notifications.webhooks import secrets, sending, signing
from notifications.webhooks.sending import Outcome, Request
from portal import clock

SECONDS = 45.0  # then no new request begins
LANE = 8  # receivers at once, in each of the two lanes
BITE = 2000  # rows that are removed at once
TURN = 25  # deliveries to one receiver before another may have its turn
# After each failed try; ten tries in 75 hours (Standard Webhooks), a tenth more or less by chance.
WAITS = [timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30)]
WAITS += [timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)]

_random = random.SystemRandom()
State = Delivery.State
Send = Callable[[Request], Outcome]


@dataclass
class Turn:
    """One receiver's: held until `lease`, by whoever set that very moment."""

    subscription: Subscription
    lease: datetime
    delivery: Delivery | None = None
    sent: int = 0


def drain(seconds: float = SECONDS, send: Send = sending.send) -> int:
    """Send what is due until nothing is left or the time is up. Returns how many were taken."""
    end, taken = monotonic() + seconds, 0
    flying: dict[Future[Outcome], Turn] = {}
    with ThreadPoolExecutor(2 * LANE) as threads:
        while True:
            if monotonic() < end:
                for turn in _turns(list(flying.values())):
                    _begin(turn, flying, threads, send)
            if not flying:
                return taken
            done, _others = wait(flying, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                turn = flying.pop(future)
                taken += _settle(turn, future.result())
                if _goes_on(turn, future.result()) and monotonic() < end:
                    _begin(turn, flying, threads, send)
                else:
                    _release(turn)


# --- turns ----------------------------------------------------------------------------


def _turns(flying: list[Turn]) -> list[Turn]:
    """Hold as many subscriptions as there is room for in each lane."""
    slow = sum(1 for turn in flying if turn.subscription.failures)
    return _hold(LANE - (len(flying) - slow), failures=0) + _hold(LANE - slow, failures__gt=0)


@transaction.atomic
def _hold(room: int, **lane: int) -> list[Turn]:
    """Lease free subscriptions that have something due; others' are skipped."""
    if room <= 0:
        return []
    now = clock.now()
    rows = Subscription.objects.due(now).filter(**lane)
    found = list(rows.select_for_update(skip_locked=True, of=("self",))[:room])
    lease = now + timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS)
    ids = [row.pk for row in found]
    Subscription.objects.filter(pk__in=ids).update(held_until=lease, turn_at=now)
    return [Turn(row, lease) for row in found]


def _begin(
    turn: Turn, flying: dict[Future[Outcome], Turn], threads: ThreadPoolExecutor, send: Send
) -> None:
    """Send the next delivery of this receiver, or end its turn."""
    now = clock.now()
    turn.delivery = turn.subscription.deliveries.due(now).in_turn().first()
    if turn.delivery is None or not _renew(turn, now):
        _release(turn)
        return
    turn.sent += 1
    flying[threads.submit(send, request(turn.subscription, turn.delivery, now))] = turn


def _renew(turn: Turn, now: datetime) -> bool:
    """Is it ours still, and as it was? Somebody may have changed it, switched it off, or taken
    it after the lease's end."""
    lease = now + timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS)
    if not _held(turn).update(held_until=lease):
        return False
    turn.lease = lease
    fresh = Subscription.objects.told().filter(pk=turn.subscription.pk).first()
    turn.subscription = fresh or turn.subscription
    return fresh is not None


def _held(turn: Turn) -> "QuerySet[Subscription]":
    return Subscription.objects.filter(pk=turn.subscription.pk, held_until=turn.lease, off="")


def _release(turn: Turn) -> None:
    _held(turn).update(held_until=None)


def _goes_on(turn: Turn, outcome: Outcome) -> bool:
    """A receiver that fails gives its place to another, one that takes all day, too."""
    return outcome.is_taken and turn.sent < TURN


# --- one delivery ---------------------------------------------------------------------


def request(to: Subscription, delivery: Delivery, now: datetime) -> Request:
    """The same body and id at every try; the moment and the signatures are made anew."""
    body = orjson.dumps(delivery.payload)
    keys = [to.secret]
    if to.before_until is not None and to.before_until > now:
        keys.append(to.secret_before)
    headers = signing.headers(
        str(delivery.pk),
        body,
        keys=[secrets.decrypt(key) for key in keys],
        own_header=to.own_header,
    )
    return Request(to.url, headers, body)


@transaction.atomic
def _settle(turn: Turn, outcome: Outcome) -> bool:
    """Write down the try and what follows. Nothing follows where the lease was lost."""
    delivery, now = turn.delivery, clock.now()
    assert delivery is not None
    said = {"code": outcome.code, "text": outcome.text}
    Attempt.objects.create(
        delivery=delivery, at=now, error=outcome.error, took_ms=outcome.took_ms, **said
    )
    failures = 0 if outcome.is_taken else F("failures") + 1
    if not _held(turn).update(failures=failures):
        return outcome.is_taken
    tries = delivery.tries + 1
    rows = Delivery.objects.filter(pk=delivery.pk, state=State.QUEUED)
    if outcome.is_taken:
        rows.update(state=State.SENT, sent_at=now, due_at=None, tries=tries, **said)
    elif delivery.is_test or tries > len(WAITS):
        rows.update(state=State.PARKED, due_at=None, tries=tries, **said)
    else:
        rows.update(due_at=now + pause(tries, outcome), tries=tries, **said)
    turn.subscription.failures = 0 if outcome.is_taken else turn.subscription.failures + 1
    if outcome.is_gone:
        subscription.switch_off(turn.subscription)
    return outcome.is_taken


def pause(tries: int, outcome: Outcome) -> timedelta:
    """How long until the next try; a receiver may ask for more patience, not for less."""
    usual = WAITS[min(tries, len(WAITS)) - 1] * _random.uniform(0.9, 1.1)
    return max(usual, outcome.wait or timedelta(0))


def remove_old() -> int:
    """Forget deliveries and attempts after their days (settings). Returns how many rows."""
    now = clock.now()
    attempts = now - timedelta(days=settings.WEBHOOK_ATTEMPTS_KEPT_DAYS)
    deliveries = now - timedelta(days=settings.WEBHOOK_KEPT_DAYS)
    return _remove(Attempt.objects.filter(at__lt=attempts)) + _remove(
        Delivery.objects.filter(created_at__lt=deliveries)
    )


def _remove(rows: "QuerySet[Any]") -> int:
    """In bites, so that no lock is held for long."""
    count = 0
    while ids := list(rows.values_list("pk", flat=True)[:BITE]):
        count += rows.model._base_manager.filter(pk__in=ids).delete()[0]
    return count
