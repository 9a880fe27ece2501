"""What every decision's page shares: the form, and beside it what is decided about."""

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.pages import form_page
from portal.steps import steps
from referrals import registration_story as story
from referrals.lifecycle.eligibility import criteria
from referrals.models import ExceptionRequest, Registration
from referrals.views.registrations.page import documents

Decided = Registration | ExceptionRequest


def step_page(
    request: HttpRequest, record: Decided, form: BaseForm, run: Callable[..., Any], **words: Any
) -> HttpResponse:
    """A step that takes input. `words`: verb, title, done, follows, danger, and more context.

    A form for a step that can't be taken now would waste somebody's time: back to the record,
    where its button says why.
    """
    if request.method == "GET" and not possible(record, request, words["verb"]):
        return redirect(record)
    fresh = type(record).objects.values_list("version", flat=True).get(pk=record.pk)
    shown = {"record": record, "version": fresh, **about(record), **words}
    template = words.get("template", "referrals/registration/step.html")
    to, done = words.get("to", record), words["done"]
    return form_page(request, form, template, run, to=to, done=done, context=shown)


def possible(record: Decided, request: HttpRequest, verb: str) -> bool:
    """Is the step open to this reader now?"""
    return any(s.verb == verb and not s.refusal for s in steps(record, request.user))


def about(record: Decided) -> dict[str, Any]:
    """What stands beside the form: what is registered, its criteria and its documents."""
    registration = record if isinstance(record, Registration) else record.registration
    referral = registration.referral
    referral.deal = registration.deal
    return {
        "registration": registration,
        "referral": referral,
        "facts": story.facts(registration),
        "criteria": criteria(referral),
        "documents": documents(registration),
    }
