"""What a program may read of the history of others' records: the feed behind `/v1.0/events`.

The names are the webhooks' (`notifications.topics`), so that a program that lost deliveries
catches up here. Each app declares in its `feed` which lines a person may read.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from notifications import topics
from notifications.topics import Topic
from portal import feed
from portal.models import Event, Person

LIFETIME = timedelta(days=30)
ROUNDS = 20  # how far one page looks for a line that the reader may read
ACCESS = "access-updated"
# Of the person ("edit" is the profile, which changes nothing here) and of the client itself.
PERSON_VERBS, CLIENT_VERBS = ("set_roles", "reactivate"), ("edit", "reactivate")


@dataclass(frozen=True)
class Sight:
    """What somebody may know of a record that they see."""

    engagement_id: UUID
    untold: frozenset[str] = frozenset()  # fields whose changes the page does not tell them


@dataclass(frozen=True)
class Entry:
    """One line for one reader. No topic: what the reader may see has changed itself. No sight:
    the record is out of the reader's sight. Not `full`: it is about a neighbour of the record."""

    event: Event
    topic: Topic | None = None
    sight: Sight | None = None

    @property
    def full(self) -> bool:
        return self.sight is not None and self.topic is not None and self._own

    @property
    def _own(self) -> bool:
        return self.topic is not None and self.topic.record_id == self.event.record_id


Narrow = Callable[[Person], Q]
Sights = Callable[[Person, Sequence[UUID]], dict[UUID, Sight]]
_known: dict[str, tuple[Narrow, Sights]] = {}


def declare(record_type: str, narrow: Narrow, sights: Sights) -> None:
    """Make known who reads the history of one kind of record that has topics.

    `narrow` says in the database which lines somebody may read: those of records in sight, and
    those with which a record left it. `sights` says what they may know of some of the records,
    and leaves out what they do not see; a constant number of queries.
    """
    _known[record_type] = narrow, sights


def page(
    person: Person, cursor: str, limit: int, *, without: UUID | None = None
) -> tuple[list[Entry], str]:
    """Up to `limit` lines behind the cursor, and the cursor behind them. An empty page is the end.

    `without` leaves out what this client did. Raises feed.BadCursor and feed.Expired.
    """

    def narrow(rows: QuerySet[Event]) -> QuerySet[Event]:
        mine = rows.filter(_readable(person))
        return mine.exclude(client_id=without) if without else mine

    for _round in range(ROUNDS):
        rows, cursor = feed.after(cursor, limit, narrow=narrow, lifetime=LIFETIME)
        entries = _entries(rows, person)
        if entries or len(rows) < limit:
            break
    return entries, cursor


def _readable(person: Person) -> Q:
    """The lines of records, and of what the reader may do."""
    found = Q(record_type="person", record_id=person.pk, verb__in=PERSON_VERBS)
    found |= Q(record_type="client", record_id=person.client_id, verb__in=CLIENT_VERBS)
    for record_type, (narrow, _sights) in _known.items():
        found |= Q(record_type=record_type) & narrow(person)
    return found


def _entries(rows: list[Event], person: Person) -> list[Entry]:
    told = {t.event.pk: t for t in topics.resolve(rows) if t.company_id == person.company_id}
    sights = _sights(list(told.values()), person)
    found = (_entry(row, told.get(row.pk), sights, person) for row in rows)
    return [entry for entry in found if entry is not None]


def _sights(found: list[Topic], person: Person) -> dict[UUID, Sight]:
    ids: dict[str, set[UUID]] = {}
    for topic in found:
        ids.setdefault(topic.noun, set()).add(topic.record_id)
    sights: dict[UUID, Sight] = {}
    for noun, wanted in ids.items():
        sights |= _known[noun][1](person, sorted(wanted))
    return sights


def _entry(
    row: Event, topic: Topic | None, sights: dict[UUID, Sight], person: Person
) -> Entry | None:
    if topic is None:
        return Entry(row) if row.record_id in (person.pk, person.client_id) else None
    entry = Entry(row, topic, sights.get(topic.record_id))
    related = topic.record_id != row.record_id
    return None if entry.sight is None and related else entry
