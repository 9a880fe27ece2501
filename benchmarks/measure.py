"""How cost is taken: CPU of this process and of its database backend, and the clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter_ns, process_time_ns
from typing import Any

import psycopg
from django.db import connection

HEAD = f"{'name':<58}{'value':>12} {'unit':<8}{'limit':>12}{'ratio':>8}{'rounds':>8}"


@dataclass(frozen=True)
class Figure:
    """One line of the answer. `limit` is the same work at its cheapest, in the same unit."""

    name: str
    value: float
    unit: str
    limit: float | None = None
    rounds: int = 1
    more_is_better: bool = False

    @property
    def ratio(self) -> float | None:
        """Which share of the limit's speed is reached; 1 is the limit itself."""
        if self.limit is None or not self.value or not self.limit:
            return None
        return self.value / self.limit if self.more_is_better else self.limit / self.value

    def __str__(self) -> str:
        limit = "-" if self.limit is None else number(self.limit)
        ratio = "-" if self.ratio is None else f"{self.ratio:.3f}"
        shown = f"{number(self.value):>12} {self.unit:<8}{limit:>12}{ratio:>8}{self.rounds:>8}"
        return f"{self.name:<58}{shown}"


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


@dataclass
class Side:
    """One way to do the work, with what each round of it cost, in milliseconds."""

    work: Callable[[], Any]
    backend: int  # process id of the database backend that it uses
    times: int = 1  # how often in a round
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def run(self) -> None:
        cpu, wall = process_time_ns() + backend_ns(self.backend), perf_counter_ns()
        for _ in range(self.times):
            self.work()
        self.wall.append((perf_counter_ns() - wall) / self.times / 1e6)
        self.cpu.append((process_time_ns() + backend_ns(self.backend) - cpu) / self.times / 1e6)


def interleave(*sides: Side, rounds: int) -> None:
    """Run the sides in turn: whatever else the machine does meets all of them alike."""
    for side in sides:
        side.work()  # warm
    for _ in range(rounds):
        for side in sides:
            side.run()


def against(name: str, mine: Side, limit: Side, *, wall: bool = False) -> Figure:
    """The medians of both sides as one figure."""
    value, least = (side.wall if wall else side.cpu for side in (mine, limit))
    kind = "time" if wall else "CPU"
    return Figure(f"{name}: {kind}", median(value), "ms", median(least), len(value))


def backend_ns(pid: int) -> int:
    """CPU of a database backend on this machine; 0 where the server is elsewhere."""
    try:
        if not Path(f"/proc/{pid}/comm").read_text().startswith("postgres"):
            return 0
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])
    except (OSError, ValueError):
        return 0


def own_backend() -> int:
    """The backend behind Django's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def plain() -> psycopg.Connection[Any]:
    """A connection of the limit's own, without Django, to the same database."""
    names = ("dbname", "user", "password", "host", "port", "sslmode", "options")
    known = connection.get_connection_params()
    return psycopg.connect(autocommit=True, **{n: known[n] for n in names if known.get(n)})


def in_database(rows: Any, rounds: int) -> list[float]:
    """Milliseconds to plan and run a query, by the database's own word."""
    sql, params = rows.query.sql_with_params()
    taken = []
    with connection.cursor() as cursor:
        for _ in range(rounds):
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
            told = cursor.fetchone()[0][0]
            taken.append(told["Planning Time"] + told["Execution Time"])
    return taken


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that run inside."""
    seen: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield seen
