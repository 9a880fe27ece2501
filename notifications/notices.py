"""What the portal itself tells a person: the messages about records."""

from notifications.models import Message
from portal.models import Person

MOST = 100  # counted no further; the page shows "99+"


def unread_count(person: Person) -> int:
    """How many notices this person has not read, up to MOST."""
    return Message.objects.notices_of(person).order_by().unread()[:MOST].count()


def shown_count(count: int) -> str:
    """`12`, or `99+` where counting ended."""
    return f"{MOST - 1}+" if count >= MOST else str(count)


def dead_count() -> int:
    """How many messages nobody could deliver, up to MOST. For operators."""
    return Message.objects.dead()[:MOST].count()
