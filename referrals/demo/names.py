"""What things are called in each market of the demonstration: read from markets.toml."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

_LETTERS = "ABCDEFGHJKLMNPRSTUWXYZ"


@dataclass(frozen=True)
class Place:
    city: str
    state: str
    postal: str  # a pattern


@dataclass(frozen=True)
class Market:
    """`per_usd` turns a value in dollars into a plausible one in `currency`."""

    country: str
    zone: str
    currency: str
    per_usd: int
    phone: str
    customers: int
    given: list[str]
    surnames: list[str]
    places: list[Place]
    streets: list[str]
    roots: list[str]
    trades: list[str]
    forms: list[str]
    trade_first: bool = False

    def person(self, rng: Random) -> str:
        return f"{rng.choice(self.given)} {rng.choice(self.surnames)}"

    def number(self, rng: Random) -> str:
        return filled(self.phone, rng)

    def street(self, rng: Random) -> str:
        return rng.choice(self.streets).replace("#", str(rng.randint(1, 480)))


def filled(pattern: str, rng: Random) -> str:
    """The pattern with a digit for each `#` and a letter for each `@`."""
    parts: dict[str, Callable[[], str]] = {
        "#": lambda: str(rng.randrange(10)),
        "@": lambda: rng.choice(_LETTERS),
    }
    return "".join(parts[c]() if c in parts else c for c in pattern)


def read(name: str) -> dict[str, Any]:
    """One of the data files beside this module."""
    return tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))


def _market(country: str, data: dict[str, Any]) -> Market:
    places = [Place(*place.split(" / ")) for place in data.pop("places")]
    return Market(country=country, places=places, **data)


MARKETS = {country: _market(country, data) for country, data in read("markets.toml").items()}
