"""A year that passes in seconds: stories take turns, and the clock stands where they are.

A story is a generator: it does something, then yields how long it waits. So everything in
every deal happens in the order of time, and the sweeps of the clock fall between.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

Story = Iterator[timedelta]
OPENS, CLOSES = 8, 18  # hours of the office day


@dataclass
class Calendar:
    """What happens when, until `now`; what would come later never happens."""

    now: datetime
    stand: Callable[[datetime], object]
    _heap: list[tuple[datetime, int, Callable[[], object]]] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=count)
    _at: datetime | None = None

    @property
    def today(self) -> datetime:
        """The moment at which the calendar stands."""
        return self._at or self.now

    def plan(self, at: datetime, act: Callable[[], object]) -> None:
        if at <= self.now:
            heapq.heappush(self._heap, (at, next(self._order), act))

    def begin(self, story: Story, at: datetime, zone: str, rng: Random) -> None:
        """Let a story start at this moment; its waits end in the office hours of its zone."""

        def turn() -> None:
            wait = next(story, None)
            if wait is not None:
                ends = office_hours(self.today + wait, ZoneInfo(zone), rng)
                self.plan(ends, turn)

        self.plan(at, turn)

    def run(self) -> None:
        """Play everything, then stand at `now`."""
        while self._heap:
            self._at, _order, act = heapq.heappop(self._heap)
            self.stand(self._at)
            act()
        self._at = None
        self.stand(self.now)


def office_hours(moment: datetime, zone: ZoneInfo, rng: Random) -> datetime:
    """The moment, or the next working morning where people sleep or rest then."""
    local = moment.astimezone(zone)
    if local.hour >= CLOSES:
        local = _morning(local + timedelta(days=1), rng)
    elif local.hour < OPENS:
        local = _morning(local, rng)
    while local.weekday() > 4:
        local = _morning(local + timedelta(days=1), rng)
    return local.astimezone(moment.tzinfo)


def _morning(day: datetime, rng: Random) -> datetime:
    minutes = rng.randint(0, 179)
    return day.replace(hour=OPENS + minutes // 60, minute=minutes % 60)
