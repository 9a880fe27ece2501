"""What a list can be narrowed by. Each value stands in the URL and reads as a chip."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from portal.models import Location, Person
from portal.names import key
from portal.workflow import Text
from referrals.choices import DealType
from referrals.lifecycle.referral import Status
from referrals.lifecycle.registration import Status as Registration
from referrals.listing import derived
from referrals.models import ReferralSolution, Solution

Ask = Callable[[], derived.Legs]  # asked only by those who need it
MOST = 50  # values of one filter (facts 2.10)
UNREGISTERED = "none"
REGISTRATIONS: dict[str, Any] = {UNREGISTERED: _("Not registered"), **dict(Registration.choices)}


@dataclass(frozen=True)
class Filter:
    """`valid` says what may stand in the URL; anything else is left out."""

    name: str
    label: Text
    valid: Callable[[str], bool]
    where: Callable[[tuple[str, ...], datetime, Ask], Q]
    word: Callable[[str], Any] = str
    of_partner: bool = False  # the own company's business: left out for people of the vendor


def is_id(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False


def any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions, Q())


def _customer(values: tuple[str, ...], now: datetime, legs: Ask) -> Q:
    """Every word of what was typed occurs in the customer's name."""
    words = key(" ".join(values)).split()
    return Q(*(Q(customer_key__contains=word) for word in words))


def _solution(values: tuple[str, ...], now: datetime, legs: Ask) -> Q:
    rows = ReferralSolution.objects.filter(
        referral=OuterRef("pk"), solution__in=[UUID(v) for v in values]
    )
    return Q(Exists(rows))


def _type(values: tuple[str, ...], now: datetime, legs: Ask) -> Q:
    known = legs()
    return any_of(derived.of_type(value, known) for value in values)


def _registration(values: tuple[str, ...], now: datetime, legs: Ask) -> Q:
    known = Q(registration__status__in=[v for v in values if v != UNREGISTERED])
    return known | Q(registration=None) if UNREGISTERED in values else known


FILTERS = {
    item.name: item
    for item in (
        Filter("customer", _("Customer"), lambda v: bool(key(v)), _customer),
        Filter(
            "status",
            _("Status"),
            lambda v: v in Status,
            lambda values, now, legs: any_of(derived.in_status(v, now) for v in values),
            lambda v: Status(v).label,
        ),
        Filter(
            "type",
            _("Type"),
            lambda v: v in DealType,
            _type,
            lambda v: DealType(v).label,
        ),
        Filter(
            "country",
            _("Country"),
            lambda v: v in countries,
            lambda values, now, legs: Q(customer_country__in=values),
            countries.name,
        ),
        Filter("solution", _("Solution"), is_id, _solution),
        Filter(
            "registration",
            _("Registration"),
            lambda v: v in REGISTRATIONS,
            _registration,
            lambda v: REGISTRATIONS[v],
            of_partner=True,
        ),
        Filter("location", _("Location"), is_id, lambda values, now, legs: Q(location__in=values)),
    )
}
NAMED: dict[str, Callable[[Person], "QuerySet[Any]"]] = {
    "location": lambda person: Location.objects.filter(company=person.company_id),
    "solution": lambda person: (
        Solution.objects.all() if person.is_vendor else Solution.objects.offered_to(person)
    ),
}


def read(params: Any) -> dict[str, tuple[str, ...]]:
    """The filters that a query string asks for, each value once."""
    found = {}
    for name, item in FILTERS.items():
        values = dict.fromkeys(v.strip()[:100] for v in params.getlist(name))
        valid = tuple(v for v in values if v and item.valid(v))[:MOST]
        if valid:
            found[name] = valid[:1] if name == "customer" else valid
    return found


def allowed(chosen: Mapping[str, tuple[str, ...]], person: Person) -> dict[str, tuple[str, ...]]:
    """Without what is nobody's business at the vendor."""
    return {k: v for k, v in chosen.items() if not (person.is_vendor and FILTERS[k].of_partner)}


def where(chosen: dict[str, tuple[str, ...]], now: datetime, legs: Ask) -> list[Q]:
    """One condition for each filter; all of them must hold."""
    return [FILTERS[name].where(values, now, legs) for name, values in chosen.items()]


def words(chosen: dict[str, tuple[str, ...]], person: Person) -> list[tuple[str, str, Text, str]]:
    """(name, value, label, word) of each filter in use. One query per kind of record named."""
    rows = {name: of(person) for name, of in NAMED.items() if name in chosen}
    named = {name: _names(found, chosen[name]) for name, found in rows.items()}
    return [
        (name, value, FILTERS[name].label, named.get(name, {}).get(value) or word(name, value))
        for name, values in chosen.items()
        for value in values
    ]


def word(name: str, value: str) -> str:
    """A record that is gone, or nobody's business, is called by its number."""
    return str(FILTERS[name].word(value))


def _names(rows: "QuerySet[Any]", values: tuple[str, ...]) -> dict[str, str]:
    return {str(row.pk): str(row) for row in rows.filter(pk__in=values)}
