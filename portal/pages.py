"""What a page does with an action: run it once, and turn its answer into the browser's.

A button of a record, and a form page, as views:

    @require_POST
    def accept(request, pk):
        referral = get_visible(Referral.objects.visible_to(request.user), pk)
        return answer(
            request, actions.accept, referral,
            by=request.user, version=version(request), to=referral, done=_("Accepted."),
        )

    def decline(request, pk):
        referral = get_visible(Referral.objects.visible_to(request.user), pk)
        form = bound(request, DeclineForm)
        run = partial(actions.decline, referral, by=request.user, version=version(request))
        return form_page(
            request, form, "referrals/decline.html", run, to=referral, done=_("Declined.")
        )

`to` is a URL, a URL name, a record with a page, or a function of the action's result that
gives one of them. Nothing else in a view needs to know about Refused, NotAllowed or Stale.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from portal.models import Person
from portal.workflow import NotAllowed, Refused, Stale, Text

M = TypeVar("M", bound=Model)
F = TypeVar("F", bound=BaseForm)

SEE_OTHER = 303
UNPROCESSABLE = 422


def get_visible(rows: "QuerySet[M]", pk: object) -> M:
    """The row with this id among those the reader may see; what is invisible is 404."""
    try:
        return rows.get(pk=pk)
    except (ObjectDoesNotExist, ValidationError, ValueError) as missing:
        raise Http404 from missing


def reader(request: HttpRequest) -> Person:
    """Who reads; for pages that ask to sign in."""
    return cast(Person, request.user)


def version(request: HttpRequest) -> int | None:
    """The version of the record that the reader had before them, as the page sent it back."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None


def status_of(refused: Refused) -> int:
    """403 not you, 412 somebody was faster, 409 every other rule."""
    return {NotAllowed: 403, Stale: 412}.get(type(refused), 409)


def answer(
    request: HttpRequest,
    action: Callable[..., Any],
    *args: Any,
    to: Any,
    done: Text = "",
    show: Callable[[Any], HttpResponse] | None = None,
    **kwargs: Any,
) -> HttpResponse:
    """Run an action for a button: on with `done`, or back with the refusal's sentence.

    For htmx a refusal is 403, 409 or 412 with the sentence in the messages area, and a
    success is `show(result)` where given, else the browser goes on to `to`.
    """
    try:
        result = action(*args, **kwargs)
    except Refused as refused:
        return _refused(request, refused, to)
    if show and is_htmx(request):
        return show(result)
    return _done(request, result, to, done)


def bound(request: HttpRequest, form_class: Callable[..., F], **kwargs: Any) -> F:
    """The form with what was posted, or fresh."""
    if request.method == "POST":
        return form_class(data=request.POST, files=request.FILES, **kwargs)
    return form_class(**kwargs)


def form_page(  # noqa: PLR0913
    request: HttpRequest,
    form: BaseForm,
    template: str,
    run: Callable[..., Any],
    *,
    to: Any,
    done: Text = "",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Form → action → on. `run` is given the form's cleaned data as keywords.

    Wrong shape is 422, a refusal its own status; both show the form again as typed. A form
    that changes a record carries its `version` as read afresh, so that a repeat can succeed.
    """
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                result = run(**form.cleaned_data)
            except Refused as refused:
                status = status_of(refused)
                form.add_error(None, str(refused))
            else:
                return _done(request, result, to, done)
    return render(request, template, {"form": form, **(context or {})}, status=status)


def _done(request: HttpRequest, result: Any, to: Any, done: Text) -> HttpResponse:
    if done:
        messages.success(request, str(done))
    return go(request, to(result) if callable(to) else to)


def go(request: HttpRequest, to: Any) -> HttpResponse:
    """On to another page, also out of an htmx request."""
    url = resolve_url(to)
    if is_htmx(request):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url, status=SEE_OTHER)


def is_htmx(request: HttpRequest) -> bool:
    """Does htmx ask, for a part of a page?"""
    return bool(getattr(request, "htmx", False))


def _refused(request: HttpRequest, refused: Refused, to: Any) -> HttpResponse:
    messages.error(request, str(refused))
    if is_htmx(request):
        part = {"oob": True}
        sentence = render(request, "_parts/messages.html", part, status=status_of(refused))
        sentence["HX-Reswap"] = "none"  # the sentence finds its own place, out of band
        return sentence
    return go(request, request.path if callable(to) else to)
