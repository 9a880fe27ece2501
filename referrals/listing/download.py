"""The columns of the list as they are downloaded: codes as words, money in two columns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Func, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, Substr
from django.db.models.lookups import In
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Person
from portal.workflow import Text
from referrals.choices import AssessmentStage, DealType, Help, Motion, PartnerRole, Stage
from referrals.lifecycle.referral import Status
from referrals.lifecycle.registration import Status as Registration
from referrals.listing import derived
from referrals.listing.columns import Column
from referrals.listing.derived import TEXT, Words
from referrals.listing.keyset import ordered
from referrals.listing.query import ListQuery

STARTS_FORMULA = (*"=+-@＝＋－＠", "\t", "\r", "\n")


@dataclass(frozen=True)
class Field:
    """One column of a file. `typed` is what people typed, and may look like a formula."""

    label: Text
    value: Combinable
    typed: bool = False


class Moment(Func):
    """A moment as text in the reader's zone; where the database can't, `written` does."""

    def as_postgresql(
        self, compiler: Any, connection: Any, *_more: Any, **_context: Any
    ) -> tuple[str, Any]:
        sql, params = compiler.compile(self.source_expressions[0])
        zone = timezone.get_current_timezone_name()
        return f"to_char({sql} AT TIME ZONE %s, 'YYYY-MM-DD HH24:MI')", (*params, zone)

    def as_sql(
        self, compiler: Any, connection: Any, *_more: Any, **_context: Any
    ) -> tuple[str, Any]:
        return compiler.compile(self.source_expressions[0])


def safe(text: Combinable) -> Case:
    """Text that a spreadsheet would read as a formula gets an apostrophe in front."""
    guarded = Concat(Value("'"), text, output_field=TEXT)
    formula = In(Substr(text, 1, 1), STARTS_FORMULA)
    return Case(When(formula, then=guarded), default=text, output_field=TEXT)


def _stage() -> Case:
    assessment = Words("stage", AssessmentStage.choices)
    return Case(
        When(deal__motion=Motion.ASSESSMENT, then=assessment),
        default=Words("stage", Stage.choices),
        output_field=TEXT,
    )


def _named(path: str) -> Combinable:
    return Coalesce(F(path), Value(""), output_field=TEXT)


Fields = Callable[[Text, datetime], list[Field]]


def _text(path: str) -> Fields:
    return lambda label, now: [Field(label, _named(path), typed=True)]


def _plain(path: str) -> Fields:
    return lambda label, now: [Field(label, F(path))]


def _words(path: str, choices: list[tuple[Any, Any]]) -> Fields:
    return lambda label, now: [Field(label, Words(path, choices))]


FIELDS: dict[str, Fields] = {
    "name": _text("name"),
    "customer": _text("deal__customer__name"),
    "status": lambda label, now: [Field(label, Words(derived.shown_status(now), Status.choices))],
    "type": lambda label, now: [Field(label, Words(derived.deal_type(), DealType.choices))],
    "vendor_status": lambda label, now: [
        Field(label, Words(Coalesce(derived.vendor_status(now), Value("")), Status.choices))
    ],
    "value": lambda label, now: [Field(label, F("value")), Field(_("Currency"), F("currency"))],
    "left": lambda label, now: [Field(_("Answer by"), Moment(F("due_at"), output_field=TEXT))],
    "close": _plain("close_on"),
    "country": _plain("customer_country"),
    "created": lambda label, now: [Field(label, Moment(F("created_at"), output_field=TEXT))],
    "stage": lambda label, now: [Field(label, _stage())],
    "role": _words("partner_role", PartnerRole.choices),
    "location": _text("location__name"),
    "sender": _text("sender__name"),
    "partner": _text("company__name"),
    "help": _words("help", Help.choices),
    "crm": _text("crm_id"),
    "registration": lambda label, now: [
        Field(label, Words(_named("registration__status"), Registration.choices))
    ],
    "id": lambda label, now: [Field(label, Cast("id", TEXT))],
}


def fields(columns: list[Column], now: datetime) -> list[Field]:
    """What a file with these columns of the list holds."""
    return [item for column in columns for item in FIELDS[column.name](column.label, now)]


def rows(person: Person, query: ListQuery, now: datetime) -> "QuerySet[Any]":
    """All pages of a view, in its order; deals closed as errors are left out (decision 10)."""
    return query.rows(person, now).exclude(status=Status.ERROR)


def table(found: "QuerySet[Any]", sort: str, cells: list[Field], *, guard: bool) -> "QuerySet[Any]":
    """The cells of these rows as tuples; `guard` makes typed text safe for spreadsheets."""
    made = {
        f"c{n}": safe(cell.value) if guard and cell.typed else cell.value
        for n, cell in enumerate(cells)
    }
    return ordered(found, sort).annotate(**made).values_list(*made)
