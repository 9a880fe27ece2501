"""The one exception to a registration: asked by the partner, decided by a reviewer."""

from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from portal.pages import bound, get_visible, version
from portal.steps import steps
from referrals import exception_story as story
from referrals.actions import exception as actions
from referrals.forms import review as forms
from referrals.lifecycle.decisions import EXPLANATION_MOST
from referrals.models import ExceptionRequest
from referrals.views.registrations.page import seen
from referrals.views.registrations.step import about, step_page

FIXED = (
    _("in whose tenant the solution runs"),
    _("where the solution runs"),
    _("the solution's part of the value"),
    _("whether, and when, it was a transaction on the marketplace"),
    _("the customer"),
    _("the pricing model"),
)


def seen_exception(request: HttpRequest, pk: UUID) -> ExceptionRequest:
    """The request, if this person may see it; 404 otherwise."""
    rows = ExceptionRequest.objects.visible_to(request.user).with_details()
    return get_visible(rows, pk)


def ask_exception(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = seen(request, pk)
    form = bound(request, forms.AskException, registered=story.registered(found))
    run = partial(actions.ask_exception, found, by=request.user, version=version(request))
    follows = _(
        "A reviewer answers within %(days)s working days. There is one exception for a deal,"
        " and its answer is final."
    )
    return step_page(
        request,
        found,
        form,
        run,
        verb="ask_exception",
        template="referrals/registration/ask_exception.html",
        to=ExceptionRequest.get_absolute_url,
        title=_("Request an exception"),
        done=_("Requested. The reviewers are told."),
        follows=follows % {"days": settings.EXCEPTION_WORKING_DAYS},
        fixed=FIXED,
        most=EXPLANATION_MOST,
    )


@require_GET
def exception(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = seen_exception(request, pk)
    shown = {
        "exception": found,
        "steps": steps(found, request.user),
        "changes": story.changes(found),
        "own": found.company_id == request.user.company_id,
        **about(found),
    }
    return render(request, "referrals/registration/exception.html", shown)


def grant(request: HttpRequest, pk: UUID) -> HttpResponse:
    follows = _(
        "The registration is passed with these changes, whatever its dates say. The partner is"
        " told. This is final."
    )
    return _decision(
        request,
        pk,
        "grant",
        title=_("Grant the exception"),
        done=_("Granted. The partner is told."),
        follows=follows,
    )


def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    follows = _(
        "The registration stays as it is. The partner is told, and can't ask again. This is final."
    )
    return _decision(
        request,
        pk,
        "refuse",
        title=_("Refuse the exception"),
        done=_("Refused. The partner is told."),
        follows=follows,
        danger=True,
    )


def _decision(request: HttpRequest, pk: UUID, verb: str, **words: Any) -> HttpResponse:
    found = seen_exception(request, pk)
    run = partial(getattr(actions, verb), found, by=request.user, version=version(request))
    form, changes = bound(request, forms.Decide), story.changes(found)
    return step_page(
        request, found, form, run, verb=verb, exception=found, changes=changes, **words
    )
