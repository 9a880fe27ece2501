"""The list of referrals by OData: what a query string asks for, and one page of it.

Pages are found by the place of their neighbour, never by counting rows: the token holds it,
signed, and is good for this filter, this order and this reader only.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import DateTimeField, F, UUIDField, Value
from django.http import QueryDict

from portal.api.errors import Problem
from portal.keyset import Behind
from referrals.api import rows
from referrals.api.filter_fields import Asked
from referrals.api.filters import condition
from referrals.api.wire import CONTEXT, FIELDS, ROOT, Object, referral
from referrals.models.referrals import ReferralQuerySet

SALT = "referrals.api.listing"
SKIP_MOST = 1000
ORDERS = {"createdDateTime": "created_at", "updatedDateTime": "updated_at"}
PARAMETERS = frozenset(
    ("$filter", "$select", "$orderby", "$top", "$skip", "$count", "$expand", "$skiptoken")
)


@dataclass(frozen=True)
class Query:
    """What is asked for. `place` is where the page before ended, unread as yet."""

    filter: str = ""
    select: tuple[str, ...] = ()
    order: str = "createdDateTime"
    down: bool = True
    top: int = 0
    skip: int = 0
    count: bool = False
    place: str = ""
    said: tuple[tuple[str, str], ...] = ()  # as it was said, for the address of the next page

    def bound(self, asked: Asked) -> str:
        """What a token is good for."""
        parts = (self.filter, self.order, str(self.down), str(asked.person.pk))
        return sha256("\n".join(parts).encode()).hexdigest()[:16]


def read(params: QueryDict) -> Query:
    """Raises Problem (400) naming the parameter, for whatever can't be meant."""
    for name, values in params.lists():
        if name not in PARAMETERS:
            raise Problem("There is no such parameter here.", target=name[:100])
        if len(values) > 1:
            raise Problem("Say this once.", target=name)
    if params.get("$expand", "").strip():
        raise Problem("Nothing can be expanded: a referral is whole.", target="$expand")
    order, down = _order(params.get("$orderby", ""))
    return Query(
        filter=params.get("$filter", "").strip(),
        select=_select(params.get("$select", "")),
        order=order,
        down=down,
        top=_number(params, "$top", settings.API_PAGE, settings.API_PAGE_MOST),
        skip=_number(params, "$skip", 0, SKIP_MOST),
        count=_flag(params, "$count"),
        place=params.get("$skiptoken", ""),
        said=tuple((k, str(params[k])) for k in params if k not in ("$skip", "$skiptoken")),
    )


def _order(text: str) -> tuple[str, bool]:
    """(name, is it downwards?). The newest first where nothing is said."""
    match text.split():
        case []:
            return "createdDateTime", True
        case [name] if name in ORDERS:
            return name, False
        case [name, ("asc" | "desc") as way] if name in ORDERS:
            return name, way == "desc"
    raise Problem(f"Order by {' or '.join(ORDERS)}, then asc or desc.", target="$orderby")


def _select(text: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in text.split(",")) if text.strip() else ()
    if names == ("*",):
        return ()
    for name in names:
        if name not in FIELDS:
            raise Problem(f"{name[:100]!r} is no field of a referral.", target="$select")
    return names


def _number(params: QueryDict, name: str, usual: int, most: int) -> int:
    text = params.get(name, "")
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Problem("Say a number, zero or more.", target=name)
    if int(text) > most:
        way = "; go on with @odata.nextLink" if name == "$skip" else ""
        raise Problem(f"At most {most}{way}.", target=name)
    return int(text)


def _flag(params: QueryDict, name: str) -> bool:
    text = params.get(name, "false").lower()
    if text not in ("true", "false"):
        raise Problem("Say true or false.", target=name)
    return text == "true"


def page(query: Query, asked: Asked) -> Object:
    """One page, whole objects or the named fields. One query, two with a count."""
    found = rows.visible(asked.person)
    if query.filter:
        found = found.filter(condition(query.filter, asked))
    answer: Object = {"@odata.context": f"{settings.BASE_URL}{CONTEXT}"}
    if query.count:
        answer["@odata.count"] = found.order_by().count()
    taken = _taken(found, query, asked) if query.top else []
    shown = [referral(row, asked.person) for row in taken[: query.top]]
    answer["value"] = [_selected(one, query.select) for one in shown]
    if len(taken) > query.top > 0:
        answer["@odata.nextLink"] = _next(query, asked, taken[query.top - 1])
    return answer


def _selected(one: Object, names: tuple[str, ...]) -> Object:
    return {name: one[name] for name in names if name in one} if names else one


def _taken(found: ReferralQuerySet, query: Query, asked: Asked) -> list[rows.Row]:
    """The rows of the page, and one more where it is not the last."""
    column = ORDERS[query.order]
    if query.place:
        moment, pk = _place(query, asked)
        here = Value(moment, output_field=DateTimeField()), Value(pk, output_field=UUIDField())
        found = found.filter(Behind(F(column), F("pk"), *here, sign="<" if query.down else ">"))
    names = (column, "pk")
    found = found.order_by(*(f"-{name}" if query.down else name for name in names))
    return list(rows.read(found[query.skip : query.skip + query.top + 1], asked.person, asked.now))


def _place(query: Query, asked: Asked) -> tuple[datetime, UUID]:
    try:
        bound, moment, pk = signing.loads(query.place, salt=SALT)
        if bound == query.bound(asked):
            return datetime.fromisoformat(moment), UUID(pk)
    except (signing.BadSignature, ValueError, TypeError):
        pass
    message = "This token is not for this list. Begin at its first page."
    raise Problem(message, target="$skiptoken")


def _next(query: Query, asked: Asked, last: rows.Row) -> str:
    place: list[Any] = [query.bound(asked), last[ORDERS[query.order]].isoformat(), str(last["id"])]
    token = signing.dumps(place, salt=SALT, compress=True)
    said = [*query.said, ("$skiptoken", token)]
    text = "&".join(f"{name}={quote(value, safe='')}" for name, value in said)
    return f"{settings.BASE_URL}{ROOT}?{text}"
