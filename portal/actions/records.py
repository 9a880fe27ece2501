"""What operators keep by hand in the administration: companies, locations, accounts,
solutions. Each save is one line of history, whatever page it came from."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from portal import clock, roles
from portal.actors import Actor
from portal.history import Change, difference, event, snapshot
from portal.models import Record
from portal.workflow import NotAllowed, lock

R = TypeVar("R", bound=Record)


def _check(by: Actor) -> None:
    if by.person is None or not roles.operator(by.person):
        raise NotAllowed(_("Your role does not allow this."))


def _write(record: Record, verb: str, changes: dict[str, Any], by: Actor) -> None:
    record.version += 1
    record.updated_at = record.now
    record.save()
    line = event(record, verb, Change("", "", changes), by=by, at=record.now)
    line.save(force_insert=True)


@transaction.atomic
def create(record: R, *, by: Actor) -> R:
    """Save a new record."""
    _check(by)
    record.moment = record.created_at = clock.now()
    _write(record, "create", {}, by)
    return record


@transaction.atomic
def edit(record: R, *, by: Actor, fields: Iterable[str]) -> R:
    """Take these fields of the record as they are now in memory; what others changed
    in the meantime in other fields stays."""
    _check(by)
    fresh = lock(record)
    before = snapshot(fresh)
    for name in fields:
        setattr(fresh, name, getattr(record, name))
    if changes := difference(before, snapshot(fresh)):
        _write(fresh, "edit", changes, by)
    return fresh


@transaction.atomic
def edit_parts(record: Record, name: str, formset: Any, *, by: Actor) -> None:
    """Save the rows that belong to a record, like its identifiers, as one line of history."""
    _check(by)
    fresh = lock(record)
    before = _listed(formset.model, formset.fk.name, fresh)
    formset.save()
    after = _listed(formset.model, formset.fk.name, fresh)
    if before != after:
        _write(fresh, "edit", {name: [before, after]}, by)


def _listed(model: type[models.Model], parent: str, record: Record) -> str:
    rows = model._default_manager.filter(**{parent: record})
    return ", ".join(sorted(str(row) for row in rows))
