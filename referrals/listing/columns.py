"""The columns of the list: what each reads, how it shows, how it is downloaded."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models.expressions import Combinable
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries import countries

from portal import formats
from portal.models import Person
from portal.workflow import Text
from referrals.choices import AssessmentStage, DealType, Help, Motion, PartnerRole, Stage
from referrals.lifecycle.referral import Status
from referrals.lifecycle.registration import Status as Registration
from referrals.listing import derived

MOST = 9  # columns in all (facts 2.10)
Row = dict[str, Any]
Made = Callable[[datetime], Combinable]

STATUSES = dict(Status.choices)
TYPES = dict(DealType.choices)
HELPS = dict(Help.choices)
ROLES = dict(PartnerRole.choices)
REGISTRATIONS = dict(Registration.choices)


@dataclass(frozen=True)
class Column:
    """`reads` are fields of the row, `makes` are expressions under a name of their own.

    `show` gives the text of a cell; for kind "status" the code and the word.
    """

    name: str
    label: Text
    show: Callable[[Row], Any]
    reads: tuple[str, ...] = ()
    makes: dict[str, Made] = field(default_factory=dict)
    sort: str = ""
    kind: str = "text"
    numeric: bool = False
    of_vendor: bool = False  # vendor people only
    of_partner: bool = False  # the own company's business

    @property
    def attributes(self) -> SafeString:
        """Of every cell: the label that a narrow screen shows, and its alignment."""
        shape = ' data-label="{}" class="num"' if self.numeric else ' data-label="{}"'
        return format_html(shape, self.label)


def _status(row: Row) -> tuple[str, Any]:
    return row["shown"], STATUSES[row["shown"]]


def _vendor_status(row: Row) -> tuple[str, Any]:
    code = row["vendor_shown"]
    return (code, STATUSES[code]) if code else ("", formats.NOTHING)


def _registration(row: Row) -> tuple[str, Any]:
    code = row["registration__status"]
    return (code, REGISTRATIONS[code]) if code else ("", formats.NOTHING)


def _day(value: date) -> str:
    """A date that stays on one line."""
    return formats.day(value).replace(" ", formats.NBSP)


def _stage(row: Row) -> str:
    if row["status"] == Status.WON:
        return "100%"
    stages = AssessmentStage if row["deal__motion"] == Motion.ASSESSMENT else Stage
    return f"{row['stage']}% {stages(row['stage']).label}"


FIXED = (
    Column(
        "name",
        pgettext_lazy("column", "Deal name"),
        lambda row: row["name"],
        ("name",),
        sort="name",
        kind="name",
    ),
    Column(
        "customer",
        _("Customer"),
        lambda row: row["deal__customer__name"],
        ("deal__customer__name",),
        sort="customer",
    ),
    Column(
        "status",
        _("Status"),
        _status,
        makes={"shown": derived.shown_status},
        sort="status",
        kind="status",
    ),
)
OPTIONAL = (
    Column(
        "type",
        _("Type"),
        lambda row: TYPES[row["type_code"]],
        makes={"type_code": lambda now: derived.deal_type()},
    ),
    Column(
        "vendor_status",
        format_lazy(_("{vendor} status"), vendor=settings.VENDOR_NAME),
        _vendor_status,
        makes={"vendor_shown": derived.vendor_status},
        kind="status",
    ),
    Column(
        "value",
        _("Value"),
        lambda row: formats.money(row["value"], row["currency"]),
        ("value", "currency"),
        sort="value",
        numeric=True,
    ),
    Column(
        "left", _("Time left"), lambda row: row["due_at"], ("due_at",), sort="left", kind="left"
    ),
    Column(
        "close",
        _("Close date"),
        lambda row: _day(row["close_on"]),
        ("close_on",),
        sort="close",
    ),
    Column(
        "country",
        _("Country"),
        lambda row: countries.name(row["customer_country"]) or formats.NOTHING,
        ("customer_country",),
    ),
    Column(
        "created",
        _("Created"),
        lambda row: _day(row["created_at"]),
        ("created_at",),
        sort="created",
    ),
    Column("stage", _("Stage"), _stage, ("stage", "status", "deal__motion")),
    Column("role", _("Partner role"), lambda row: ROLES[row["partner_role"]], ("partner_role",)),
    Column(
        "location",
        _("Location"),
        lambda row: row["location__name"] or formats.NOTHING,
        ("location__name",),
    ),
    Column(
        "sender", _("From"), lambda row: row["sender__name"] or formats.NOTHING, ("sender__name",)
    ),
    Column(
        "partner",
        _("Partner"),
        lambda row: row["company__name"],
        ("company__name",),
        of_vendor=True,
    ),
    Column("help", _("Kind of help"), lambda row: HELPS[row["help"]], ("help",)),
    Column(
        "crm",
        _("CRM ID"),
        lambda row: row["crm_id"] or formats.NOTHING,
        ("crm_id",),
        of_partner=True,
    ),
    Column(
        "registration",
        _("Registration"),
        _registration,
        ("registration__status",),
        kind="status",
        of_partner=True,
    ),
    Column("id", _("Referral ID"), lambda row: row["id"]),
)
COLUMNS = {column.name: column for column in (*FIXED, *OPTIONAL)}
ALWAYS = tuple(column.name for column in FIXED)
USUAL = {
    ("partner", "inbound"): ("left", "sender", "value", "created"),
    ("partner", "outbound"): ("vendor_status", "value", "close", "created"),
    ("partner", "favourites"): ("type", "value", "close", "left"),
    ("partner", "search"): ("type", "value", "close", "created"),
    ("vendor", "inbound"): ("left", "sender", "help", "value", "created"),
    ("vendor", "outbound"): ("left", "partner", "value", "close", "created"),
    ("vendor", "partner_led"): ("partner", "value", "stage", "close", "created"),
    ("vendor", "favourites"): ("partner", "type", "value", "left"),
    ("vendor", "search"): ("partner", "type", "value", "created"),
    ("vendor", "inbox"): ("left", "value", "sender", "help"),
}


def offered_to(person: Person) -> tuple[Column, ...]:
    """The columns that this person may add to the three that stay."""
    others = "of_partner" if person.is_vendor else "of_vendor"
    return tuple(c for c in OPTIONAL if not getattr(c, others))


def usual(person: Person, tab: str) -> tuple[str, ...]:
    """The columns of a tab while the person has not chosen."""
    side = "vendor" if person.is_vendor else "partner"
    return USUAL.get((side, tab)) or USUAL[side, "inbound"]


def chosen(person: Person, names: tuple[str, ...], tab: str) -> list[Column]:
    """The columns to show: as asked, else the usual ones; the fixed three first, nine at most."""
    known = {c.name: c for c in offered_to(person)}
    asked = [known[name] for name in dict.fromkeys(names) if name in known]
    shown = asked or [known[name] for name in usual(person, tab)]
    return [*FIXED, *shown[: MOST - len(FIXED)]]


def needs(columns: list[Column]) -> list[str]:
    """The names of everything that these columns read, for `values()`."""
    names = [name for column in columns for name in (*column.reads, *column.makes)]
    return list(dict.fromkeys(names))


def makes(columns: list[Column], now: datetime) -> dict[str, Combinable]:
    """The expressions of these columns, for `annotate()`."""
    return {name: made(now) for column in columns for name, made in column.makes.items()}
