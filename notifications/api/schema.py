"""What the description of the API says about webhooks."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema

TAG = "webhooks"
NAMES = {"type": "array", "items": {"type": "string"}}
MOMENT = {"type": "string", "format": "date-time"}
ID = {"type": "string", "format": "uuid"}
REGISTRATION = {
    "WebhookUrl": {"type": "string", "format": "uri", "maxLength": 2000},
    "WebhookEvents": NAMES,
    "SignatureTokenToMsSignatureHeader": {"type": "boolean"},
    "SkipOwnChanges": {"type": "boolean"},
}
RESULT = {
    "responseCode": {"type": "string"},
    "responseMessage": {"type": "string"},
    "systemError": {"type": "boolean"},
    "dateTimeUtc": MOMENT,
}
ATTEMPT = {
    "at": MOMENT,
    "code": {"type": ["integer", "null"]},
    "text": {"type": "string"},
    "error": {"type": "string"},
    "milliseconds": {"type": "integer"},
}


def _object(properties: dict[str, Any], required: list[str] | None = None) -> dict[str, Any]:
    said: dict[str, Any] = {"type": "object", "properties": properties}
    return said | ({"required": required} if required else {})


DELIVERY = {
    "id": ID,
    "event": {"type": "string"},
    "state": {"type": "string", "enum": ["queued", "sent", "parked"]},
    "tries": {"type": "integer"},
    "code": {"type": ["integer", "null"]},
    "payload": {"type": "object"},
    "createdDateTime": MOMENT,
    "sentDateTime": {"type": ["string", "null"], "format": "date-time"},
    "nextTryDateTime": {"type": ["string", "null"], "format": "date-time"},
}
WITH_ATTEMPTS = DELIVERY | {"attempts": {"type": "array", "items": _object(ATTEMPT)}}
SHOWN = {"SubscriberId": ID} | REGISTRATION
ANSWERS: dict[str, dict[int, Any]] = {
    "listWebhookEvents": {200: NAMES},
    "getWebhookRegistration": {200: _object(REGISTRATION)},
    "createWebhookRegistration": {200: _object(SHOWN | {"SigningSecret": {"type": "string"}})},
    "replaceWebhookRegistration": {200: _object(SHOWN)},
    "deleteWebhookRegistration": {204: None},
    "rotateWebhookSecret": {200: _object({"SigningSecret": {"type": "string"}})},
    "validateWebhook": {200: _object({"correlationId": ID})},
    "getWebhookValidation": {
        200: _object(
            {
                "correlationId": ID,
                "partnerId": ID,
                "status": {"type": "string", "enum": ["pending", "completed"]},
                "callbackUrl": {"type": "string"},
                "results": {"type": "array", "items": _object(RESULT)},
            }
        )
    },
    "listWebhookDeliveries": {
        200: _object(
            {
                "value": {"type": "array", "items": _object(DELIVERY)},
                "@odata.nextLink": {"type": "string"},
            }
        )
    },
    "getWebhookDelivery": {200: _object(WITH_ATTEMPTS)},
    "replayWebhookDelivery": {200: _object(DELIVERY)},
    "replayWebhookDeliveries": {200: _object({"replayed": {"type": "integer"}})},
}
BODIES: dict[str, dict[str, Any]] = {
    "WebhookRegistration": _object(REGISTRATION, ["WebhookUrl", "WebhookEvents"]),
    "Replay": _object(
        {"from": MOMENT, "to": MOMENT, "sentToo": {"type": "boolean"}},
    ),
}
EXAMPLES = {
    "WebhookRegistration": {
        "WebhookUrl": "https://crm.example.com/hooks/partner-portal",
        "WebhookEvents": ["referral-created", "referral-updated", "test-created"],
    },
    "Replay": {"from": "2026-11-03T00:00:00Z", "to": "2026-11-04T00:00:00Z"},
}
PARAMETERS: dict[str, list[OpenApiParameter]] = {
    "listWebhookDeliveries": [
        OpenApiParameter("state", str, enum=["queued", "sent", "parked"]),
        OpenApiParameter("event", str, description="A name of an event"),
        OpenApiParameter("from", str, description="Written at this moment or later"),
        OpenApiParameter("to", str, description="Written before this moment"),
        OpenApiParameter("after", str, description="The cursor of the page before"),
        OpenApiParameter("$top", int, description="Rows of a page"),
    ],
}
Described = Callable[[Callable[..., Any]], Callable[..., Any]]


def described(name: str, summary: str, *, body: str = "") -> Described:
    """Describe one operation by its id."""
    found: Described = extend_schema(
        operation_id=name,
        summary=summary,
        tags=[TAG],
        parameters=PARAMETERS.get(name),
        request={"application/json": BODIES[body]} if body else None,
        responses=ANSWERS[name],
        examples=[OpenApiExample(body, EXAMPLES[body], request_only=True)] if body else None,
    )
    return found
