"""What every step's page shares: find the referral, show the form, go back to the deal."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from portal.pages import answer, form_page, version
from portal.steps import steps
from portal.workflow import Text
from referrals.models import Referral
from referrals.views.deal import seen

Page = Callable[[HttpRequest, UUID], HttpResponse]


def button(action: Callable[..., Any], done: Text) -> Page:
    """A step that takes no input."""

    @require_POST
    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        referral = seen(request, pk)
        given = {"by": request.user, "version": version(request)}
        return answer(request, action, referral, to=referral, done=done, **given)

    return view


def step_page(
    request: HttpRequest, referral: Referral, form: BaseForm, run: Callable[..., Any], **words: Any
) -> HttpResponse:
    """A step that takes input. `words`: title, done, follows, danger, verb, and more context.

    A form for a step that can't be taken now would waste somebody's time: back to the deal,
    where its button says why.
    """
    verb = words.get("verb")
    if request.method == "GET" and verb and not _possible(referral, request, verb):
        return redirect(referral)
    fresh = Referral.objects.values_list("version", flat=True).get(pk=referral.pk)
    shown = {"referral": referral, "version": fresh, **words}
    done = words["done"]
    return form_page(
        request, form, "referrals/step.html", run, to=referral, done=done, context=shown
    )


def _possible(referral: Referral, request: HttpRequest, verb: str) -> bool:
    return any(s.verb == verb and not s.refusal for s in steps(referral, request.user))
