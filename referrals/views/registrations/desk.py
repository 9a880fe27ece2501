"""The list of registrations: the reviewers' desk, and what a partner registered."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal import clock
from portal.models import Person
from referrals.choices import ReviewReason
from referrals.listing import registrations as lists
from referrals.listing.tabs import at_most


@require_GET
def registrations(request: HttpRequest) -> HttpResponse:
    tabs = lists.tabs_of(request.user)
    shown = _context(request, tabs) if tabs else {}
    return render(request, "referrals/registrations.html", shown)


def _context(request: HttpRequest, tabs: tuple[lists.Tab, ...]) -> dict[str, Any]:
    tab = lists.tab_of(tabs, request.GET.get("tab", ""))
    counts = lists.counts(request.user)
    page = lists.listing(request.user, tab, request.GET, counts[tab.name])
    return {
        "tab": tab,
        "tabs": [
            {
                "label": one.label,
                "url": f"?tab={one.name}",
                "count": at_most(counts[one.name]),
                "current": one is tab,
            }
            for one in tabs
        ],
        "page": page,
        "rows": [(row, _why(row) if tab.why else []) for row in page.rows],
        "desk": request.user.is_vendor,
        "elsewhere": bool(request.GET.get("after") or request.GET.get("before")),
    }


def _why(row: Any) -> list[Any]:
    return [ReviewReason(code).label for code in row.reasons]


def waiting(person: Person) -> lists.Waiting:
    """What the home page says of the desk."""
    return lists.Waiting.of(person, clock.now())
