"""One page of the list, ready to be shown, in a constant number of queries."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString

from portal import clock
from portal.models import Person
from referrals.listing import columns as cols
from referrals.listing import derived
from referrals.listing import query as queries
from referrals.listing.columns import Column
from referrals.listing.keyset import Page, Place, beyond, paged
from referrals.listing.query import PAGE, ListQuery
from referrals.models import Referral
from referrals.models.indexes import NEVER

FIELDS = {"customer": "customer_key", "created": "created_at", "close": "close_on"}
NOBODY = str(UUID(int=0))  # its address is worked out once for all rows


@dataclass(frozen=True)
class Listing:
    """The rows of a page with the columns they stand in."""

    columns: list[Column]
    page: Page

    @property
    def lines(self) -> list[tuple[dict[str, Any], str, list[tuple[str, SafeString, Any]]]]:
        """Each row with its address and its cells: kind, attributes, what it shows."""
        heads = [(c.kind, c.attributes, c.show) for c in self.columns]
        address = reverse("deal", args=[NOBODY])
        return [
            (
                row,
                address.replace(NOBODY, str(row["id"])),
                [(kind, attributes, show(row)) for kind, attributes, show in heads],
            )
            for row in self.page.rows
        ]


def columns_of(person: Person, query: ListQuery) -> list[Column]:
    """The columns in the URL, else those the person keeps, else the usual ones."""
    if query.waiting:
        return cols.chosen(person, query.columns, "inbox")
    kept = tuple(person.views.get(PAGE, {}).get("columns", ()))
    return cols.chosen(person, query.columns or kept, query.tab)


def full(person: Person, string: str) -> str:
    """The query string of a view with its columns spelled out, for a job that runs later."""
    view = queries.of(person, string)
    shown = [c.name for c in columns_of(person, view) if c not in cols.FIXED]
    return view.string(columns=tuple(shown))


def listing(person: Person, query: ListQuery, now: datetime) -> Listing:
    """One page of a view. One query."""
    columns = columns_of(person, query)
    rows = query.rows(person, now).annotate(
        favourite=derived.favoured_by(person), **cols.makes(columns, now)
    )
    names = dict.fromkeys([*cols.needs(columns), "due_at", "favourite"])
    cursors = (query.after, query.before)
    return Listing(columns, paged(rows, list(names), query.sort, query.size, cursors))


@dataclass(frozen=True)
class Neighbours:
    """The deals before and after one, in the order of a list."""

    previous: UUID | None
    next: UUID | None


def neighbours(person: Person, referral: Referral, query: str = "") -> Neighbours:
    """What stands before and after this deal in the person's list. Two short queries.

    `query` is what the list's links carry as `?list=`; without one the person's own view of
    the deal's side is meant. A deal that the list no longer holds keeps its place in it.
    """
    view, now = queries.of(person, query), clock.now()
    if not view.tab:
        view = replace(view, tab="inbound" if referral.sender_id else "outbound")
        view = queries.fitted(view, person)
    rows = view.rows(person, now)
    place = Place(_value(referral, view.sort), referral.pk)
    found = [
        beyond(rows, view.sort, place, back=back).values_list("pk", flat=True).first()
        for back in (True, False)
    ]
    return Neighbours(*found)


def _value(referral: Referral, sort: str) -> Any:
    """What the order compares of a referral that was read already."""
    name = sort.lstrip("-")
    if name == "left":
        return referral.due_at or NEVER
    return getattr(referral, FIELDS.get(name, name))
