"""JSON Patch as the vendor's contract has it: add and replace, on exactly these paths (facts 1.3).

One document is one change: in which order things stand does not matter, but within a list.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from portal.api.errors import Problem
from portal.models import Person
from referrals.actions.opening import Contact, Member
from referrals.api import members, registering
from referrals.api.reading import LINES, Fields
from referrals.api.said import Wanted, currency, solutions
from referrals.api.words import STATUSES, SUBSTATUSES, TO_VENDOR

MOST = 100  # operations of one document
OPERATIONS = ("add", "replace")


@dataclass
class Changes:
    """What a document asks for. None is what it does not speak of."""

    by: Person
    region: str = ""  # where the customer's phone numbers are dialled
    fields: dict[str, Any] = field(default_factory=dict)
    programme: str | None = None
    status: str | None = None
    substatus: str | None = None
    reason: str | None = None
    stage: tuple[Any, ...] = ()  # one word, or none was said
    visible: bool | None = None
    is_favourite: bool | None = None
    team: list[Member] | None = None
    joining: list[Member] = field(default_factory=list)
    contacts: list[Contact] | None = None
    further: list[Contact] = field(default_factory=list)
    solutions: list[Wanted] | None = None
    adding: list[Wanted] = field(default_factory=list)
    categories: list[dict[str, str]] = field(default_factory=list)
    prices: dict[str, Any] = field(default_factory=dict)
    registered: dict[str, Any] | None = None  # a registration that is to begin
    entered: dict[str, Any] = field(default_factory=dict)  # into the one that is there


Reader = Callable[[Changes, Fields, str], None]


def read(document: Any, changes: Changes) -> Changes:
    """Raises Problem, 400 naming the path, for what is no such document."""
    if not isinstance(document, list) or not document:
        raise Problem("A JSON Patch is expected: a list of operations.")
    if len(document) > MOST:
        raise Problem(f"At most {MOST} operations are taken at once.")
    for n, one in enumerate(document):
        _operation(Fields(one, str(n)), changes)
    return changes


def _operation(one: Fields, changes: Changes) -> None:
    kind, path, value = one.text("op"), one.text("path"), one.take("value")
    one.done()
    if kind not in OPERATIONS:
        raise one.wrong("op", "Only add and replace are known.")
    if "value" not in one.value:
        raise one.wrong("value", "This is needed.")
    if path not in PATHS or (path.endswith("/-") and kind != "add"):
        raise Problem("This path can't be changed.", target=path.lstrip("/") or one.at("path"))
    into(changes, path, value)


def into(changes: Changes, path: str, value: Any) -> None:
    """Read what is to stand at this path."""
    parent, _slash, name = path.lstrip("/").rpartition("/")
    reader = PATHS.get(path) or WHOLE[path]
    reader(changes, Fields({name: value}, parent), name)


def _text(name: str, most: int) -> Reader:
    def read(changes: Changes, fields: Fields, wire: str) -> None:
        changes.fields[name] = fields.text(wire, most)

    return read


def _name(changes: Changes, fields: Fields, wire: str) -> None:
    changes.fields["name"] = needed(fields, wire, fields.text(wire))


def _value(changes: Changes, fields: Fields, wire: str) -> None:
    changes.fields["value"] = needed(fields, wire, fields.number(wire))


def _currency(changes: Changes, fields: Fields, wire: str) -> None:
    changes.fields["currency"] = needed(fields, wire, currency(fields, wire))


def _close_on(changes: Changes, fields: Fields, wire: str) -> None:
    changes.fields["close_on"] = needed(fields, wire, fields.day(wire))


def needed(fields: Fields, name: str, value: Any) -> Any:
    """What may not be emptied."""
    if value in (None, ""):
        raise fields.wrong(name, "This is needed.")
    return value


def _programme(changes: Changes, fields: Fields, wire: str) -> None:
    changes.programme = fields.text(wire)


def _status(changes: Changes, fields: Fields, wire: str) -> None:
    changes.status = needed(fields, wire, fields.one_of(wire, STATUSES))


def _substatus(changes: Changes, fields: Fields, wire: str) -> None:
    changes.substatus = needed(fields, wire, fields.one_of(wire, SUBSTATUSES))


def _reason(changes: Changes, fields: Fields, wire: str) -> None:
    changes.reason = fields.text(wire, LINES)


def _stage(changes: Changes, fields: Fields, wire: str) -> None:
    changes.stage = (fields.take(wire),)


def _visible(changes: Changes, fields: Fields, wire: str) -> None:
    changes.visible = needed(fields, wire, fields.flag(wire))


def _favourite(changes: Changes, fields: Fields, wire: str) -> None:
    changes.is_favourite = bool(fields.flag(wire))


def _team(changes: Changes, fields: Fields, wire: str) -> None:
    region = _home(changes)
    changes.team, changes.joining = [members.member(r, region) for r in fields.rows(wire)], []


def _joins(changes: Changes, fields: Fields, wire: str) -> None:
    changes.joining.append(members.member(fields.part(wire), _home(changes)))


def _home(changes: Changes) -> str:
    return str(changes.by.company.country) if changes.by.company else ""


def _contacts(changes: Changes, fields: Fields, wire: str) -> None:
    people = [members.contact(row, changes.region) for row in fields.rows(wire)]
    changes.contacts, changes.further = people, []


def _contact(changes: Changes, fields: Fields, wire: str) -> None:
    changes.further.append(members.contact(fields.part(wire), changes.region))


def _solutions(changes: Changes, fields: Fields, wire: str) -> None:
    changes.solutions, changes.categories, changes.prices = solutions(fields)
    changes.adding = []


def _solution(changes: Changes, fields: Fields, wire: str) -> None:
    one = Fields({"solutions": [fields.take(wire)]}, fields.path.rpartition("/")[0])
    wanted, categories, prices = solutions(one)
    changes.adding += wanted
    changes.categories = [*changes.categories, *categories]
    changes.prices |= prices


def _begins(changes: Changes, fields: Fields, wire: str) -> None:
    if changes.registered is not None:
        raise fields.wrong(wire, "A referral is registered once.")
    changes.registered = registering.read(fields.part(wire))


def _enters(changes: Changes, fields: Fields, wire: str) -> None:
    changes.entered |= registering.read_one(fields, wire)


PATHS: dict[str, Reader] = {
    "/campaignId": _text("campaign_id", 100),
    f"/consent/{TO_VENDOR}": _visible,
    "/customerProfile/team": _contacts,
    "/customerProfile/team/-": _contact,
    "/details/closingDateTime": _close_on,
    "/details/currency": _currency,
    "/details/dealValue": _value,
    "/details/notes": _text("notes", LINES),
    "/details/requirements/solutions": _solutions,
    "/details/requirements/solutions/-": _solution,
    "/externalReferenceId": _text("crm_id", 100),
    "/referralProgram": _programme,
    "/salesStage": _stage,
    "/status": _status,
    "/substatus": _substatus,
    "/statusReason": _reason,
    "/team": _team,
    "/team/-": _joins,
    "/registrations/-": _begins,
    **dict.fromkeys(registering.PATHS, _enters),
}
# What PUT may change besides; the public contract offers no PATCH for these.
WHOLE: dict[str, Reader] = {"/name": _name, "/favorite": _favourite}
