"""How a change becomes a line of history. Written by the workflow, never by doors."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models

from portal.actors import Actor
from portal.models import Event

# The machinery's own fields tell nobody anything.
SILENT = {"id", "version", "created_at", "updated_at", "status", "name_key", "search_key"}


@dataclass(frozen=True)
class Change:
    """From which status to which, and field -> [old, new] as JSON values."""

    before: str
    after: str
    fields: dict[str, list[Any]]


def snapshot(record: models.Model) -> dict[str, Any]:
    """The stored values of a record, by field name."""
    return {f.attname: getattr(record, f.attname) for f in record._meta.concrete_fields}


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """What differs between two snapshots, without the machinery's own fields."""
    return {
        name: [_plain(old), _plain(after[name])]
        for name, old in before.items()
        if name not in SILENT and old != after[name]
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def event(
    record: Any, verb: str, change: Change, *, by: Actor, note: str = "", at: datetime | None = None
) -> Event:
    """The line of history for one change, not yet saved."""
    return Event(
        record_type=record._meta.model_name,
        record_id=record.pk,
        version=record.version,
        verb=verb,
        before=change.before,
        after=change.after,
        changes=change.fields,
        note=note,
        at=at or record.moment or record.created_at,
        actor_kind=by.actor_kind,
        actor_label=by.label,
        person=by.person,
        company_id=by.company_id,
    )
