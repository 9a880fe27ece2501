"""What a whole referral that is sent back changes, compared with what it is."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.api.errors import Problem
from referrals.api.patching import PATHS, WHOLE

TOLD = ("links", "eTag", "updatedDateTime")  # follow from the rest
EMPTY: tuple[Any, ...] = (None, "", [], {})
WRITABLE = {path for path in (*PATHS, *WHOLE) if not path.endswith("/-")}


def differences(body: Any, now: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Path and new value of all that differs; what is left out stays as it is.

    Raises Problem, 400 naming the path, for what can't be changed.
    """
    if not isinstance(body, dict):
        raise Problem("A whole referral is expected, as it was read.")
    for name, value in body.items():
        if name not in TOLD and "@odata." not in name:
            yield from _differ(value, now.get(name), f"/{name}")


def _differ(value: Any, now: Any, path: str) -> Iterator[tuple[str, Any]]:
    if path in WRITABLE:
        if not same(value, now):
            yield path, value
    elif isinstance(value, dict) and isinstance(now, dict):
        for name, one in value.items():
            yield from _differ(one, now.get(name), f"{path}/{name}")
    elif not same(value, now):
        raise Problem("This can't be changed.", target=path.lstrip("/"))


def same(one: Any, other: Any) -> bool:
    """Do both say the same? Nothing is nothing, however it is written; so are numbers, moments."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(same(one.get(name), other.get(name)) for name in {*one, *other})
    if one in EMPTY or other in EMPTY:
        return one in EMPTY and other in EMPTY
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) or _plain(one) == _plain(other)


def _plain(value: Any) -> Any:
    """A number or a moment of any spelling; other things as they are."""
    if not isinstance(value, str | int | float):
        return value
    try:
        return Decimal(str(value))
    except InvalidOperation:
        pass
    try:
        moment = datetime.fromisoformat(str(value))
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    except ValueError:
        return value
