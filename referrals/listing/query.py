"""A view of the list as it stands in a URL: the URL is the view, and can be shared."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.http import QueryDict

from portal.models import Person
from portal.names import key
from referrals.lifecycle.referral import Status
from referrals.listing import filters
from referrals.listing.keyset import SIZES, SORTS
from referrals.listing.tabs import rows_in, tab_of
from referrals.models.referrals import ReferralQuerySet

PAGE = "deals"  # under this name a person's filters and columns are kept
INBOX = "inbox"
NEWEST = "-created"
LEAST = 3  # characters of a search (facts 2.10)


@dataclass(frozen=True)
class ListQuery:
    """Tab, filters, search and order. `columns` is empty where the usual ones are meant."""

    tab: str = ""
    sort: str = NEWEST
    size: int = SIZES[0]
    search: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    waiting: bool = False  # the inbox: only what can still be answered

    @property
    def is_search(self) -> bool:
        return self.tab == "search"

    @property
    def words(self) -> list[str]:
        """What is searched for, or nothing while it is too short."""
        typed = key(self.search)
        return typed.split() if len(typed) >= LEAST else []

    def rows(self, person: Person, now: datetime) -> ReferralQuerySet:
        """Everything on all pages of this view, unordered."""
        tab = tab_of(person, self.tab)
        rows = rows_in(tab, person)
        if self.waiting:
            rows = rows.filter(status=Status.PENDING, due_at__gt=now)
        if self.is_search:
            return _searched(rows, self.words)
        chosen = filters.allowed(self.filters, person)
        return rows.filter(*filters.where(chosen, now, lambda: tab.legs(person)))

    def string(self, **changes: Any) -> str:
        """As a query string, without what goes without saying and without the page."""
        query, asked = replace(self, **changes), QueryDict(mutable=True)
        for name, value, usual in (
            ("tab", INBOX if query.waiting else query.tab, "search" if query.is_search else ""),
            ("q", query.search, ""),
            ("sort", query.sort, "left" if query.waiting else NEWEST),
            ("size", query.size, SIZES[0]),
            ("columns", ",".join(query.columns), ""),
        ):
            if value != usual:
                asked[name] = str(value)
        for name, values in query.filters.items():
            asked.setlist(name, list(values))
        return asked.urlencode()

    def without(self, name: str, value: str) -> "ListQuery":
        """The same view with one value of a filter taken away."""
        left = tuple(v for v in self.filters.get(name, ()) if v != value)
        rest = {k: v for k, v in self.filters.items() if k != name}
        return replace(self, filters=rest | ({name: left} if left else {}), after="", before="")


def _searched(rows: ReferralQuerySet, words: list[str]) -> ReferralQuerySet:
    if not words:
        return rows.none()
    for word in words:
        rows = rows.filter(search_key__contains=word)
    return rows


def read(params: QueryDict) -> ListQuery:
    """A view from a URL. What it can't mean is left out; nothing is refused."""
    if params.get("tab") == INBOX:
        return inbox(params)
    return _read(params)


def _read(params: QueryDict) -> ListQuery:
    search = params.get("q", "")[:200]
    size, sort = params.get("size", ""), params.get("sort", "")
    return ListQuery(
        tab="search" if "q" in params else params.get("tab", ""),
        sort=sort if sort in SORTS else NEWEST,
        size=int(size) if size in map(str, SIZES) else SIZES[0],
        search=search,
        filters={} if "q" in params else filters.read(params),
        columns=tuple(filter(None, params.get("columns", "").split(","))),
        after=params.get("after", ""),
        before=params.get("before", ""),
    )


def inbox(params: QueryDict) -> ListQuery:
    """What waits for an answer of one's own company, the most urgent first."""
    asked = _read(params)
    sort = asked.sort if "sort" in params else "left"
    return replace(asked, tab="inbound", waiting=True, sort=sort, search="", filters={})


def kept(person: Person) -> QueryDict:
    """The filters that this person uses until they clear them."""
    return QueryDict(person.views.get(PAGE, {}).get("filters", ""))


def of(person: Person, string: str) -> ListQuery:
    """The view that a query string stands for; an empty one is the person's own."""
    return fitted(read(QueryDict(string) if string else kept(person)), person)


def fitted(query: ListQuery, person: Person) -> ListQuery:
    """In the usual order where the tab does not offer the one that was asked for, and without
    filters that are not for this person."""
    offered = tab_of(person, query.tab).sorts
    query = replace(query, filters=filters.allowed(query.filters, person))
    return query if query.sort.lstrip("-") in offered else replace(query, sort=NEWEST)
