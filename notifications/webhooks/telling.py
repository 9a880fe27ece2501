"""From lines of history to deliveries: one row for each company's program that may know.

A sweep follows the feed with a cursor that is kept in the transaction of the rows it writes: a
sweep that is killed told nothing, and the next begins where it began.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db import transaction

from notifications import topics
from notifications.models import Delivery, Subscription, Told
from notifications.topics import Topic
from notifications.webhooks.payload import payload
from portal import bulk, clock, feed
from portal.models import Event, new_id

log = structlog.get_logger(__name__)
SECONDS = 45.0
EARLIER = timedelta(minutes=1)  # a change that was being written while somebody subscribed


def tell_all(seconds: float = SECONDS) -> int:
    """Follow history to its end, or until the time is up. Returns how many deliveries it made."""
    end, made = monotonic() + seconds, 0
    while True:
        more, count = _tell()
        made += count
        if not more or monotonic() >= end:
            return made


@transaction.atomic
def _tell() -> tuple[bool, int]:
    """One batch. Is there more, and how many rows were written?"""
    place = _place()
    if place is None:  # somebody else is telling
        return False, 0
    latest = feed.latest()  # before looking who listens: who comes after it misses nothing
    listening = list(Subscription.objects.told())
    if not listening:
        _keep(place, latest)
        return False, 0
    events, cursor = _following(place.cursor)
    rows = list(_rows(events, listening, clock.now()))
    bulk.insert(Delivery, rows, ignore_conflicts=True)
    if cursor != place.cursor:
        _keep(place, cursor)
    return len(events) == settings.WEBHOOK_BATCH, len(rows)


def _following(cursor: str) -> tuple[list[Event], str]:
    """The next lines. A cursor that can't be read any more (SECRET_KEY was changed without a
    fallback) goes back as far as deliveries are kept: those are not written a second time."""
    try:
        return feed.after(cursor, settings.WEBHOOK_BATCH)
    except feed.BadCursor:
        log.exception("the place in history is lost")
        start = clock.now() - timedelta(days=settings.WEBHOOK_KEPT_DAYS - 1)
        return feed.after(
            "", settings.WEBHOOK_BATCH, narrow=lambda rows: rows.filter(at__gte=start)
        )


def _place() -> Told | None:
    """The cursor's row, locked; None where another sweep holds it."""
    Told.objects.bulk_create([Told(pk=Told.ONLY)], ignore_conflicts=True)
    return Told.objects.select_for_update(skip_locked=True).filter(pk=Told.ONLY).first()


def _keep(place: Told, cursor: str) -> None:
    Told.objects.filter(pk=place.pk).update(cursor=cursor)


def _rows(
    events: Sequence[Event], listening: list[Subscription], now: datetime
) -> Iterator[dict[str, Any]]:
    by_company: dict[UUID, list[Subscription]] = defaultdict(list)
    for subscription in listening:
        by_company[subscription.company_id].append(subscription)
    for topic in topics.resolve(events):
        for subscription in by_company[topic.company_id]:
            if _hears(subscription, topic):
                yield _row(subscription, topic, now)


def _hears(subscription: Subscription, topic: Topic) -> bool:
    """Asked for, not before it asked, and not its own doing where it said so."""
    own = topic.event.client_id is not None and topic.event.client_id == subscription.client_id
    return (
        topic.name in subscription.events
        and topic.event.at >= subscription.since - EARLIER
        and not (own and subscription.skip_own)
    )


def _row(subscription: Subscription, topic: Topic, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "subscription_id": subscription.pk,
        "event_id": topic.event.pk,
        "name": topic.name,
        "record_id": topic.record_id,
        "payload": payload(topic.name, topic.path, topic.noun, topic.event.at),
        "client_id": topic.event.client_id,
        "due_at": now,
        "created_at": now,
    }
