"""Times of the customer directory: import against plain COPY, and search in the database.

Both want PostgreSQL and an application that is set up; nothing here makes a database.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from benchmarks.accounts import queries
from portal.actions.directory import import_accounts
from portal.actors import Program
from portal.models import Person
from portal.search import search

COPIED = (
    "id, kind, name, name_key, search_key, address_line1, address_line2, city, state, postal_code,"
    ' country, duns, tpid, is_federal, has_macc, "group", version, created_at, updated_at'
)


def empty_directory() -> None:
    """No accounts and no words, so that each round begins alike."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE portal_account CASCADE")
        cursor.execute("TRUNCATE portal_account_word")


def time_import(path: Path, report: Path) -> float:
    """Seconds to import the file into an empty directory, with a report of every row."""
    empty_directory()
    start = time.perf_counter()
    with path.open(newline="", encoding="utf-8") as file, report.open("w") as out:
        import_accounts(file, by=Program("bench"), report=out)
    return time.perf_counter() - start


def unload(copied: Path, identifiers: Path) -> None:
    """Write what the import made as files that COPY reads back: the limit's input."""
    _copy_out(f"COPY portal_account ({COPIED}) TO STDOUT", copied)
    _copy_out(
        "COPY portal_accountidentifier (account_id, kind, value) TO STDOUT",
        identifiers,
    )


def time_copy(copied: Path, identifiers: Path) -> float:
    """Seconds of the limit: plain COPY of ready rows into the same tables and indexes."""
    empty_directory()
    start = time.perf_counter()
    with transaction.atomic():
        _copy_in(f"COPY portal_account ({COPIED}) FROM STDIN", copied)
        _copy_in(
            "COPY portal_accountidentifier (account_id, kind, value) FROM STDIN",
            identifiers,
        )
    return time.perf_counter() - start


def time_search(path: Path, size: int, person: Person) -> dict[str, list[float]]:
    """Milliseconds in the database for each search, by kind of query."""
    spent = {}
    for name, typed in queries(path, size).items():
        spent[name] = []
        for query, location in typed:
            with _database_time() as taken:
                search(query, location, person=person)
            spent[name].append(sum(taken))
    return spent


def percentile(values: list[float], share: float) -> float:
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(len(ranked) * share))]


@contextmanager
def _database_time() -> Iterator[list[float]]:
    taken: list[float] = []

    def timed(execute: Any, *args: Any) -> Any:
        start = time.perf_counter()
        try:
            return execute(*args)
        finally:
            taken.append((time.perf_counter() - start) * 1000)

    with connection.execute_wrapper(timed):
        yield taken


def _copy_out(sql: str, path: Path) -> None:
    with connection.cursor() as cursor, path.open("wb") as file, cursor.copy(sql) as copy:
        for block in copy:
            file.write(block)


def _copy_in(sql: str, path: Path) -> None:
    with connection.cursor() as cursor, path.open("rb") as file, cursor.copy(sql) as copy:
        while block := file.read(1 << 16):
            copy.write(block)
