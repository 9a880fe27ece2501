"""Who acts: a person, the clock, later a program or a customer by link. Never nobody."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

if TYPE_CHECKING:
    from portal.models import Person


class Actor(Protocol):
    """Somebody or something that history can name."""

    @property
    def actor_kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def person(self) -> "Person | None": ...
    @property
    def company_id(self) -> UUID | None: ...


@dataclass(frozen=True)
class Clock:
    """Acts when a moment has passed and nobody asked."""

    actor_kind: str = "clock"
    label: str = "clock"
    person: None = None
    company_id: None = None


CLOCK = Clock()


@dataclass(frozen=True)
class Program:
    """Acts for whoever started it: a command, later a client of the API."""

    label: str
    actor_kind: str = "program"
    person: None = None
    company_id: None = None
