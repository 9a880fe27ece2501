"""One page of a list in a fixed order, by the place of its neighbour: never by counting rows.

A page starts behind the row that its cursor names, with a row comparison
`(column, id) > (x, y)`, which an index answers at once on any page. The column is never empty
in the rows of the list. The cursor is signed; one that is broken or belongs to another list
shows the first page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, QuerySet, Value

SIZES = (25, 50, 100)
SALT = "portal.keyset"


@dataclass(frozen=True)
class Order:
    """A list's order: a column of its model, the id after it. `down`: the last one first."""

    column: str
    down: bool = False

    @property
    def name(self) -> str:
        return f"-{self.column}" if self.down else self.column


@dataclass
class Page:
    """The rows of one page, and the cursors of the pages beside it (empty: none)."""

    rows: list[Any] = field(default_factory=list)
    size: int = SIZES[0]
    next: str = ""
    previous: str = ""
    total: str | int | None = None

    @property
    def count(self) -> int:
        return len(self.rows)


class Behind(Func):
    """`(column, id) < (value, id)`, or `>`: a comparison of rows, which one index answers.

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


def page(rows: "QuerySet[Any]", order: Order, params: Mapping[str, str]) -> Page:
    """The page that `after`, `before` and `size` of a URL's query name. One query."""
    after, before = (place_of(rows, order, params.get(name, "")) for name in ("after", "before"))
    back = before is not None and after is None
    place = after or before
    asked = params.get("size", "")
    size = int(asked) if asked in map(str, SIZES) else SIZES[0]
    taken = list(ordered(rows, order, place, back=back)[: size + 1])
    more, shown = len(taken) > size, taken[:size]
    if back:
        shown.reverse()
    found = Page(shown, size)
    if shown and (more or back):
        found.next = cursor_of(order, shown[-1])
    if shown and (more if back else place):
        found.previous = cursor_of(order, shown[0])
    return found


Place = tuple[Any, Any]


def ordered(
    rows: "QuerySet[Any]", order: Order, place: Place | None, *, back: bool
) -> "QuerySet[Any]":
    """The rows in this order, behind the place; or from its end, those before it."""
    down = order.down != back
    if place is not None:
        rows = rows.filter(_behind(rows, order, place, sign="<" if down else ">"))
    columns = F(order.column), F("pk")
    return rows.order_by(*(c.desc() if down else c.asc() for c in columns))


def _behind(rows: "QuerySet[Any]", order: Order, place: Place, *, sign: str) -> Behind:
    kinds = rows.model._meta.get_field(order.column), rows.model._meta.pk
    values = (Value(value, output_field=kind) for value, kind in zip(place, kinds, strict=True))
    return Behind(F(order.column), F("pk"), *values, sign=sign)


def cursor_of(order: Order, row: Any) -> str:
    """The place of this row, signed, for the address of the page that follows or goes before."""
    column = row._meta.get_field(order.column)
    place = [order.name, column.value_to_string(row), str(row.pk)]
    return signing.dumps(place, salt=SALT, compress=True)


def place_of(rows: "QuerySet[Any]", order: Order, cursor: str) -> Place | None:
    """The place that a cursor names, or None where it is not one of ours for this order."""
    if not cursor:
        return None
    try:
        made_for, value, pk = signing.loads(cursor, salt=SALT)
        if made_for != order.name:
            return None
        meta = rows.model._meta
        return meta.get_field(order.column).to_python(value), meta.pk.to_python(pk)
    except (signing.BadSignature, ValidationError, ValueError, TypeError):
        return None
