"""`/v1.0/events`: what changed, in order, from where one stopped reading."""

from typing import Any, cast

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from notifications.api import schema_events
from notifications.feed import ACCESS, Entry, page
from portal import feed
from portal.api.errors import Problem
from portal.api.fields import wire_name
from portal.api.paging import TOKEN, known, top
from portal.api.views import View
from portal.models import Client, Event, Person

LATEST = "latest"


class Events(View):
    scope = "webhooks"

    @extend_schema(**schema_events.EVENTS)
    def get(self, request: Request) -> Response:
        asked = known(request, "after", "excludeOwn")
        if TOKEN in request.query_params:
            raise Problem("There is no such parameter here.", target=TOKEN, code="unknown")
        person = cast(Person, request.user)
        size, client = top(request), cast(Client, person.client)
        without = client.pk if _own_left_out(asked["excludeOwn"]) else None
        if asked["after"] == LATEST:
            return Response({"value": [], "next": feed.latest()})
        try:
            found, following = page(person, asked["after"], size, without=without)
        except feed.Expired as old:
            raise _expired() from old
        except feed.BadCursor as wrong:
            raise Problem("This is no cursor of this feed.", target="after") from wrong
        return Response({"value": [_written(entry, client) for entry in found], "next": following})


def _own_left_out(said: str) -> bool:
    if said not in ("", "true", "false"):
        raise Problem("Say true or false.", target="excludeOwn")
    return said == "true"


def _expired() -> Problem:
    message = "This cursor is too old. List the records again, and go on from `latest`."
    return Problem(message, target="after", status=410, code="cursorExpired")


def _written(entry: Entry, client: Client) -> dict[str, Any]:
    event = entry.event
    own = event.client_id is not None and event.client_id == client.pk
    return {
        "id": event.pk,
        "at": event.at,
        "name": entry.topic.name if entry.topic else ACCESS,
        "verb": event.verb if entry.full else None,
        "tombstone": bool(entry.topic) and entry.sight is None,
        "resource": _resource(entry),
        "engagementId": entry.sight.engagement_id if entry.sight else None,
        "version": event.version if entry.full else None,
        "actor": {"kind": event.actor_kind, "label": event.actor_label} if entry.full else None,
        "client": client.client_id if own else None,
        "changes": _changes(event, entry) if entry.full else {},
    }


def _resource(entry: Entry) -> dict[str, Any]:
    topic = entry.topic
    if topic is None:
        return {"type": entry.event.record_type, "id": entry.event.record_id, "uri": None}
    seen = f"{settings.BASE_URL}/v1.0/{topic.path}" if entry.sight else None
    return {"type": topic.noun, "id": topic.record_id, "uri": seen}


def _changes(event: Event, entry: Entry) -> dict[str, Any]:
    """Field -> [old, new], as the record's page tells them, and its status."""
    untold = entry.sight.untold if entry.sight else ()
    told = {name: both for name, both in event.changes.items() if name not in untold}
    if event.before != event.after:
        told["status"] = [event.before, event.after]
    return {wire_name(name): both for name, both in told.items()}
