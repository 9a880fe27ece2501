"""How often each client calls: counted in the cache at each request, kept in rows each minute.

Counting must never stop or slow what is counted: it is one number in the shared cache, beside
the request's transaction, and a cache that is away costs some counts and nothing else.
"""

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.core.cache import cache

MINUTE = 60
DAY = 24 * 60 * 60
REQUESTS, ERRORS, THROTTLED = KINDS = ("requests", "errors", "throttled")


def add(key: str, lasts: int, by: int = 1) -> int:
    """Add to a number of the cache, at once for everybody. Returns what it is now.

    `lasts` is in seconds, from the first count on.
    """
    with suppress(ValueError):
        return cache.incr(key, by)
    if cache.add(key, by, lasts):  # the first
        return by
    with suppress(ValueError):  # somebody else's first, which a full cache may drop at once
        return cache.incr(key, by)
    return by


def today() -> date:
    """The day by this machine's clock: what is counted here is not a deadline."""
    return datetime.fromtimestamp(time.time(), UTC).date()


def count(client: UUID, status: int) -> None:
    """Note one request of a client, by the status of its answer."""
    day = today()
    add(_key(client, day, REQUESTS), 2 * DAY)
    if status == 429:
        add(_key(client, day, THROTTLED), 2 * DAY)
    elif status >= 400:
        add(_key(client, day, ERRORS), 2 * DAY)


def take(clients: Iterable[UUID]) -> dict[tuple[UUID, date], dict[str, int]]:
    """What was counted since the last time, by client and day; the counters begin again.

    A number is subtracted before it is written down: a crash between loses up to a minute
    of counts, and never doubles any.
    """
    now = today()
    names = {
        _key(client, day, kind): (client, day, kind)
        for client in clients
        for day in (now - timedelta(days=1), now)
        for kind in KINDS
    }
    found: dict[tuple[UUID, date], dict[str, int]] = {}
    for key, number in cache.get_many(names).items():
        if number:
            client, day, kind = names[key]
            with suppress(ValueError):  # its two days ended just now
                cache.incr(key, -number)
            found.setdefault((client, day), {})[kind] = number
    return found


def _key(client: UUID, day: date, kind: str) -> str:
    return f"api:{kind}:{client.hex}:{day}"
