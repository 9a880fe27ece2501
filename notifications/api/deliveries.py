"""What this company's program was sent, and sending it again."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from rest_framework.request import Request
from rest_framework.response import Response

from notifications import topics
from notifications.actions import deliveries as actions
from notifications.actions.subscription import rotate_secret
from notifications.api.schema import described
from notifications.api.secret import ShowsSecret
from notifications.models import Delivery, Subscription
from portal.api.errors import Problem
from portal.api.views import View

KNOWN = {"state", "event", "from", "to", "after", "$top"}


class Deliveries(View):
    scope = "webhooks"

    @described("listWebhookDeliveries", "What was sent, the newest first")
    def get(self, request: Request) -> Response:
        asked = request.query_params.dict()
        rows = _asked(Delivery.objects.of(request.user), asked)
        top = _top(asked.get("$top"))
        found = list(rows.order_by("-pk")[: top + 1])
        answer: dict[str, Any] = {"value": [_shown(row) for row in found[:top]]}
        if len(found) > top > 0:
            query = urlencode(asked | {"after": str(found[top - 1].pk)})
            answer["@odata.nextLink"] = f"{settings.BASE_URL}{request.path}?{query}"
        return Response(answer)


class One(View):
    scope = "webhooks"

    @described("getWebhookDelivery", "One message, and each try")
    def get(self, request: Request, pk: UUID) -> Response:
        row = get_object_or_404(Delivery.objects.of(request.user), pk=pk)
        return Response(_shown(row) | {"attempts": [_attempt(one) for one in row.attempts.all()]})


class Replay(View):
    scope = "webhooks"

    @described("replayWebhookDelivery", "Send one message again")
    def post(self, request: Request, pk: UUID) -> Response:
        rows = Delivery.objects.of(request.user).select_related("subscription")
        row = actions.replay(get_object_or_404(rows, pk=pk), by=request.user)
        return Response(_shown(row))


class ReplayMany(View):
    scope = "webhooks"

    @described("replayWebhookDeliveries", "Send again what was parked in this time", body="Replay")
    def post(self, request: Request) -> Response:
        data = request.data
        if not isinstance(data, dict):
            raise Problem("The body must be an object.")
        if unknown := next((name for name in data if name not in ("from", "to", "sentToo")), None):
            raise Problem("There is no such field.", target=str(unknown)[:100])
        sent_too = data.get("sentToo", False)
        if not isinstance(sent_too, bool):
            raise Problem("Say true or false.", target="sentToo")
        subscription = get_object_or_404(Subscription.objects.of(request.user))
        start, end = (_moment(data.get(name), name) for name in ("from", "to"))
        count = actions.replay_many(
            subscription, by=request.user, start=start, end=end, sent_too=sent_too
        )
        return Response({"replayed": count})


class Secret(ShowsSecret, View):
    scope = "webhooks"

    @described("rotateWebhookSecret", "A new secret; the old one signs beside it for a day")
    def post(self, request: Request) -> Response:
        subscription = get_object_or_404(Subscription.objects.of(request.user))
        self.show_once("SigningSecret", rotate_secret(subscription, by=request.user))
        return Response({})


# --- reading and writing --------------------------------------------------------------


def _asked(rows: Any, asked: dict[str, str]) -> Any:
    """The rows that the parameters name; what is unknown is refused."""
    if unknown := next((name for name in asked if name not in KNOWN), None):
        raise Problem("There is no such parameter.", target=unknown[:100])
    if state := asked.get("state"):
        _one_of(state, Delivery.State.values, "state")
        rows = rows.filter(state=state)
    if name := asked.get("event"):
        _one_of(name, topics.names(), "event")
        rows = rows.filter(name=name)
    if after := asked.get("after"):
        rows = rows.filter(pk__lt=_cursor(after))
    return rows.between(*(_moment(asked.get(name) or None, name) for name in ("from", "to")))


def _one_of(value: str, known: list[str], target: str) -> None:
    if value not in known:
        raise Problem(f"Say one of: {', '.join(known)}.", target=target)


def _cursor(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as broken:
        raise Problem("This is no cursor of ours.", target="after") from broken


def _top(text: str | None) -> int:
    if text is None:
        return settings.API_PAGE
    if not text.isascii() or not text.isdecimal() or not int(text[:9]) <= settings.API_PAGE_MOST:
        raise Problem(f"Ask for 0 to {settings.API_PAGE_MOST} rows.", target="$top")
    return int(text)


def _moment(given: Any, target: str) -> datetime | None:
    """A moment with its zone; None where none is given."""
    if given is None:
        return None
    try:
        found = parse_datetime(given) if isinstance(given, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Problem("Say a moment with its zone, like 2026-11-03T14:00:00Z.", target=target)
    return found


def _shown(row: Delivery) -> dict[str, Any]:
    return {
        "id": row.pk,
        "event": row.name,
        "state": row.state,
        "tries": row.tries,
        "code": row.code,
        "payload": row.payload,
        "createdDateTime": row.created_at,
        "sentDateTime": row.sent_at,
        "nextTryDateTime": row.due_at,
    }


def _attempt(one: Any) -> dict[str, Any]:
    said = {"at": one.at, "code": one.code, "text": one.text, "error": one.error}
    return said | {"milliseconds": one.took_ms}
