"""A view of the list as a stream of CSV, in bounded memory.

PostgreSQL writes the lines itself (COPY), formulas made harmless in the same statement;
elsewhere rows are read and written one by one. Nothing is held but one piece.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from referrals.listing.download import Field

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # spreadsheets read the file as UTF-8
PIECE = 64 * 1024
MINUTES = "%Y-%m-%d %H:%M"


def stream(table: "QuerySet[Any]", cells: list[Field]) -> Iterator[bytes]:
    """Heading, then every row of `table`. The reader's language and zone are taken now."""
    head = (BOM + line([str(cell.label) for cell in cells])).encode()
    if connection.vendor == "postgresql":
        return _pieces(head, _copied(table))
    return _pieces(head, _read(table, timezone.get_current_timezone()))


def line(values: Iterable[Any]) -> str:
    """One line as COPY writes it; the ending given here makes the writer quote \\r and \\n."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(values)
    return out.getvalue().removesuffix("\r\n") + "\n"


def _copied(table: "QuerySet[Any]") -> Iterator[Any]:
    """What COPY sends, compiled before the first byte is asked for."""
    try:
        sql, params = table.query.sql_with_params()
    except EmptyResultSet:
        return iter(())
    return _copy(f"COPY ({sql}) TO STDOUT WITH (FORMAT csv)", params)


def _copy(statement: str, params: tuple[Any, ...]) -> Iterator[Any]:
    with connection.cursor() as cursor, cursor.copy(statement, params) as copy:
        yield from copy


def _read(table: "QuerySet[Any]", zone: tzinfo) -> Iterator[bytes]:
    for row in table.iterator(chunk_size=2000):
        yield line(written(value, zone) for value in row).encode()


def written(value: Any, zone: tzinfo) -> Any:
    """A moment in the reader's zone, to the minute; other values as they are."""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime(MINUTES)
    return value


def _pieces(head: bytes, lines: Iterator[Any]) -> Iterator[bytes]:
    """The heading at once, then pieces large enough to be worth sending."""
    yield head
    piece = bytearray()
    for part in lines:
        piece += part
        if len(piece) >= PIECE:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)
