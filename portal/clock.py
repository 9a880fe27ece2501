"""What time it is. Everything that compares a deadline asks here.

The database's clock is the only one: workers on machines with wrong clocks agree
about deadlines. In a sandbox an offset row moves it, for demonstrations and tests.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from portal.models.sandbox import ClockOffset

_MOVED = (  # the offset comes with the moment: every page asks
    "SELECT clock_timestamp() + interval '1 second'"
    " * COALESCE((SELECT seconds FROM portal_clockoffset LIMIT 1), 0)"
)
_stands: ContextVar[datetime | None] = ContextVar("stands", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    if (stands := _stands.get()) is not None:
        return stands
    if connection.vendor != "postgresql":  # the embedded database shares this machine's clock
        return datetime.now(UTC) + offset()
    with connection.cursor() as cursor:
        cursor.execute(_MOVED if settings.SANDBOX else "SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)


def offset() -> timedelta:
    """How far a sandbox's clock was moved; always zero elsewhere."""
    if not settings.SANDBOX:
        return timedelta(0)
    row = ClockOffset.objects.values_list("seconds", flat=True).first()
    return timedelta(seconds=row or 0)


def move(by: timedelta) -> None:
    """Move a sandbox's clock, forward or back."""
    if not settings.SANDBOX:
        raise RuntimeError("Only a sandbox has a clock that moves.")
    seconds = int((offset() + by).total_seconds())
    ClockOffset.objects.update_or_create(pk=1, defaults={"seconds": seconds})


@contextmanager
def standing() -> Iterator[Callable[[datetime], object]]:
    """A sandbox's clock stands still, for this thread, wherever the yielded function sets it.

    A demonstration of a past year is made so: exact, and without a query for each look.
    """
    if not settings.SANDBOX:
        raise RuntimeError("Only a sandbox has a clock that stands still.")
    before = _stands.set(now())
    try:
        yield _stands.set
    finally:
        _stands.reset(before)
