"""How a change becomes a line of history. Written by the workflow, never by doors."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import models

from portal.actors import Actor
from portal.models import Event, new_id

# The machinery's own fields tell nobody anything; `wire` is what programs tell each other.
SILENT = {"id", "version", "created_at", "updated_at", "status", "name_key", "search_key", "wire"}


@dataclass(frozen=True)
class Change:
    """From which status to which, and field -> [old, new] as JSON values."""

    before: str
    after: str
    fields: dict[str, list[Any]]


@cache
def _stored(model: type[models.Model]) -> tuple[str, ...]:
    return tuple(f.attname for f in model._meta.concrete_fields)


def snapshot(record: models.Model) -> dict[str, Any]:
    """The stored values of a record, by field name."""
    known = vars(record)  # a getattr for each is half the cost of a sweep's check
    names = _stored(type(record))
    return {name: known[name] if name in known else getattr(record, name) for name in names}


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """What differs between two snapshots, without the machinery's own fields."""
    return {
        name: [_plain(old), _plain(after[name])]
        for name, old in before.items()
        if old != after[name] and name not in SILENT
    }


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value if isinstance(value, str | int | float | bool | list | None) else str(value)


def event(
    record: Any, verb: str, change: Change, *, by: Actor, note: str = "", at: datetime | None = None
) -> Event:
    """The line of history for one change, not yet saved."""
    return Event(**line(record, verb, change, by=by, note=note, at=at))


def line(
    record: Any, verb: str, change: Change, *, by: Actor, note: str = "", at: datetime | None = None
) -> dict[str, Any]:
    """The same as column values, for many at once (see `portal.bulk`)."""
    return {
        "id": new_id(),
        "record_type": record._meta.model_name,
        "record_id": record.pk,
        "version": record.version,
        "verb": verb,
        "before": change.before,
        "after": change.after,
        "changes": change.fields,
        "note": note,
        "at": at or record.moment or record.created_at,
        "actor_kind": by.actor_kind,
        "actor_label": by.label,
        "person_id": by.person.pk if by.person else None,
        "company_id": by.company_id,
        "client_id": getattr(by, "client_id", None),
    }
