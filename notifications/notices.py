"""What the portal itself tells a person: the messages about records."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from notifications.models import Message
from portal.models import Person

MOST = 100  # counted no further; the page shows "99+"
SIZES = ("25", "50", "100")


def unread_count(person: Person) -> int:
    """How many notices this person has not read, up to MOST."""
    return Message.objects.notices_of(person).order_by().unread()[:MOST].count()


def shown_count(count: int) -> str:
    """`12`, or `99+` where counting ended."""
    return f"{MOST - 1}+" if count >= MOST else str(count)


def dead_count() -> int:
    """How many messages nobody could deliver, up to MOST. For operators."""
    return Message.objects.dead()[:MOST].count()


@dataclass(frozen=True)
class Page:
    """Some notices, and where the neighbouring pages begin."""

    rows: list[Message]
    size: int
    next: str
    previous: str
    total: None = None

    @property
    def count(self) -> int:
        return len(self.rows)


def page(person: Person, *, after: str = "", before: str = "", size: str = "") -> Page:
    """One page by keyset; cursors are ids, and what is not a cursor begins at the top."""
    rows, many = Message.objects.notices_of(person), int(size) if size in SIZES else 25
    if cursor := _cursor(before):
        found = _some(rows.filter(id__gt=cursor).order_by("id"), many, person)
        shown = found[:many][::-1]
        return Page(shown, many, _id(shown[-1:]), _id(shown[:1]) if len(found) > many else "")
    cursor = _cursor(after)
    found = _some(rows.filter(id__lt=cursor) if cursor else rows, many, person)
    shown = found[:many]
    further = _id(shown[-1:]) if len(found) > many else ""
    return Page(shown, many, further, _id(shown[:1]) if cursor else "")


def _some(rows: QuerySet[Message], many: int, person: Person) -> list[Message]:
    """A page and one row more. All are this person's, which need not be read again."""
    found = list(rows[: many + 1])
    for row in found:
        row.person = person
    return found


def _id(rows: list[Message]) -> str:
    return str(rows[0].pk) if rows else ""


def _cursor(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
