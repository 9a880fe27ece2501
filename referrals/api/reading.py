"""A body, read field by field: each has its type, and what nobody asked for is refused.

`null` is the same as absent. A refusal names the field by its path, like `details/dealValue`.
"""

import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.api.errors import Problem
from referrals.api.words import Words

NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?")
LARGEST = Decimal(10) ** 13  # what a column of money holds
CENT = Decimal("0.01")
LINE, LINES = 200, 5000  # characters of one line, and of several


class Fields:
    """One object of the body. Call `done` when everything that it may hold was asked for."""

    def __init__(self, value: Any, path: str = "") -> None:
        self.path = path
        if value is not None and not isinstance(value, dict):
            raise Problem("An object is expected here.", target=path)
        self.value: dict[str, Any] = value or {}
        self.left = {name for name in self.value if "@odata." not in name}

    def at(self, name: str | int) -> str:
        return f"{self.path}/{name}" if self.path else str(name)

    def wrong(self, name: str, sentence: str) -> Problem:
        """A refusal that names the field."""
        return Problem(sentence, target=self.at(name))

    def take(self, name: str) -> Any:
        self.left.discard(name)
        return self.value.get(name)

    def has(self, name: str) -> bool:
        return self.value.get(name) is not None

    def skip(self, *names: str) -> None:
        """What the portal sets itself; clients send it back as they read it."""
        self.left -= set(names)

    def done(self) -> None:
        if self.left:
            raise self.wrong(min(self.left), "There is no such field that can be written.")

    def text(self, name: str, most: int = LINE) -> str:
        value = self.take(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(name, "A text is expected here.")
        value = value.replace("\r\n", "\n").strip()
        if len(value) > most:
            raise self.wrong(name, f"At most {most} characters are kept here.")
        return value

    def number(self, name: str) -> Decimal | None:
        """Also where it comes as a text (decision 5 of the API). In cents, half up as money is."""
        value = self.take(name)
        if value is None:
            return None
        text = "" if isinstance(value, bool) else str(value).strip()
        if isinstance(value, float):
            text = f"{value:.6f}" if abs(value) < LARGEST else ""
        if not isinstance(value, int | float | str) or not NUMBER.fullmatch(text):
            raise self.wrong(name, "A number is expected here.")
        if abs(Decimal(text)) >= LARGEST:
            raise self.wrong(name, "This number is too large.")
        return Decimal(text).quantize(CENT, ROUND_HALF_UP)

    def flag(self, name: str) -> bool | None:
        value = self.take(name)
        known = {"true": True, "false": False}
        if isinstance(value, str) and value.lower() in known:
            return known[value.lower()]
        if value is None or isinstance(value, bool):
            return value
        raise self.wrong(name, "true or false is expected here.")

    def day(self, name: str) -> date | None:
        """Of a moment, the day in UTC."""
        value = self.take(name)
        if value is None:
            return None
        try:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).date()
        except (TypeError, ValueError, OverflowError):
            raise self.wrong(name, "A moment like 2030-01-31T00:00:00Z is expected here.") from None

    def one_of(self, name: str, words: Words) -> str | None:
        """Our code for one word of a closed list."""
        value = self.take(name)
        if value is None:
            return None
        code = None if isinstance(value, bool) else words.read(value)
        if code is None:
            allowed = ", ".join(word for word in words.all if word)
            raise self.wrong(name, f"One of these is expected here: {allowed}.")
        return code

    def part(self, name: str) -> "Fields":
        return Fields(self.take(name), self.at(name))

    def rows(self, name: str, most: int = 50) -> list["Fields"]:
        """A list of objects; `{}` is understood as none (D4)."""
        value = self.take(name)
        if value is None or value == {}:
            return []
        if not isinstance(value, list):
            raise self.wrong(name, "A list is expected here.")
        if len(value) > most:
            raise self.wrong(name, f"At most {most} entries are kept here.")
        return [Fields(one, f"{self.at(name)}/{n}") for n, one in enumerate(value)]
