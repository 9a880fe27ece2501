"""What changes are called for programs. Each app declares its own in its `topics`.

A name is `<noun>-created` or `<noun>-updated`, with `related-` before it where the record is
another company's (facts 1.11); later nouns follow the same rule.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from portal.models import Event
from portal.workflow import Text

CREATED, UPDATED = "created", "updated"
TEST = "test-created"  # goes out only when it is asked for


@dataclass(frozen=True)
class Topic:
    """One company is told of one line of history, under this name.

    `path` is below the API's version, like `registrations/<id>`: a record that the company may
    read, with `record_id` as its id and `noun` as its kind.
    """

    event: Event
    company_id: UUID
    name: str
    noun: str
    path: str
    record_id: UUID


Resolver = Callable[[Sequence[Event]], Iterable[Topic]]
_resolvers: dict[str, Resolver] = {}
_names: dict[str, Text] = {}


def declare(record_type: str, resolver: Resolver, *, names: Mapping[str, Text]) -> None:
    """Make known who is told of the history of one kind of record, under these names; each with
    the words that people read beside it.

    `resolver` gets many lines of that kind at once and asks the database a constant number of
    times. It names every company that may see the record, whether or not it listens.
    """
    _resolvers[record_type] = resolver
    _names.update(names)


def names() -> list[str]:
    """Every name that can be subscribed to, the test's included."""
    return [*_names, TEST]


def labels() -> dict[str, Text]:
    """The same names, each with its words."""
    return {**_names, TEST: _("A test, which goes out only when it is asked for")}


def record_types() -> list[str]:
    """The kinds of record whose history is told."""
    return list(_resolvers)


def resolve(events: Sequence[Event]) -> list[Topic]:
    """Who is told of these lines, in their order."""
    kinds: dict[str, list[Event]] = {}
    for event in events:
        if event.record_type in _resolvers:
            kinds.setdefault(event.record_type, []).append(event)
    found = [topic for kind, rows in kinds.items() for topic in _resolvers[kind](rows)]
    order = {event.pk: place for place, event in enumerate(events)}
    return sorted(found, key=lambda topic: order[topic.event.pk])
