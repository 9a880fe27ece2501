"""How a record changes: lock, check, change, save, write history. The only machinery.

Answers come in one order: no such step now (Refused), not you (NotAllowed), a guard's
sentence (Refused). Whether the caller sees the record at all was settled before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, TypeVar

import django_fsm as fsm
from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import bulk, clock
from portal.actors import Actor
from portal.history import Change, difference, event, line, snapshot
from portal.models import Event

R = TypeVar("R", bound=Any)
Text = str | Promise
Who = Callable[[Any, Actor], bool]
Guard = Callable[[Any], bool]
NOT_NOW = "notPossibleNow"


class Refused(Exception):  # noqa: N818 — the house's word, read as a sentence
    """A rule said no, in a sentence for the person who asked. Programs read `code`, the name of
    the condition that did not hold."""

    def __init__(self, sentence: Text, code: str = "") -> None:
        super().__init__(sentence)
        self.code = code or self.usual

    usual = "refused"


class NotAllowed(Refused):
    """The rule allows the step, but not to this person."""

    usual = "notAllowed"


class Stale(Refused):
    """Somebody changed the record since the caller read it."""

    usual = "stale"


def guard(refusal: Text | Callable[[Any], Text], *, field: str = "") -> Callable[[Guard], Guard]:
    """Attach to a condition the sentence shown when it does not hold, or what finds it.

    `field` is the one to look at, where a form asks for it.
    """

    def mark(condition: Guard) -> Guard:
        condition.refusal = refusal  # type: ignore[attr-defined]
        condition.field = field  # type: ignore[attr-defined]
        return condition

    return mark


def step(source: str, target: str, *, who: Who, when: tuple[Guard, ...] = ()) -> Callable[..., Any]:
    """Declare one transition of `status`: from, to, who may, on what conditions."""
    return fsm.transition("status", source, target, custom={"who": who, "when": when})


@dataclass(frozen=True)
class Verb:
    """How a step is offered: its button, and what the confirmation says."""

    label: Text
    confirm: Text = ""
    danger: bool = False
    asks: bool = False  # takes input: the button leads to a form


@dataclass(frozen=True)
class Edit:
    """Fields that may change while the record is in one of these states."""

    fields: tuple[str, ...]
    states: tuple[str, ...]
    who: Who
    when: tuple[Guard, ...] = ()


@dataclass
class Batch:
    """What a sweep moved: the fresh records, and how many it had to leave."""

    records: list[Any] = field(default_factory=list)
    left: int = 0

    FULL: ClassVar[int] = 1000


def _transition(record: Any, verb: str) -> Any:
    method = getattr(type(record), verb, None)
    machine = getattr(method, "_django_fsm", None)
    transition = machine and machine.get_transition(record.status)
    if transition is None:
        raise _not_now(record)
    return transition


def _not_now(record: Any) -> Refused:
    said = {"kind": record._meta.verbose_name, "status": record.get_status_display().lower()}
    sentence = _("This %(kind)s is %(status)s. This step is not possible now.") % said
    return Refused(sentence, NOT_NOW)


def sentence(record: Any, guard: Any) -> Text:
    """What a condition says where it does not hold."""
    said: Text | Callable[[Any], Text] = guard.refusal
    return said(record) if callable(said) else said


def unmet(record: Any, guards: tuple[Guard, ...]) -> Refused | None:
    """The refusal of the first condition that does not hold; none when all do."""
    found = next((g for g in guards if not g(record)), None)
    return Refused(sentence(record, found), found.__name__) if found else None


def _refusal(record: Any, transition: Any, by: Actor) -> Refused | None:
    record.actor = by
    if not transition.custom["who"](record, by):
        return NotAllowed(_("Your role does not allow this."))
    return unmet(record, transition.custom["when"])


def refusal(record: Any, transition: Any, by: Actor) -> Refused | None:
    """Why this step is refused to this actor now; `transition` is none where there is none."""
    return _refusal(record, transition, by) if transition else _not_now(record)


def lock(record: R, version: int | None = None) -> R:
    """Read the record afresh under a row lock. Raises Stale if `version` is not its own."""
    model = record._meta.model
    rows = model._base_manager.select_for_update(of=("self",))
    fresh: R = (rows.select_related(*model.READS) if model.READS else rows).get(pk=record.pk)
    if version is not None and fresh.version != version:
        raise Stale(_("Somebody changed this in the meantime. Look at it again, then repeat."))
    fresh.moment = clock.now()
    return fresh


def check(record: R, verb: str, *, by: Actor) -> R:
    """The fresh, locked record, if this actor may take the step now; else raises as `move` does.

    For what has to be done before the step is written, like keeping the files it names.
    """
    fresh = lock(record)
    if refusal := _refusal(fresh, _transition(fresh, verb), by):
        raise refusal
    return fresh


def _take(record: Any, verb: str, data: dict[str, Any]) -> Change:
    """Run the step in memory and say what it changed."""
    before = snapshot(record)
    getattr(record, verb)(at=record.moment, **data)
    record.version += 1
    record.updated_at = record.moment
    return Change(before["status"], record.status, difference(before, snapshot(record)))


@transaction.atomic
def move(
    record: R, verb: str, *, by: Actor, version: int | None = None, note: str = "", **data: Any
) -> R:
    """Take one step of the life-cycle. Returns the fresh record.

    Raises Refused, NotAllowed or Stale, and then nothing has changed.
    """
    fresh = lock(record, version)
    transition = _transition(fresh, verb)
    fresh.given = data
    if refusal := _refusal(fresh, transition, by):
        raise refusal
    change = _take(fresh, verb, data)
    fresh.save(update_fields={*change.fields, "status", "version", "updated_at"})
    bulk.insert(Event, [line(fresh, verb, change, by=by, note=note)])
    return fresh


def _groups(changed: list[tuple[Any, Change]]) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """Records by the new values they take, so that each group is one UPDATE."""
    groups: dict[str, tuple[dict[str, Any], list[Any]]] = {}
    for record, change in changed:
        names = {*change.fields, "status", "updated_at"}
        values = {name: getattr(record, name) for name in sorted(names)}
        groups.setdefault(repr(values), (values, []))[1].append(record.pk)
    yield from groups.values()


@transaction.atomic
def move_many(
    rows: models.QuerySet[Any], verb: str, *, by: Actor, limit: int = Batch.FULL, **data: Any
) -> Batch:
    """Take the same step for up to `limit` rows that nobody else holds (SKIP LOCKED).

    The same guards and methods as `move`, written in bulk. Rows that a guard refuses
    are left as they are.
    """
    batch = Batch()
    changed: list[tuple[Any, Change]] = []
    for record in rows.select_for_update(skip_locked=True, of=("self",))[:limit]:
        record.moment = clock.now() if not changed else changed[0][0].moment
        transition = _transition(record, verb)
        if _refusal(record, transition, by):
            batch.left += 1
            continue
        changed.append((record, _take(record, verb, data)))
    model = rows.model
    for values, ids in _groups(changed):
        rows = model._base_manager.filter(pk__in=bulk.among(ids))
        rows.update(**values, version=models.F("version") + 1)
    bulk.insert(Event, [line(record, verb, change, by=by) for record, change in changed])
    batch.records = [record for record, _change in changed]
    return batch


def edit_refusal(record: Any, name: str, by: Actor) -> Refused | None:
    rules = [rule for rule in record.EDITS if name in rule.fields]
    label = record._meta.get_field(name).verbose_name
    if not any(record.status in rule.states for rule in rules):
        return Refused(_("“%(field)s” can't be changed now.") % {"field": label})
    rule = next(rule for rule in rules if record.status in rule.states)
    if not rule.who(record, by):
        return NotAllowed(_("Your role does not allow this."))
    return unmet(record, rule.when)


@transaction.atomic
def edit(record: R, *, by: Actor, version: int | None = None, **values: Any) -> R:
    """Change fields under the same lock, state and history rules as a step.

    Only what differs counts: an edit that changes nothing writes nothing.
    """
    fresh = lock(record, version)
    fresh.given = values
    before = snapshot(fresh)
    changed = {k: v for k, v in values.items() if getattr(fresh, k) != v}
    for name in changed:
        if refusal := edit_refusal(fresh, name, by):
            raise refusal
    if not changed:
        return fresh
    for name, value in changed.items():
        setattr(fresh, name, value)
    fresh.version += 1
    fresh.updated_at = fresh.moment
    fresh.save()
    change = Change(fresh.status, fresh.status, difference(before, snapshot(fresh)))
    event(fresh, "edit", change, by=by).save(force_insert=True)
    return fresh


@transaction.atomic
def created(record: R, verb: str, *, by: Actor, note: str = "") -> R:
    """Save a new record with the first line of its history."""
    record.version = 1
    record.moment = record.created_at = record.updated_at = clock.now()
    record.save(force_insert=True)
    change = Change("", getattr(record, "status", ""), {})  # a routing rule has no life-cycle
    event(record, verb, change, by=by, note=note).save(force_insert=True)
    return record


def is_past(moment: datetime | None, record: Any) -> bool:
    """Has this moment passed, by the one clock, for the record being checked?"""
    return moment is not None and moment <= record.now
