"""The thin message of facts 1.11: it says what changed, and the change is read at `ResourceUri`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from notifications import topics


def payload(name: str, path: str, noun: str, at: datetime) -> dict[str, Any]:
    """`path` is below the API's version; `at` is when it changed."""
    return {
        "EventName": name,
        "ResourceUri": f"{settings.BASE_URL}/v1.0/{path}",
        "ResourceName": noun,
        "AuditUri": None,
        "ResourceChangeUtcDate": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    }


def of_test(pk: UUID, at: datetime) -> dict[str, Any]:
    """A test is a resource of its own: the result that its sender reads."""
    return payload(topics.TEST, f"webhooks/deliveries/{pk}", "test", at)
