"""The life-cycle steps of a deal as pages: form → one action → back to the deal."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from portal import roles
from portal.pages import bound, version
from portal.workflow import Text
from referrals.actions import deal as deals
from referrals.actions import referral as actions
from referrals.forms import referral as forms
from referrals.views.deal import seen
from referrals.views.step import button, step_page

win = button(actions.win, _("Won. Congratulations!"))
share = button(deals.share, _("The vendor's sellers see this deal now."))


def accept(request: HttpRequest, pk: UUID) -> HttpResponse:
    referral = seen(request, pk)
    initial = {name: getattr(referral, name) for name in forms.FACTS}
    form = bound(request, forms.Accept, initial=initial)
    run = partial(actions.accept, referral, by=request.user, version=version(request))
    done = _("Accepted. The sender is told.")
    return step_page(request, referral, form, run, verb="accept", title=_("Accept"), done=done)


def _with_reason(request: HttpRequest, pk: UUID, verb: str, **words: Text) -> HttpResponse:
    referral = seen(request, pk)
    form_class = {"decline": forms.Decline, "lose": forms.Lose}.get(verb, forms.CloseAsError)
    form = bound(request, form_class, referral=referral)
    run = partial(getattr(actions, verb), referral, by=request.user, version=version(request))
    return step_page(request, referral, form, run, verb=verb, danger=True, **words)


def decline(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        "decline",
        title=_("Decline"),
        done=_("Declined. The sender is told."),
        follows=_("The sender is told the reason. A declined referral can't be opened again."),
    )


def lose(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        "lose",
        title=_("Mark as lost"),
        done=_("Marked as lost."),
        follows=_("The deal is closed. Nothing in it can be changed afterwards."),
    )


def close_as_error(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _with_reason(
        request,
        pk,
        "close_as_error",
        title=_("Close as error"),
        done=_("Closed as an error."),
        follows=_("For deals that should not have been there. Insights and downloads omit them."),
    )


def move_stage(request: HttpRequest, pk: UUID) -> HttpResponse:
    referral = seen(request, pk)
    form = bound(request, forms.MoveStage, referral=referral, initial={"stage": referral.stage})
    run = partial(actions.move_stage, referral, by=request.user, version=version(request))
    words: dict[str, Any] = {"title": _("Move the stage"), "done": _("The stage is moved.")}
    return step_page(request, referral, form, run, verb="move_stage", **words)


def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    referral = seen(request, pk)
    if request.method == "GET" and not roles.worker(referral, request.user):
        return redirect(referral)  # the form holds what only the own company reads
    initial = {name: getattr(referral, name) for name in forms.EDITABLE}
    form = bound(request, forms.Edit, referral=referral, initial=initial)
    run = partial(actions.edit, referral, by=request.user, version=version(request))
    return step_page(request, referral, form, run, title=_("Edit the deal"), done=_("Saved."))
