"""History in the order in which it became readable: followed by cursor, without gaps or doubles.

Neither moments nor ids do: a slow writer commits what is older than what was read already. On
PostgreSQL each line carries the number of its transaction (migration 0006), and a reader stays
behind the oldest transaction that still writes. On SQLite one writes at a time, so row ids do;
they have no holes, since history is only added to, and VACUUM leaves them as they are.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import signing
from django.db import connection, transaction
from django.db.models import BigIntegerField, BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from portal import clock
from portal.models import Event

SALT = "portal.feed"
# The columns are no fields of the model: nobody writes them, and SQLite has none.
BEHIND = "(portal_event.xact, portal_event.id) > (%s, %s)"
SETTLED = "portal_event.xact < portal_feed_place(pg_snapshot_xmin(pg_current_snapshot()))"
START, LAST_ID = (-1, UUID(int=0)), UUID(int=2**128 - 1)
Place = tuple[int, UUID]
Narrow = Callable[[QuerySet[Event]], QuerySet[Event]]


class BadCursor(ValueError):  # noqa: N818 — the word for it
    """No cursor of ours."""


class Expired(BadCursor):
    """A cursor that is older than its reader allows."""


def after(
    cursor: str, limit: int, *, narrow: Narrow | None = None, lifetime: timedelta | None = None
) -> tuple[list[Event], str]:
    """Up to `limit` lines of history behind this cursor, and the cursor behind the last of them.

    "" stands before the first line. `narrow` picks the rows that the reader wants. Fewer than
    `limit` means that the end was reached, for now. Raises BadCursor; Expired where the cursor
    is older than `lifetime`.
    """
    now = clock.now()
    place = _read(cursor, lifetime, now)
    rows = _behind(Event.objects.all(), place)
    found = list((narrow(rows) if narrow else rows)[:limit])
    return found, _write(_place(found[-1]) if found else place, now)


def latest() -> str:
    """The cursor behind everything that can be read now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT portal_feed_place(pg_snapshot_xmin(pg_current_snapshot())) - 1"
            if _postgresql()
            else "SELECT coalesce(max(rowid), 0) FROM portal_event"
        )
        return _write((cursor.fetchone()[0], LAST_ID), clock.now())


def _postgresql() -> bool:
    return connection.vendor == "postgresql"


def _behind(rows: QuerySet[Event], place: Place) -> QuerySet[Event]:
    # All the SQL is this file's; what comes from outside is a parameter.
    if not _postgresql():
        row_id = RawSQL("portal_event.rowid", [], BigIntegerField())
        return rows.annotate(place=row_id).filter(place__gt=place[0]).order_by("place")
    number = RawSQL("portal_event.xact", [], BigIntegerField())
    settled = RawSQL(SETTLED, [], BooleanField())  # noqa: S611  # nosec B611
    behind = RawSQL(BEHIND, place, BooleanField())  # noqa: S611  # nosec B611
    return rows.annotate(place=number).filter(settled, behind).order_by("place", "id")


def _place(event: Any) -> Place:
    return event.place, event.pk


def _write(place: Place, now: datetime) -> str:
    said = [place[0], place[1].hex, int(now.timestamp())]
    return signing.Signer(salt=SALT, sep=".").sign_object(said)


def _read(cursor: str, lifetime: timedelta | None, now: datetime) -> Place:
    if not cursor:
        return START
    try:
        number, hex_id, written = signing.Signer(salt=SALT, sep=".").unsign_object(cursor)
    except (signing.BadSignature, ValueError) as broken:
        raise BadCursor(cursor) from broken
    if lifetime is not None and datetime.fromtimestamp(written, now.tzinfo) < now - lifetime:
        raise Expired(cursor)
    return number, UUID(hex_id)


@transaction.atomic
def restored() -> int:
    """Let the order go on where a dump was read into another database server, whose numbers of
    transactions start lower. Returns by how much they were raised; 0 where nothing was to do.

    Run before the portal is opened again; needs the right to replace the function.
    """
    if not _postgresql():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(xact), 0) + 1 - portal_feed_place(pg_current_xact_id()),"
            " portal_feed_place('0') FROM portal_event"
        )
        missing, raised = cursor.fetchone()
        if missing <= 0:
            return 0
        cursor.execute(
            "CREATE OR REPLACE FUNCTION portal_feed_place(xid8) RETURNS bigint"
            f" LANGUAGE sql IMMUTABLE AS 'SELECT $1::text::bigint + {int(raised + missing)}'"
        )
        return int(missing)
