"""A reviewer's decisions as pages: form → one action → back to the registration."""

from functools import partial
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.pages import bound, version
from referrals.actions import registration as actions
from referrals.forms import review as forms
from referrals.lifecycle.eligibility import won_early
from referrals.models import Registration
from referrals.views.registrations.page import seen
from referrals.views.registrations.step import step_page


def approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = seen(request, pk)
    form = bound(request, forms.Approve, early=won_early(found.referral))
    follows = _("The partner is told. It closes by itself after %(days)s days.")
    return _decision(
        request,
        found,
        form,
        "approve",
        title=_("Approve"),
        done=_("Approved. The partner is told."),
        follows=follows % {"days": settings.REGISTRATION_CLOSE_DAYS},
    )


def ask_more(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _decision(
        request,
        seen(request, pk),
        bound(request, forms.AskMore),
        "ask_more",
        title=_("Ask for more"),
        done=_("Asked. The partner is told."),
        follows=_("It is the partner's turn then. The answer comes back to the desk."),
    )


def fail(request: HttpRequest, pk: UUID) -> HttpResponse:
    follows = _(
        "The partner is told the reason, and can request one exception within %(days)s days"
        " of the first registration."
    )
    return _decision(
        request,
        seen(request, pk),
        bound(request, forms.Fail),
        "fail",
        title=_("Fail"),
        done=_("Failed. The partner is told."),
        follows=follows % {"days": settings.EXCEPTION_DAYS},
        danger=True,
    )


def pull_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _decision(
        request,
        seen(request, pk),
        bound(request, forms.PullBack),
        "pull_back",
        title=_("Pull back for review"),
        done=_("Pulled back. The partner and the reviewers are told."),
        follows=_("The approval is taken back. Another reviewer decides, not you."),
    )


def _decision(
    request: HttpRequest, found: Registration, form: Any, verb: str, **words: Any
) -> HttpResponse:
    run = partial(getattr(actions, verb), found, by=request.user, version=version(request))
    return step_page(request, found, form, run, verb=verb, **words)
