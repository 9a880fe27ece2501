"""Telling people: one row for each reader, written in the transaction of the event.

Nothing here speaks to a broker or a mail server; see `notifications.delivery`.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import connection

from notifications import kinds
from notifications.models import Message, Preference
from portal import bulk, clock
from portal.middleware import zone
from portal.models import Person, new_id

How = Preference.How
State = Message.State
Choices = dict[tuple[UUID, str], str]


@dataclass(frozen=True)
class News:
    """One event and who should hear of it.

    `about` is the record whose page the reader is sent to, `event` the one whose version
    makes the event unique (the same, unless said). `addresses` are readers without an account:
    (address, name) pairs. `context` holds JSON values only.
    """

    kind: str
    people: Iterable[Person]
    about: Any
    context: dict[str, Any]
    addresses: Iterable[tuple[str, str]] = ()
    event: Any = None

    @property
    def once(self) -> str:
        event = self.event or self.about
        return f"{event.pk}:{getattr(event, 'version', 0)}"


def tell(
    kind: str,
    people: Iterable[Person],
    *,
    about: Any,
    context: dict[str, Any],
    addresses: Iterable[tuple[str, str]] = (),
    event: Any = None,
) -> None:
    """Tell one event to many people. Telling it again adds nothing."""
    tell_many([News(kind, people, about, context, addresses, event)])


def tell_many(news: Iterable[News]) -> None:
    """Tell many events in two statements: preferences are read once, rows written in bulk.

    Raises RuntimeError outside a transaction: what is rolled back must never be told.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Tell only inside the transaction of the event.")
    told = [(item, [p for p in item.people if p.is_active and not p.is_program]) for item in news]
    choices, now = _choices(told), clock.now()
    rows = [row for item, people in told for row in _rows(item, people, choices, now)]
    bulk.insert(Message, rows, ignore_conflicts=True)


def _choices(told: list[tuple[News, list[Person]]]) -> Choices:
    """(person, kind) -> how, for those who chose something else than at once."""
    people = {person.pk for _item, readers in told for person in readers}
    if not people:
        return {}
    rows = Preference.objects.filter(
        person__in=people, kind__in={item.kind for item, _readers in told}
    ).exclude(how=How.NOW)
    return {(p, kind): how for p, kind, how in rows.values_list("person", "kind", "how")}


def _rows(
    news: News, people: list[Person], choices: Choices, now: datetime
) -> Iterator[dict[str, Any]]:
    always = kinds.find(news.kind).always
    common = {
        "kind": news.kind,
        "record_type": news.about._meta.model_name,
        "record_id": news.about.pk,
        "created_at": now,
    }
    url = news.about.get_absolute_url()
    for person in people:
        how = How.NOW if always else choices.get((person.pk, news.kind), How.NOW)
        reader = {"person_id": person.pk, "language": person.language, "url": url}
        own = _own(news, person.email) | {"context": news.context}
        yield common | reader | own | _waiting(how, person, now)
    for address, name in news.addresses:
        reader = {"person_id": None, "language": settings.LANGUAGE_CODE, "url": ""}
        own = _own(news, address) | {"context": news.context | {"reader": name}}
        yield common | reader | own | {"state": State.QUEUED, "due_at": now}


def _own(news: News, address: str) -> dict[str, Any]:
    pk = new_id()
    key = key_of(news.once, news.kind, address.lower())
    return {"id": pk, "key": key, "address": address, "message_id": message_id(pk)}


def _waiting(how: str, person: Person, now: datetime) -> dict[str, Any]:
    if how == How.NEVER:
        return {"state": State.SILENT, "due_at": None}
    if how == How.DAILY:
        return {"state": State.DIGEST, "due_at": digest_moment(person, now)}
    return {"state": State.QUEUED, "due_at": now}


def key_of(*parts: str) -> UUID:
    """The same parts give the same key, on every machine."""
    return UUID(bytes=hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest())


def message_id(pk: UUID) -> str:
    """The Message-ID for a row, under the portal's own host name."""
    return f"<{pk}@{_host(settings.BASE_URL)}>"


@lru_cache(maxsize=8)
def _host(url: str) -> str:
    return urlsplit(url).hostname or "localhost"


def digest_moment(person: Person, now: datetime) -> datetime:
    """The next time that it is the digest's hour where this person is."""
    here = now.astimezone(zone(person))
    at = time(settings.DIGEST_HOUR)
    moment = datetime.combine(here.date(), at, here.tzinfo)
    if moment <= now:
        moment = datetime.combine(here.date() + timedelta(days=1), at, here.tzinfo)
    return moment
