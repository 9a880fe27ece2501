"""What was told while the demonstration was made: kept as notices, never mailed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from notifications.models import Message
from portal.models import Person

FRESH, UNREAD = timedelta(days=30), 6


def quieten(before: set[UUID], people: list[Person], now: datetime) -> None:
    """Nobody gets mail about the past; each of these people finds a few unread notices."""
    made = Message.objects.exclude(pk__in=before)
    made.filter(person=None).delete()
    made.update(
        state=Message.State.SILENT, due_at=None, read_at=F("created_at") + timedelta(hours=3)
    )
    for person in people:
        newest = made.notices_of(person).filter(created_at__gt=now - FRESH)
        fresh = list(newest.values_list("pk", flat=True)[:UNREAD])
        Message.objects.filter(pk__in=fresh).update(read_at=None)
