"""From rows to mails: claim a batch, hand each over, then mark it.

Marked after sending: a deliverer killed in between sends one mail twice, with the same
Message-ID, and loses none. Several deliverers share the rows by SKIP LOCKED and leases.
"""

import logging
import random
from datetime import timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction

from notifications.carrier import Carrier, Later, Rejected, Unreachable
from notifications.kinds import WORDED
from notifications.models import Message
from notifications.rendering import envelope
from portal import clock

SECONDS = 45.0  # a drain ends before the minute after which the timetable may start many
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=12)

log = logging.getLogger(__name__)
_random = random.SystemRandom()
State = Message.State


def drain(seconds: float = SECONDS) -> int:
    """Deliver what is due until nothing is left or the time is up. Returns how many left."""
    end, sent, carrier = monotonic() + seconds, 0, Carrier()
    try:
        while monotonic() < end and (batch := claim()):
            try:
                sent += _carry_all(batch, carrier, end)
            except Unreachable:
                break
    finally:
        carrier.close()
    return sent


@transaction.atomic
def claim(limit: int | None = None) -> list[Message]:
    """Take due rows that nobody else holds, and lease them.

    The lease is `due_at` itself, moved on: rows of a killed deliverer fall due again.
    """
    now = clock.now()
    rows = Message.objects.due(now).select_for_update(skip_locked=True, of=("self",))
    batch = list(rows.select_related("person")[: limit or settings.MAIL_BATCH])
    lease = now + timedelta(seconds=settings.MAIL_LEASE_SECONDS)
    Message.objects.filter(pk__in=[row.pk for row in batch]).update(due_at=lease)
    for row in batch:
        row.due_at = lease
    return batch


def _carry_all(batch: list[Message], carrier: Carrier, end: float) -> int:
    sent = 0
    for place, message in enumerate(batch):
        if monotonic() >= end:
            _release(batch[place:])
            break
        try:
            sent += _carry(message, carrier)
        except Unreachable as error:
            for waiting in batch[place:]:
                _fail(waiting, str(error))
            log.warning("mail server unreachable", extra={"waiting": len(batch) - place})
            raise
    return sent


def _carry(message: Message, carrier: Carrier) -> bool:
    """Send one message and write down what came of it. Raises Unreachable."""
    if message.person and not message.person.is_active:
        _mark(message, state=State.SILENT, due_at=None)
        return False
    try:
        carrier.carry(envelope(message))
    except Unreachable:
        raise
    except Rejected as error:
        _die(message, str(error))
    except Later as error:
        _fail(message, str(error))
    except Exception as error:  # a template of ours is broken: wait for its repair
        log.exception("message can't be written", extra={"row": str(message.pk)})
        _fail(message, f"{type(error).__name__}: {error}")
    else:
        worded = {"body": "", "html": ""} if message.kind == WORDED else {}
        _mark(message, state=State.SENT, sent_at=clock.now(), due_at=None, last_error="", **worded)
        return True
    return False


def _fail(message: Message, error: str) -> None:
    """Count the try; wait longer after each, and give up after MAIL_TRIES."""
    if message.attempts + 1 >= settings.MAIL_TRIES:
        _die(message, error)
    else:
        due_at = clock.now() + wait(message.attempts + 1)
        _mark(message, due_at=due_at, last_error=error[:500])


def _die(message: Message, error: str) -> None:
    log.error("message can't be delivered", extra={"row": str(message.pk)})
    _mark(message, state=State.DEAD, due_at=None, last_error=error[:500])


def wait(tries: int) -> timedelta:
    """Back-off after so many tries: doubling, capped, a quarter more or less by chance."""
    pause = min(FIRST_WAIT * 2 ** min(tries - 1, 20), LONGEST_WAIT)
    return pause * _random.uniform(0.75, 1.25)


def _mark(message: Message, **values: Any) -> None:
    """Only while the lease is ours: a slow deliverer must not undo what another did."""
    held = Message.objects.filter(pk=message.pk, state=State.QUEUED, due_at=message.due_at)
    held.update(attempts=message.attempts + 1, **values)


def _release(batch: list[Message]) -> None:
    """Give back what there was no time for."""
    ids = [message.pk for message in batch]
    held = Message.objects.filter(pk__in=ids, state=State.QUEUED, due_at=batch[0].due_at)
    held.update(due_at=clock.now())
