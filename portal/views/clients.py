"""The API clients of a company: the account admin's pages."""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from portal import charts, formats, roles, story, usage
from portal.actions import clients as actions
from portal.forms.clients import filled, form_of
from portal.forms.people import scope_words
from portal.models import Client, Company, Usage
from portal.pages import (
    UNPROCESSABLE,
    answer,
    bound,
    form_page,
    get_visible,
    reader,
    status_of,
    version,
)
from portal.views.people import company_of
from portal.workflow import Refused

DAYS = 30


def _found(request: HttpRequest, pk: UUID) -> Client:
    person = reader(request)
    rows = Client.objects.select_related("company", "user")
    if not roles.operator(person):
        managed = roles.account_admin(person)
        rows = rows.filter(company=person.company_id) if managed else rows.none()
    return get_visible(rows, pk)


def _about(request: HttpRequest, company: Company) -> dict[str, Any]:
    return {"company": company, "foreign": company.pk != reader(request).company_id}


@require_GET
def clients(request: HttpRequest) -> HttpResponse:
    """The list, newest first."""
    company = company_of(request)
    rows = company.clients.order_by("-created_at", "pk")[:500]
    return render(request, "portal/clients.html", {"clients": rows, **_about(request, company)})


def new(request: HttpRequest) -> HttpResponse:
    """Make a client of one of the kinds; its secret is on the page that answers."""
    company = company_of(request)
    kind = request.GET.get("kind", Client.Kind.PROGRAM)
    if kind not in Client.Kind.values:
        raise Http404
    form = bound(request, form_of(kind), company=company)
    context = {"form": form, "tabs": _tabs(request, kind), "kind": kind, **_about(request, company)}
    if request.method != "POST":
        return render(request, "portal/client_new.html", context)
    status = UNPROCESSABLE
    if form.is_valid():
        try:
            made = actions.create(company, by=reader(request), kind=kind, **form.cleaned_data)
        except Refused as refused:
            status = status_of(refused)
            form.add_error(None, str(refused))
        else:
            return _show_secret(request, made)
    return render(request, "portal/client_new.html", context, status=status)


def _tabs(request: HttpRequest, current: str) -> list[dict[str, Any]]:
    tabs = []
    for kind in Client.Kind:
        query = request.GET.copy()
        query["kind"] = kind.value
        tab = {"label": kind.label, "url": f"?{query.urlencode()}"}
        tabs.append(tab | {"current": kind.value == current})
    return tabs


def _show_secret(request: HttpRequest, client: Client) -> HttpResponse:
    """Once, in the answer itself: it is stored nowhere, and no cache keeps the page."""
    context = {"client": client, "token_url": f"{settings.BASE_URL}/oauth/token"}
    return render(request, "portal/client_secret.html", context)


@require_GET
def client(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One client: what it may, how much it calls, what has happened."""
    found = _found(request, pk)
    rows = list(Usage.objects.of(found, DAYS))
    labels = dict(settings.SCOPES)
    context = {
        "client": found,
        "scopes": [(scope, labels.get(scope, scope)) for scope in found.scopes],
        "roles": scope_words(found.user) if found.user else [],
        "limit": found.per_minute or settings.API_PER_MINUTE,
        "steps": list(actions.steps(found, reader(request))),
        "chart": _chart(rows) if rows else None,
        "usage": rows,
        "events": story.history(found),
        **_about(request, found.company),
    }
    return render(request, "portal/client.html", context)


def _chart(rows: list[Usage]) -> charts.Chart:
    counted = {row.day: row.requests for row in rows}
    last = usage.today()
    days = [last - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    points = [(formats.day(day), counted.get(day, 0)) for day in days]
    return charts.line(_("Requests a day"), points, unit=_("requests"), area=True)


def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change a client."""
    found = _found(request, pk)
    form = bound(request, form_of(found.kind), **filled(found))
    return form_page(
        request,
        form,
        "portal/client_edit.html",
        partial(actions.edit, found, by=reader(request), version=version(request)),
        to=found,
        done=_("The client is changed."),
        context={"client": found, **_about(request, found.company)},
    )


@require_POST
def rotate_secret(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make a new secret, shown on the page that answers."""
    found = _found(request, pk)
    made: list[Client] = []

    def rotate(client: Client, **given: Any) -> None:
        made.append(actions.rotate_secret(client, **given))

    refused = _button(request, found, rotate, "")
    return _show_secret(request, made[0]) if made else refused


def _button(request: HttpRequest, found: Client, action: Any, done: Any) -> HttpResponse:
    run = partial(action, found, by=reader(request), version=version(request))
    return answer(request, run, to=found, done=done)


@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Switch a client off."""
    return _button(request, _found(request, pk), actions.revoke, _("The client is switched off."))


@require_POST
def reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Switch a client on again."""
    found = _found(request, pk)
    return _button(request, found, actions.reactivate, _("The client is switched on."))
