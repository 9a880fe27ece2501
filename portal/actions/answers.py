"""What writes were answered: rows in the transaction of the change, so that none happens twice.

Two that arrive at once take turns at the key; after a crash between commit and answer the
row is there.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from portal import clock
from portal.models import Answered, Person


def begin(person: Person, *, key: str, asked: str) -> Answered:
    """The row of this request, new or as it was answered; waits for another that works on it.

    `asked` is a checksum of the request. Call it in the transaction of the change.
    """
    row = Answered(person=person, client=person.client, key=key, asked=asked, at=clock.now())
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return Answered.objects.get(person=person, client=person.client, key=key)
    return row


def keep(row: Answered, *, status: int, body: str, headers: dict[str, Any]) -> None:
    """Remember the answer."""
    row.status, row.body, row.headers = status, body, headers
    row.save(update_fields=["status", "body", "headers"])


def remove_old() -> int:
    """Forget answers older than IDEMPOTENCY_HOURS. Returns how many."""
    before = clock.now() - timedelta(hours=settings.IDEMPOTENCY_HOURS)
    return Answered.objects.filter(at__lt=before).delete()[0]
