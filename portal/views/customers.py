"""Offered matches of customer accounts: the operator says yes or no."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from portal import roles
from portal.actions import customers
from portal.models import AccountMatch
from portal.pages import answer, get_visible

SIZES = (25, 50, 100)


def _matches(request: HttpRequest) -> "QuerySet[AccountMatch]":
    if not roles.operator(request.user):
        raise PermissionDenied
    return AccountMatch.objects.select_related("account__entered_by", "candidate")


@require_GET
def matches(request: HttpRequest) -> HttpResponse:
    """What waits for an operator, the oldest question first."""
    rows = _matches(request).filter(state=AccountMatch.State.OFFERED).order_by("asked_at", "pk")
    size = _number(request, "size") if _number(request, "size") in SIZES else SIZES[0]
    before = _number(request, "before")
    start = max(0, before - size) if before else _number(request, "after")
    total = rows.count()
    shown = list(rows[start : start + size])
    page = {
        "next": start + size if start + size < total else "",
        "previous": start or "",
        "size": size,
        "count": len(shown),
        "total": total,
    }
    return render(request, "portal/matches.html", {"matches": shown, "page": page})


@require_POST
def apply_match(request: HttpRequest, pk: UUID) -> HttpResponse:
    match = get_visible(_matches(request), pk)
    done = _("Matched.")
    return answer(request, customers.apply_match, match, by=request.user, to="matches", done=done)


@require_POST
def dismiss_match(request: HttpRequest, pk: UUID) -> HttpResponse:
    match = get_visible(_matches(request), pk)
    done = _("Dismissed.")
    return answer(request, customers.dismiss_match, match, by=request.user, to="matches", done=done)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0
