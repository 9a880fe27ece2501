"""The webhook of a company: what is sent where, what could not be sent, and sending it again."""

from dataclasses import asdict
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from notifications import topics
from notifications.actions import deliveries as replays
from notifications.actions import subscription as actions
from notifications.forms.webhook import ReplayForm, WebhookForm
from notifications.models import Delivery, Subscription
from notifications.webhooks.story import history
from portal import roles
from portal.keyset import Order, page
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
from portal.workflow import Refused

NEWEST = Order("id", down=True)  # ids are in order of time


def _own(request: HttpRequest) -> Subscription | None:
    """The company's webhook, for those who connect its programs."""
    person = reader(request)
    if not roles.integrator(person):
        raise PermissionDenied
    return Subscription.objects.of(person).first()


def _found(request: HttpRequest) -> Subscription:
    found = _own(request)
    if found is None:
        raise Http404
    return found


@require_GET
def webhook(request: HttpRequest) -> HttpResponse:
    """What it is told of, and what it was sent."""
    return _page(request, _own(request), ReplayForm())


def _page(
    request: HttpRequest, own: Subscription | None, form: ReplayForm, status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = {"webhook": own}
    if own is not None:
        state = request.GET.get("state", "")
        rows = own.deliveries.filter(state=state) if state in Delivery.State else own.deliveries
        labels = topics.labels()
        context |= {
            "events": [(name, labels.get(name, "")) for name in own.events],
            "tabs": _tabs(request, own, state),
            "page": page(rows.all(), NEWEST, request.GET),
            "form": form,
            "history": history(own),
            "steps": actions.steps(own, reader(request)),
        }
    return render(request, "notifications/webhook.html", context, status=status)


def _tabs(request: HttpRequest, own: Subscription, state: str) -> list[dict[str, Any]]:
    """Only what is parked is counted: it waits for somebody."""
    parked = own.deliveries.filter(state=Delivery.State.PARKED)[:100].count()
    labels = {"": _("All"), **{one.value: one.label for one in Delivery.State}}
    return [
        {
            "label": label,
            "url": f"?state={name}" if name else "?",
            "current": name == state,
            "count": parked if name == Delivery.State.PARKED else None,
        }
        for name, label in labels.items()
    ]


def edit_webhook(request: HttpRequest) -> HttpResponse:
    """Set it up, or change it."""
    own = _own(request)
    form = bound(request, WebhookForm, initial=_filled(own))
    if own is None:
        return _set_up(request, form)
    return form_page(
        request,
        form,
        "notifications/webhook_edit.html",
        partial(actions.change, own, by=reader(request), version=version(request)),
        to=own,
        done=_("The webhook is changed."),
        context={"webhook": own},
    )


def _set_up(request: HttpRequest, form: WebhookForm) -> HttpResponse:
    """As `form_page`, but the page that answers shows the secret."""
    status = 200
    if request.method == "POST":
        status = UNPROCESSABLE
        if form.is_valid():
            try:
                made, secret = actions.subscribe(**form.cleaned_data, by=reader(request))
            except Refused as refused:
                status = status_of(refused)
                form.add_error(None, str(refused))
            else:
                return _show_secret(request, made, secret)
    return render(request, "notifications/webhook_edit.html", {"form": form}, status=status)


def _filled(own: Subscription | None) -> dict[str, Any]:
    if own is None:
        return {"events": topics.names()}
    return asdict(actions.Wish.of(own))


def _show_secret(request: HttpRequest, own: Subscription, secret: str) -> HttpResponse:
    """Once, in the answer itself; no cache keeps the page."""
    return render(request, "notifications/secret.html", {"webhook": own, "secret": secret})


@require_POST
def rotate_secret(request: HttpRequest) -> HttpResponse:
    """Make a new secret, shown on the page that answers."""
    own = _found(request)
    made: list[str] = []

    def rotate() -> None:
        given = {"by": reader(request), "version": version(request)}
        made.append(actions.rotate_secret(own, **given))

    refused = answer(request, rotate, to=own)
    return _show_secret(request, _found(request), made[0]) if made else refused


@require_POST
def send_test(request: HttpRequest) -> HttpResponse:
    """Send `test-created`."""
    own = _found(request)
    run = partial(actions.send_test, own, by=reader(request))
    return answer(request, run, to=own, done=_("The test is on its way."))


@require_POST
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """Remove the webhook."""
    own = _found(request)
    run = partial(actions.unsubscribe, own, by=reader(request), version=version(request))
    return answer(request, run, to=own, done=_("The webhook is removed."))


@require_POST
def replay_many(request: HttpRequest) -> HttpResponse:
    """Send again what was parked in a time."""
    own = _found(request)
    form = bound(request, ReplayForm)
    if not form.is_valid():
        return _page(request, own, form, status=UNPROCESSABLE)

    def run() -> None:
        count = replays.replay_many(own, by=reader(request), **form.cleaned_data)
        messages.success(request, _queued(count))

    return answer(request, run, to=own)


def _queued(count: int) -> str:
    words = ngettext("%(n)s message is sent again.", "%(n)s messages are sent again.", count)
    return words % {"n": count}


@require_GET
def webhook_delivery(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One message: what it says, and each try."""
    row = _delivery(request, pk)
    context = {"delivery": row, "attempts": row.attempts.order_by("-pk")[:100]}
    return render(request, "notifications/webhook_delivery.html", context)


@require_POST
def replay_delivery(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Send one message again."""
    row = _delivery(request, pk)
    run = partial(replays.replay, row, by=reader(request))
    return answer(request, run, to=row, done=_("The message is sent again."))


def _delivery(request: HttpRequest, pk: UUID) -> Delivery:
    rows = Delivery.objects.of(reader(request)).select_related("subscription")
    return get_visible(rows, pk)
