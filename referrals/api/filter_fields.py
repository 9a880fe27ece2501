"""What a `$filter` can be about, kind by kind: which operators, which literals, which rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime
from django_countries import countries
from odata_query import ast

from portal.models import Person
from portal.roles import NOTHING

EQUAL = frozenset({"eq", "ne", "in"})
ORDERED = EQUAL | {"gt", "ge", "lt", "le"}
WORDED = EQUAL | {"contains", "startswith"}
LOOKUPS = {
    "eq": "exact",
    "gt": "gt",
    "ge": "gte",
    "lt": "lt",
    "le": "lte",
    "contains": "icontains",
    "startswith": "istartswith",
}
LARGEST = Decimal(10) ** 13


@dataclass(frozen=True)
class Asked:
    """Who asks, and the moment that everything on the page is true at."""

    person: Person
    now: datetime

    @property
    def own(self) -> Q:
        return Q(company=self.person.company_id)


class Field:
    """A column. `null`: it can be empty, and the wire says null then."""

    operators: ClassVar[frozenset[str]] = EQUAL

    def __init__(self, column: str = "", *, null: bool = False) -> None:
        self.column, self.null = column, null

    def read(self, literal: Any) -> Any:
        """The value of a literal. Raises ValueError where this field has no such values."""
        return text_of(literal)

    def where(self, asked: Asked, operator: str, value: Any) -> Q:
        """The rows. `ne`, `in` and null are the walker's."""
        return Q(**{f"{self.column}__{LOOKUPS[operator]}": value})

    def empty(self, asked: Asked) -> Q:
        """The rows whose value is null."""
        return Q(**{f"{self.column}__isnull": True}) if self.null else NOTHING


class Text(Field):
    """Compared to the letter; searched in any case."""

    operators = WORDED


class Email(Field):
    operators = WORDED

    def where(self, asked: Asked, operator: str, value: Any) -> Q:
        name = "iexact" if operator == "eq" else LOOKUPS[operator]
        return Q(**{f"{self.column}__{name}": value})


class OwnText(Text):
    """The own company's number, which others read as empty: so it is filtered, too."""

    def where(self, asked: Asked, operator: str, value: Any) -> Q:
        own = asked.own & super().where(asked, operator, value)
        return own if value else own | ~asked.own


class Id(Field):
    def read(self, literal: Any) -> UUID:
        return UUID(text_of(literal))


class Moment(Field):
    operators = ORDERED

    def read(self, literal: Any) -> datetime:
        return moment_of(literal)


class Day(Field):
    """A day, which the wire writes as its midnight."""

    operators = ORDERED

    def read(self, literal: Any) -> datetime:
        return moment_of(literal)

    def where(self, asked: Asked, operator: str, value: datetime) -> Q:
        whole = value.timetz() == time(tzinfo=UTC)
        if operator == "eq" and not whole:
            return NOTHING
        # Before and after a moment within a day stands the same as after and until its midnight.
        shifted = operator if whole else {"ge": "gt", "lt": "le"}.get(operator, operator)
        return super().where(asked, shifted, value.date())


class Number(Field):
    operators = ORDERED

    def read(self, literal: Any) -> Decimal:
        if not isinstance(literal, ast.Integer | ast.Float | ast.String):
            raise ValueError
        number = Decimal(literal.val)
        if not number.is_finite() or abs(number) > LARGEST:
            raise ValueError
        return number


class Flag(Field):
    def read(self, literal: Any) -> bool:
        if not isinstance(literal, ast.Boolean):
            raise ValueError
        return bool(literal.py_val)


class Country(Field):
    """Two letters; three are understood (decision 6)."""

    def read(self, literal: Any) -> str:
        code = countries.alpha2(text_of(literal).upper())
        if not code:
            raise ValueError
        return str(code)


class Word(Field):
    """A word of a closed list; `find` says which rows show it, None for no such word."""

    def __init__(self, find: Callable[[Asked, str], Q | None], *, null: Q = NOTHING) -> None:
        super().__init__()
        self.find, self.none = find, null

    def where(self, asked: Asked, operator: str, value: Any) -> Q:
        found = self.find(asked, value)
        if found is None:
            raise ValueError
        return found

    def empty(self, asked: Asked) -> Q:
        return self.none


@dataclass(frozen=True)
class Collection:
    """Rows beside a referral, of which a filter asks whether there is `any` that fits."""

    rows: "Callable[[], QuerySet[Any, Any]]"
    fields: dict[str, Field]


def text_of(literal: Any) -> str:
    if not isinstance(literal, ast.String | ast.GUID):
        raise ValueError
    return str(literal.val)


def moment_of(literal: Any) -> datetime:
    """In UTC. A date is its midnight; what names no zone is UTC."""
    if not isinstance(literal, ast.DateTime | ast.Date | ast.String):
        raise ValueError
    text = str(literal.val)
    found = parse_datetime(text)
    if found is None and (day := parse_date(text)):
        found = datetime.combine(day, time())
    if found is None:
        raise ValueError
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def any_of(conditions: Iterable[Q]) -> Q:
    """At least one of these; nothing where there are none."""
    return Q(*conditions, _connector=Q.OR) or NOTHING
