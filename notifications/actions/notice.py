"""The verbs on one's own notices."""

from uuid import UUID

from notifications.models import Message
from portal import clock
from portal.models import Person


def read(pk: UUID, *, by: Person) -> int:
    """Mark one notice as read. Returns how many changed: none where it is not one's own."""
    return Message.objects.notices_of(by).unread().filter(pk=pk).update(read_at=clock.now())


def read_about(record_id: UUID, *, by: Person) -> int:
    """Mark all notices about one record as read, when its page was opened."""
    about = Message.objects.notices_of(by).unread().filter(record_id=record_id)
    return about.update(read_at=clock.now())


def read_all(*, by: Person) -> int:
    """Mark every notice as read."""
    return Message.objects.notices_of(by).unread().update(read_at=clock.now())
