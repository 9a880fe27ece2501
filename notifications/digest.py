"""One mail a day for those who asked for it: what waited since the last one."""

from datetime import datetime
from time import monotonic
from uuid import UUID

from django.db import transaction

from notifications.kinds import DIGEST
from notifications.models import Message
from notifications.outbox import key_of, message_id
from portal import clock
from portal.models import Person

SECONDS = 45.0
SHOWN = 100  # lines; the rest is counted and waits on the notices page
State = Message.State


def send_all(seconds: float = SECONDS) -> int:
    """Write every digest whose hour has come. Returns how many. Safe to repeat and share."""
    end, written = monotonic() + seconds, 0
    while (batch := gather()) and monotonic() < end:
        written += batch
    return written + batch


@transaction.atomic
def gather(limit: int = 100) -> int:
    """Digests for up to `limit` people whom nobody else serves now.

    The person's row is the lock: their lines never end in two mails. Lines and mail change
    in one transaction, so that a killed sweep leaves both as they were.
    """
    now = clock.now()
    waiting = Message.objects.due_digests(now).order_by().values("person")
    people = Person.objects.filter(pk__in=waiting).select_for_update(
        skip_locked=True, of=("self",), no_key=True
    )
    served = {person.pk: person for person in people[:limit]}
    rows = list(Message.objects.due_digests(now).filter(person__in=served).order_by("id"))
    lines: dict[UUID | None, list[Message]] = {}
    for row in rows:
        lines.setdefault(row.person_id, []).append(row)
    active = [served[pk] for pk in lines if pk and served[pk].is_active]
    Message.objects.bulk_create([_digest(person, lines[person.pk], now) for person in active])
    _close(rows, now)
    return len(lines)


def _digest(person: Person, rows: list[Message], now: datetime) -> Message:
    items = [{"kind": r.kind, "context": r.context, "url": r.url} for r in rows[:SHOWN]]
    digest = Message(
        key=key_of(DIGEST, str(rows[0].pk)),
        kind=DIGEST,
        person=person,
        address=person.email,
        language=person.language,
        context={"items": items, "more": max(len(rows) - SHOWN, 0)},
        due_at=now,
        created_at=now,
    )
    digest.message_id = message_id(digest.pk)
    return digest


def _close(rows: list[Message], now: datetime) -> None:
    ids = [row.pk for row in rows]
    Message.objects.filter(pk__in=ids).update(state=State.SENT, due_at=None, sent_at=now)
