"""A CRM says what it wants to be told of: one registration of each partner (facts 1.11).

Names are those of the vendor's own API. Beside them stand `SkipOwnChanges`, and in the answer to
the first POST `SigningSecret`, with which Standard Webhooks libraries check every message.
"""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.exceptions import Throttled
from rest_framework.request import Request
from rest_framework.response import Response

from notifications import topics
from notifications.actions import subscription as actions
from notifications.api.schema import described
from notifications.api.secret import ShowsSecret
from notifications.models import Delivery, Subscription
from portal.api.errors import Problem
from portal.api.views import View

FLAGS = {"SignatureTokenToMsSignatureHeader": "own_header", "SkipOwnChanges": "skip_own"}
READ_ONLY = {"SubscriberId"}
MOST_EVENTS = 50


class Names(View):
    scope = "webhooks"

    @described("listWebhookEvents", "The names of events that can be subscribed to")
    def get(self, request: Request) -> Response:
        return Response(topics.names())


class Registration(ShowsSecret, View):
    scope = "webhooks"

    @described("getWebhookRegistration", "What this company's program is told of")
    def get(self, request: Request) -> Response:
        return Response(_shown(_own(request)))

    @described("createWebhookRegistration", "Be told of changes", body="WebhookRegistration")
    def post(self, request: Request) -> Response:
        wish = _wish(request.data)
        try:
            subscription, secret = actions.subscribe(wish, by=request.user)
        except actions.BadAddress as bad:
            raise _bad_address(bad) from bad
        self.show_once("SigningSecret", secret)
        return Response({"SubscriberId": subscription.pk, **_shown(subscription)})

    @described("replaceWebhookRegistration", "Be told of something else, or elsewhere",
               body="WebhookRegistration")  # fmt: skip
    def put(self, request: Request) -> Response:
        subscription, wish = _own(request), _wish(request.data)
        try:
            subscription = actions.change(subscription, wish, by=request.user)
        except actions.BadAddress as bad:
            raise _bad_address(bad) from bad
        return Response({"SubscriberId": subscription.pk, **_shown(subscription)})

    @described("deleteWebhookRegistration", "Be told nothing more")
    def delete(self, request: Request) -> Response:
        actions.unsubscribe(_own(request), by=request.user)
        return Response(status=204)


class Validations(View):
    scope = "webhooks"

    @described("validateWebhook", "Send test-created; twice a minute at most")
    def post(self, request: Request) -> Response:
        try:
            delivery = actions.send_test(_own(request), by=request.user)
        except actions.TooOften as often:
            raise Throttled(wait=often.seconds, detail=str(often.args[0])) from often
        return Response({"correlationId": delivery.pk})


class Validation(View):
    scope = "webhooks"

    @described("getWebhookValidation", "What the receiver said to a test")
    def get(self, request: Request, pk: UUID) -> Response:
        rows = Delivery.objects.of(request.user).filter(name=topics.TEST)
        delivery = get_object_or_404(rows.select_related("subscription"), pk=pk)
        waits = delivery.state == Delivery.State.QUEUED
        return Response(
            {
                "correlationId": delivery.pk,
                "partnerId": delivery.subscription.company_id,
                "status": "pending" if waits else "completed",
                "callbackUrl": delivery.subscription.url,
                "results": [_result(attempt) for attempt in delivery.attempts.all()],
            }
        )


def _result(attempt: Any) -> dict[str, Any]:
    return {
        "responseCode": "" if attempt.code is None else str(attempt.code),
        "responseMessage": attempt.text,
        "systemError": bool(attempt.error),
        "dateTimeUtc": attempt.at,
    }


def _own(request: Request) -> Subscription:
    return get_object_or_404(Subscription.objects.of(request.user))


def _shown(row: Subscription) -> dict[str, Any]:
    flags = {name: getattr(row, column) for name, column in FLAGS.items()}
    return {"WebhookUrl": row.url, "WebhookEvents": row.events, **flags}


def _bad_address(bad: actions.BadAddress) -> Problem:
    return Problem(bad.args[0], target="WebhookUrl", code=bad.code)


# --- reading --------------------------------------------------------------------------


def _wish(data: Any) -> actions.Wish:
    """The body as a wish. Raises Problem, which names the field."""
    if not isinstance(data, dict):
        raise Problem("The body must be an object.")
    known = {"WebhookUrl", "WebhookEvents", *FLAGS, *READ_ONLY}
    if unknown := next((name for name in data if name not in known), None):
        raise Problem("There is no such field.", target=str(unknown)[:100])
    url = data.get("WebhookUrl")
    if not isinstance(url, str):
        raise Problem("Say where to, as text.", target="WebhookUrl")
    flags = {column: _flag(data, name) for name, column in FLAGS.items()}
    return actions.Wish(url, _events(data.get("WebhookEvents")), **flags)


def _events(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not 0 < len(given) <= MOST_EVENTS:
        raise Problem("Name at least one event, in a list.", target="WebhookEvents")
    known = topics.names()
    for name in given:
        if name not in known:
            raise Problem(f"There is no event “{str(name)[:60]}”.", target="WebhookEvents")
    return tuple(given)


def _flag(data: dict[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if value is None or isinstance(value, bool):
        return bool(value)
    raise Problem("Say true or false.", target=name)
