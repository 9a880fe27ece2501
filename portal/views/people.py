"""The people of a company and their roles: the account admin's pages."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal import invitation, roles, story
from portal.actions import people as actions
from portal.actions.profile import join as join_portal
from portal.forms.people import InviteForm, JoinForm, RolesForm, held_by, scope_words
from portal.models import Company, Person
from portal.pages import answer, bound, form_page, get_visible, reader, version

SIZES = (50, 25, 100)


def company_of(request: HttpRequest) -> Company:
    """Whose people: the own company's; an operator may name another."""
    person = reader(request)
    asked = request.GET.get("company") or str(person.company_id)
    if roles.operator(person):
        return get_visible(Company.objects.all(), asked)
    if not roles.account_admin(person):
        raise PermissionDenied
    return get_visible(Company.objects.filter(people=person), asked)


def _found(request: HttpRequest, pk: UUID) -> Person:
    rows = Person.objects.managed_by(reader(request)).select_related("company")
    return get_visible(rows, pk)


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The list, by name, 50 at a time."""
    company = company_of(request)
    query = request.GET.get("q", "").strip()[:100]
    state = request.GET.get("state", "")
    everybody = Person.objects.people().filter(company=company)
    rows = everybody.search(query).order_by("name", "pk")
    if state in ("active", "inactive"):
        rows = rows.filter(is_active=state == "active")
    size = _number(request, "size") if _number(request, "size") in SIZES else SIZES[0]
    before = _number(request, "before")
    start = max(0, before - size) if before else _number(request, "after")
    total = rows.count()
    shown = list(rows.prefetch_related("memberships__locations")[start : start + size])
    context = {
        "company": company,
        "foreign": company.pk != reader(request).company_id,
        "people": [(person, scope_words(person)) for person in shown],
        "q": query,
        "state": state,
        "tabs": _tabs(request, everybody, state),
        "page": {
            "next": start + size if start + size < total else "",
            "previous": start or "",
            "size": size,
            "count": len(shown),
            "total": total,
        },
    }
    return render(request, "portal/people.html", context)


def _tabs(request: HttpRequest, everybody: Any, state: str) -> list[dict[str, Any]]:
    here = everybody.filter(is_active=True).count()
    counts = {"": everybody.count(), "active": here}
    counts["inactive"] = counts[""] - here
    labels = {"": _("Everybody"), "active": _("Active"), "inactive": _("Not active")}
    tabs = []
    for name, label in labels.items():
        kept = request.GET.copy()
        for gone in ("state", "after", "before"):
            kept.pop(gone, None)
        if name:
            kept["state"] = name
        tab = {"label": label, "count": counts[name], "current": name == state}
        tabs.append(tab | {"url": f"?{kept.urlencode()}"})
    return tabs


def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody of the company by mail."""
    company = company_of(request)
    form = bound(
        request, InviteForm, company=company, initial={"language": reader(request).language}
    )
    return form_page(
        request,
        form,
        "portal/invite.html",
        partial(actions.invite, company, by=reader(request)),
        to=lambda person: person,
        done=_("The invitation is on its way."),
        context={"company": company},
    )


@require_GET
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One person: roles, what may be done, what has happened."""
    found = _found(request, pk)
    context = {
        "person": found,
        "roles": scope_words(found),
        "steps": list(actions.steps(found, reader(request))),
        "events": story.history(found),
    }
    return render(request, "portal/person.html", context)


def set_roles(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose a person's roles, and where each holds."""
    found = _found(request, pk)
    form = bound(request, RolesForm, company=found.company, held=held_by(found))
    run = partial(actions.set_roles, found, by=reader(request), version=version(request))
    return form_page(
        request,
        form,
        "portal/roles.html",
        run,
        to=found,
        done=_("The roles are changed."),
        context={"person": found},
    )


def _button(request: HttpRequest, pk: UUID, action: Any, done: Any) -> HttpResponse:
    found = _found(request, pk)
    who, seen = reader(request), version(request)
    return answer(request, action, found, by=who, version=seen, to=found, done=done)


@require_POST
def deactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End a person's access."""
    return _button(request, pk, actions.deactivate, _("The access has ended."))


@require_POST
def reactivate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a person's access back."""
    return _button(request, pk, actions.reactivate, _("The access is back. A mail is on its way."))


@require_POST
def resend_invitation(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mail a new link."""
    return _button(request, pk, actions.resend_invitation, _("A new link is on its way."))


@login_not_required
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation's link: choose a password, then sign in with it."""
    invited = invitation.invited(token)
    if invited is None:
        return render(request, "portal/join_ended.html", status=410)
    form = bound(request, JoinForm, person=invited)
    return form_page(
        request,
        form,
        "portal/join.html",
        partial(join_portal, invited),
        to="account_login",
        done=_("Your password is set. Sign in with it."),
        context={"invited": invited},
    )
