"""Notices, and how one wants to hear of things."""

from functools import partial
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from notifications import notices as board
from notifications.actions import notice, preference
from notifications.forms.preference import PreferenceForm
from notifications.rendering import headline
from portal import roles
from portal.pages import answer, bound, form_page


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """What happened on my deals, newest first."""
    asked = {name: request.GET.get(name, "") for name in ("after", "before", "size")}
    page = board.page(request.user, **asked)
    lines = [(row, headline(row)) for row in page.rows]
    unread = board.unread_count(request.user)
    return render(
        request, "notifications/notices.html", {"page": page, "lines": lines, "unread": unread}
    )


@require_POST
def read(request: HttpRequest, pk: UUID) -> HttpResponse:
    return answer(request, notice.read, pk, by=request.user, to="notices")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    return answer(request, notice.read_all, by=request.user, to="notices")


@require_POST
def read_about(request: HttpRequest, record_id: UUID) -> HttpResponse:
    """A record's page says so by htmx when it was opened."""
    notice.read_about(record_id, by=request.user)
    return HttpResponse(status=204)


@require_safe
def notices_count(request: HttpRequest) -> HttpResponse:
    """A few characters for the bar; nothing when all is read."""
    unread = board.unread_count(request.user)
    count = board.shown_count(unread) if unread else ""
    return render(request, "notifications/count.html", {"count": count})


@require_safe
def mail_failures(request: HttpRequest) -> HttpResponse:
    """A tile for operators: how many mails nobody could deliver."""
    dead = board.dead_count() if roles.operator(request.user) else 0
    shown = board.shown_count(dead)
    return render(request, "notifications/failures.html", {"dead": dead, "shown": shown})


def notification_settings(request: HttpRequest) -> HttpResponse:
    form = bound(request, PreferenceForm, initial=PreferenceForm.of(request.user))
    return form_page(
        request,
        form,
        "notifications/settings.html",
        partial(preference.choose, by=request.user),
        to="notification_settings",
        done=_("Your choices are saved."),
        context={"digest_at": f"{settings.DIGEST_HOUR:02}:00"},
    )
