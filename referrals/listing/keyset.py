"""One page of a long list, by the place of its neighbour: never by counting rows.

A page starts behind the row that its cursor names, with a row comparison
`(a, id) > (x, y)`, which an index answers at once on any page. The cursor is signed and
opaque; one that is broken or belongs to another order shows the first page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core import signing
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    DecimalField,
    F,
    Field,
    Func,
    QuerySet,
    UUIDField,
    Value,
)

from referrals.models.indexes import time_left

SIZES = (25, 50, 100)
SALT = "referrals.listing"


@dataclass(frozen=True)
class Order:
    """What a list can be sorted by. `read` turns a cursor's text back into a value."""

    by: Callable[[], F | Func]
    read: Callable[[str], Any]
    kind: Callable[[], "Field[Any, Any]"]


def _money() -> "DecimalField[Any, Any]":
    return DecimalField(max_digits=15, decimal_places=2)


ORDERS = {
    "name": Order(lambda: F("name"), str, CharField),
    "customer": Order(lambda: F("customer_key"), str, CharField),
    "status": Order(lambda: F("status"), str, CharField),
    "created": Order(lambda: F("created_at"), datetime.fromisoformat, DateTimeField),
    "value": Order(lambda: F("value"), Decimal, _money),
    "close": Order(lambda: F("close_on"), date.fromisoformat, DateField),
    "left": Order(time_left, datetime.fromisoformat, DateTimeField),
}
SORTS = frozenset([*ORDERS, *(f"-{name}" for name in ORDERS)])


@dataclass(frozen=True)
class Place:
    """Where a row stands in an order."""

    value: Any
    pk: UUID

    def cursor(self, sort: str) -> str:
        moment = self.value.isoformat() if isinstance(self.value, date) else str(self.value)
        return signing.dumps([sort, moment, str(self.pk)], salt=SALT, compress=True)

    @classmethod
    def read(cls, cursor: str, sort: str) -> "Place | None":
        """The place a cursor names, or None where it is not one of ours for this order."""
        try:
            made_for, value, pk = signing.loads(cursor, salt=SALT)
            if made_for != sort:
                return None
            return cls(ORDERS[sort.lstrip("-")].read(value), UUID(pk))
        except (signing.BadSignature, ValueError, TypeError, InvalidOperation):
            return None


@dataclass
class Page:
    """The rows of one page, and the cursors of the pages beside it (empty: none)."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    size: int = SIZES[0]
    next: str = ""
    previous: str = ""
    total: str | int | None = None

    @property
    def count(self) -> int:
        return len(self.rows)


def ordered(rows: "QuerySet[Any]", sort: str, *, back: bool = False) -> "QuerySet[Any]":
    """The rows in this order, or from its end; the id makes it total."""
    by, down = ORDERS[sort.lstrip("-")].by(), sort.startswith("-") != back
    columns = by, F("id")
    rows = rows.annotate(_by=by)
    return rows.order_by(*(c.desc() if down else c.asc() for c in columns))


class Behind(Func):
    """`(order, id) < (value, id)`, or `>`: a comparison of rows, which one index answers.

    Django's own writes an OR where SQLite is the database, and no index answers that.
    """

    output_field = BooleanField()
    conditional = True

    def as_sql(
        self, compiler: Any, connection: Any, *_more: Any, **_context: Any
    ) -> tuple[str, Any]:
        parts = [compiler.compile(part) for part in self.source_expressions]
        a, i, x, y = (sql for sql, _params in parts)
        params = [value for _sql, values in parts for value in values]
        return f"({a}, {i}) {self.extra['sign']} ({x}, {y})", params


def beyond(
    rows: "QuerySet[Any]", sort: str, place: Place, *, back: bool = False
) -> "QuerySet[Any]":
    """The rows behind this place, or before it, nearest first."""
    order, down = ORDERS[sort.lstrip("-")], sort.startswith("-") != back
    value = Value(place.value, output_field=order.kind())
    here = Value(place.pk, output_field=UUIDField())
    rows = rows.filter(Behind(order.by(), F("id"), value, here, sign="<" if down else ">"))
    return ordered(rows, sort, back=back)


def paged(
    rows: "QuerySet[Any]", fields: list[str], sort: str, size: int, cursors: tuple[str, str]
) -> Page:
    """The page after, or before, one of the `cursors` (after, before). One query."""
    after, before = (Place.read(text, sort) if text else None for text in cursors)
    back = before is not None and after is None
    place = after or before
    found = beyond(rows, sort, place, back=back) if place else ordered(rows, sort)
    taken = list(found.values(*fields, "id", "_by")[: size + 1])
    more, shown = len(taken) > size, taken[:size]
    if back:
        shown.reverse()
    page = Page(shown, size)
    if shown and (more or back):
        page.next = Place(shown[-1]["_by"], shown[-1]["id"]).cursor(sort)
    if shown and (more if back else place):
        page.previous = Place(shown[0]["_by"], shown[0]["id"]).cursor(sort)
    return page
