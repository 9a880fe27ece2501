"""The list of deals, the inbox and the search: one page, three ways in."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from portal import clock
from portal.actions.views import keep_view
from portal.context import url
from portal.models import Person
from portal.pages import is_htmx
from referrals.actions.opening import barred
from referrals.forms.filters import choices
from referrals.listing import columns, filters, page, tabs
from referrals.listing import query as queries
from referrals.listing.keyset import SIZES
from referrals.listing.query import PAGE, ListQuery
from referrals.models import Draft

DRAFTS = 5  # shown on top of the list; the page of drafts has all


@require_GET
def deals(request: HttpRequest) -> HttpResponse:
    """The tabs. Without a query string the person's kept filters are put there."""
    kept = queries.kept(request.user)
    if not request.GET and kept:
        return redirect(f"{reverse('deals')}?{kept.urlencode()}")
    return _show(request, _read(request.user, request.GET))


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """What waits for the answer of the reader's company, the most urgent first."""
    return _show(request, queries.inbox(request.GET))


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Deals of all tabs by name, id, customer and notes; can't be filtered (facts 2.10)."""
    return _show(request, replace(queries.read(request.GET), tab="search", filters={}))


def _read(person: Person, params: QueryDict) -> ListQuery:
    query = queries.read(params)
    return replace(query, tab=tabs.tab_of(person, query.tab).name)


def _show(request: HttpRequest, query: ListQuery) -> HttpResponse:
    person, now = request.user, clock.now()
    query = queries.fitted(query, person)
    found = page.listing(person, query, now)
    string = query.string()
    beside: dict[str, Any] = {}
    if not (query.waiting or query.is_search):
        beside = _tabs(person, query) | {"drafts": _drafts(person, query)}
        if not query.filters and (beside["total"] or not found.page.rows):
            found.page.total = tabs.at_most(beside["total"])
    context = {
        "query": query,
        "string": string,
        "suffix": _suffix(person, query),
        "now": now,
        "sort": query.sort,
        "sorts": tabs.tab_of(person, query.tab).sorts,
        "listing": found,
        "page": found.page,
        "chips": filters.words(query.filters, person),
        "offered": _offered(person, found.columns),
        "opens": _opens(person),
    }
    return render(request, "referrals/list.html", context | beside)


def _suffix(person: Person, query: ListQuery) -> str:
    """What a deal's link must say of this view, for its previous and next."""
    view = query.string(size=SIZES[0], columns=())
    plain = view in ("tab=inbound", "tab=outbound") and not queries.kept(person)
    return "" if plain else "?" + urlencode({"list": view})


def _tabs(person: Person, query: ListQuery) -> dict[str, Any]:
    """The tabs with what stands in each, whatever is filtered."""
    counts = tabs.counts(person)
    shown = [
        {
            "label": tab.label,
            "url": "?" + query.string(tab=tab.name),
            "count": tabs.at_most(counts[tab.name]),
            "current": tab.name == query.tab,
        }
        for tab in tabs.tabs_of(person)
    ]
    tab = tabs.tab_of(person, query.tab)
    return {"tabs": shown, "tab": tab, "total": counts[tab.name]}


def _drafts(person: Person, query: ListQuery) -> list[Draft]:
    if query.tab != "outbound" or person.is_vendor or query.after or query.before:
        return []
    return list(Draft.objects.filter(person=person, deal=None)[:DRAFTS])


def _offered(person: Person, shown: list[columns.Column]) -> list[tuple[columns.Column, bool]]:
    return [(column, column in shown) for column in columns.offered_to(person)]


def _opens(person: Person) -> dict[str, Any]:
    """The button that starts something: where it leads, or why it does not."""
    if person.is_vendor:
        return {"url": url("refer"), "sends": True}
    return {"url": url("new_deal"), "barred": barred(person)}


@require_GET
def filter_panel(request: HttpRequest) -> HttpResponse:
    """The filters as a form: a part of the list for htmx, else a page of its own."""
    query = _read(request.user, request.GET)
    template = "referrals/_filters.html" if is_htmx(request) else "referrals/list_filters.html"
    context = {"query": query, "string": query.string(), "choices": choices(request.user, query)}
    return render(request, template, context)


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    """Apply filters or columns, and keep them for this person."""
    query = _read(request.user, QueryDict(request.POST.get("view", "")))
    if request.POST.get("do") == "columns":
        keep_view(request.user, PAGE, columns=_chosen(request))
        return _back(query)
    query = _changed(query, request.POST)
    keep_view(request.user, PAGE, filters=ListQuery(filters=query.filters).string())
    return _back(query)


def _changed(query: ListQuery, post: QueryDict) -> ListQuery:
    """The view with its filters set anew, one dropped (`name:value`), or all cleared."""
    name, _colon, value = post.get("drop", "").partition(":")
    if name:
        return query.without(name, value)
    if post.get("do") == "clear":
        return replace(query, filters={})
    return replace(query, filters=filters.read(post))


def _chosen(request: HttpRequest) -> list[str]:
    """Nothing chosen, or the usual ones asked for, means the usual ones."""
    if request.POST.get("usual"):
        return []
    known = [column.name for column in columns.offered_to(request.user)]
    asked = [name for name in request.POST.getlist("columns") if name in known]
    return asked[: columns.MOST - len(columns.FIXED)]


def _back(query: ListQuery) -> HttpResponse:
    address = reverse("search" if query.is_search else "deals")
    string = query.string(columns=())
    return redirect(f"{address}?{string}" if string else address)
