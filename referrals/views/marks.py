"""A deal beside the list: its preview, and the mark of a favourite."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from portal.pages import get_visible, is_htmx
from portal.steps import steps
from referrals import story
from referrals.actions import referral as actions
from referrals.models import Referral


@require_GET
def preview(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Key facts, other companies and next steps; a side panel for htmx, else a page."""
    if is_htmx(request) and "close" in request.GET:
        return _part(render(request, "referrals/_preview_closed.html"))
    rows = Referral.objects.visible_to(request.user).with_details()
    referral = get_visible(rows, pk)
    template = "referrals/_preview.html" if is_htmx(request) else "referrals/preview.html"
    context = {
        "referral": referral,
        "steps": steps(referral, request.user),
        "others": story.other_legs(referral, request.user),
        "now": referral.now,
        "panel": is_htmx(request),
    }
    return _part(render(request, template, context))


def _part(answer: HttpResponse) -> HttpResponse:
    """A part of the list: its address does not become the page's."""
    answer["HX-Push-Url"] = "false"
    return answer


@require_POST
def favour(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _mark(request, pk, actions.favour, marked=True)


@require_POST
def unfavour(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _mark(request, pk, actions.unfavour, marked=False)


def _mark(
    request: HttpRequest, pk: UUID, action: Callable[..., Any], *, marked: bool
) -> HttpResponse:
    """Set or take the mark; htmx gets the button turned over, in the place of the old one."""
    referral = get_visible(Referral.objects.visible_to(request.user), pk)
    action(referral, by=request.user)
    if not is_htmx(request):
        return redirect(_next(request, referral))
    part = render(request, "referrals/_mark.html", {"pk": pk, "marked": marked})
    part["HX-Retarget"] = f"[formaction='{request.path}']"
    part["HX-Reswap"] = "outerHTML"
    return _part(part)


def _next(request: HttpRequest, referral: Referral) -> str:
    """Where the reader was; only ever a page of ours."""
    asked = request.POST.get("next", "")
    ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours else referral.get_absolute_url()
