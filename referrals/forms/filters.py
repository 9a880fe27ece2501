"""What the filters of the list offer, with what is chosen already."""

from dataclasses import dataclass
from typing import Any

from django_countries import countries

from portal.models import Location, Person
from portal.workflow import Text
from referrals.choices import DealType
from referrals.lifecycle.referral import Status
from referrals.listing.filters import FILTERS, REGISTRATIONS
from referrals.listing.query import ListQuery
from referrals.models import Solution

MOST = 300  # solutions offered; who has more finds the rest by search


@dataclass(frozen=True)
class Choice:
    """One filter as a group of boxes, and what can be added from a long list."""

    name: str
    label: Text
    boxes: list[tuple[str, Any, bool]]  # value, word, chosen
    more: list[tuple[str, Any]]


def _short(query: ListQuery, name: str, options: list[tuple[str, Any]]) -> Choice:
    chosen = query.filters.get(name, ())
    boxes = [(value, word, value in chosen) for value, word in options]
    return Choice(name, FILTERS[name].label, boxes, [])


def _long(query: ListQuery, name: str, options: list[tuple[str, Any]]) -> Choice:
    """Only what is chosen has a box; the rest is a list to add one from."""
    chosen = query.filters.get(name, ())
    boxes = [(value, word, True) for value, word in options if value in chosen]
    return Choice(name, FILTERS[name].label, boxes, [o for o in options if o[0] not in chosen])


def _solutions(person: Person) -> list[tuple[str, Any]]:
    rows = Solution.objects.all() if person.is_vendor else Solution.objects.offered_to(person)
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name").order_by("name")[:MOST]]


def _locations(person: Person) -> list[tuple[str, Any]]:
    rows = Location.objects.filter(company=person.company_id)
    return [(str(row.pk), row) for row in rows]


def choices(person: Person, query: ListQuery) -> list[Choice]:
    """The filters that this person can choose from. Vendors have no locations."""
    found = [
        _short(query, "status", list(Status.choices)),
        _short(query, "type", list(DealType.choices)),
        _long(query, "country", [(code, name) for code, name in countries]),
        _long(query, "solution", _solutions(person)),
    ]
    if not person.is_vendor:
        found.append(_short(query, "registration", list(REGISTRATIONS.items())))
        found.append(_short(query, "location", _locations(person)))
    return found
