"""The closed bodies of the API's own writes: how each field is read, and how it is described.

A shape names every field that a body may have. What is sent is read by it, to the names and
values that the verbs take; a field that nobody knows is refused, and nothing is ignored.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from phonenumber_field.phonenumber import to_python

from portal.api.errors import Problem

LARGEST = Decimal(10) ** 13  # as many digits as an amount has before its point
NUMBER_MOST = 30  # characters of a number that is sent as text
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INNER_CAPITAL = re.compile(r"(?<=[a-z])[A-Z]")


@dataclass(frozen=True)
class Field:
    """`read` is given the value and its target, and raises Problem; `schema` is JSON Schema's."""

    read: Callable[[Any, str], Any]
    schema: dict[str, Any]
    needed: bool = False


Shape = Mapping[str, Field]


def read(data: Any, shape: Shape, within: str = "") -> dict[str, Any]:
    """What was sent, by the names of the verbs (`closeOn` is `close_on`).

    Raises Problem with the path of the field that is unknown, missing or wrong.
    """
    if not isinstance(data, dict):
        raise Problem("Send a JSON object.", target=within)
    for name in sorted(data.keys() - shape.keys(), key=str):
        raise Problem("There is no such field here.", target=_under(within, name), code="unknown")
    for name, field in shape.items():
        if field.needed and name not in data:
            raise Problem("This field is needed.", target=_under(within, name), code="missing")
    return {
        verbs_name(name): shape[name].read(value, _under(within, name))
        for name, value in data.items()
    }


def describe(shape: Shape) -> dict[str, Any]:
    """The shape as JSON Schema."""
    needed = [name for name, field in shape.items() if field.needed]
    found: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: field.schema for name, field in shape.items()},
    }
    return found | ({"required": needed} if needed else {})


def verbs_name(name: str) -> str:
    """`closeOn` as the verbs call it: `close_on`."""
    return _INNER_CAPITAL.sub(lambda found: f"_{found[0].lower()}", name)


def wire_name(name: str) -> str:
    """`close_on` as the API calls it: `closeOn`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _under(within: str, name: Any) -> str:
    return f"{within}/{name}" if within else str(name)


def needed(field: Field) -> Field:
    """The same field, that has to be sent."""
    return replace(field, needed=True)


def or_null(field: Field, empty: Any = None) -> Field:
    """The same field, which null empties."""

    def take(value: Any, target: str) -> Any:
        return empty if value is None else field.read(value, target)

    kind = field.schema.get("type", [])
    kinds = [kind] if isinstance(kind, str) else kind
    schema = field.schema | ({"type": [*kinds, "null"]} if kinds else {})
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return Field(take, schema)


def text(most: int, *, filled: bool = False) -> Field:
    """Up to `most` characters, without white space around; `filled`: at least one."""

    def take(value: Any, target: str) -> str:
        if not isinstance(value, str):
            raise Problem("Send text.", target=target)
        said = value.replace("\r\n", "\n").strip()
        if len(said) > most:
            raise Problem(f"Send at most {most} characters.", target=target)
        if filled and not said:
            raise Problem("Fill this in.", target=target)
        return said

    schema: dict[str, Any] = {"type": "string", "maxLength": most}
    return Field(take, schema | ({"minLength": 1} if filled else {}))


def choice(values: Iterable[str]) -> Field:
    """One of a closed list of codes."""
    codes = [str(value) for value in values]

    def take(value: Any, target: str) -> str:
        if not isinstance(value, str) or value not in codes:
            known = ", ".join(code for code in codes if code)
            raise Problem(f"Choose one of: {known}.", target=target)
        return value

    return Field(take, {"type": "string", "enum": codes})


def whole(values: Iterable[int]) -> Field:
    """One of a closed list of whole numbers, which may arrive as text."""
    known = [int(value) for value in values]

    def take(value: Any, target: str) -> int:
        number = _number(value, target)
        if number not in known:
            raise Problem(f"Choose one of: {', '.join(map(str, known))}.", target=target)
        return int(number)

    return Field(take, {"type": ["integer", "string"], "enum": [*known, *map(str, known)]})


def _number(value: Any, target: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Problem("Send a number.", target=target)
    try:
        number = Decimal(str(value)[:NUMBER_MOST])
    except InvalidOperation as wrong:
        raise Problem("Send a number.", target=target) from wrong
    if not number.is_finite():
        raise Problem("Send a number.", target=target)
    return number


def _amount(value: Any, target: str) -> Decimal:
    number = _number(value, target)
    if abs(number) >= LARGEST:
        raise Problem("This amount is too large.", target=target)
    if number != round(number, 2):
        raise Problem("An amount has at most two decimal places.", target=target)
    return round(number, 2)


AMOUNT = Field(_amount, {"type": ["number", "string"]})


def _day(value: Any, target: str) -> date:
    try:
        if isinstance(value, str) and _DAY.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise Problem("Send a day, like 2027-03-31.", target=target)


DAY = Field(_day, {"type": "string", "format": "date"})


def _flag(value: Any, target: str) -> bool:
    if not isinstance(value, bool):
        raise Problem("Send true or false.", target=target)
    return value


FLAG = Field(_flag, {"type": "boolean"})


def _id(value: Any, target: str) -> UUID:
    try:
        return UUID(value)
    except (ValueError, TypeError, AttributeError) as wrong:
        raise Problem("Send an id.", target=target) from wrong


ID = Field(_id, {"type": "string", "format": "uuid"})


def _email(value: Any, target: str) -> str:
    said = text(254, filled=True).read(value, target)
    try:
        validate_email(said)
    except ValidationError as wrong:
        raise Problem("Send an e-mail address.", target=target) from wrong
    return str(said)


EMAIL = Field(_email, {"type": "string", "format": "email", "maxLength": 254})


def _phone(value: Any, target: str) -> str:
    said = text(40, filled=True).read(value, target)
    number = to_python(said)
    if not number or not number.is_valid():
        message = "Send a phone number with its country code, like +351 210 000 000."
        raise Problem(message, target=target)
    return str(number)


PHONE = Field(_phone, {"type": "string", "maxLength": 40})


def listed(field: Field, *, most: int) -> Field:
    """Several of the same, at most so many."""

    def take(value: Any, target: str) -> list[Any]:
        if not isinstance(value, list):
            raise Problem("Send a list.", target=target)
        if len(value) > most:
            raise Problem(f"Send at most {most}.", target=target)
        return [field.read(one, f"{target}/{n}") for n, one in enumerate(value)]

    return Field(take, {"type": "array", "items": field.schema, "maxItems": most})


def nested(shape: Shape) -> Field:
    """An object of its own shape."""
    return Field(lambda value, target: read(value, shape, target), describe(shape))
