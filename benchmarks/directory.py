"""The customer directory: loading a file of accounts, and finding one among them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from django.db import connection

from benchmarks.accounts import write_directory
from benchmarks.customers import percentile, time_copy, time_import, time_search, unload
from benchmarks.fill import World
from benchmarks.measure import Figure

SEARCHES = 300
KINDS = ("two words", "a typo")
LOADED = 100_000
ROUNDS = 3


def figures(world: World, rows: int, names: list[str]) -> Iterator[Figure]:
    """These come last: they empty the directory, and with it the deals."""
    with tempfile.TemporaryDirectory() as folder:
        if "import" in names:
            yield from _import(Path(folder), min(rows, LOADED), world.rounds(ROUNDS))
        if "search" in names:
            yield from _search(Path(folder), rows, world)


def _import(folder: Path, rows: int, rounds: int) -> Iterator[Figure]:
    file, copied, known = (folder / name for name in ("accounts.csv", "copied", "identifiers"))
    write_directory(file, rows)
    mine, limit = [], []
    for _ in range(rounds):
        mine.append(time_import(file, folder / "report.csv"))
        unload(copied, known)
        limit.append(time_copy(copied, known))
    name = f"import of {rows:,} accounts, checked and reported"
    yield Figure(name, median(mine), "s", median(limit), rounds)


def _search(folder: Path, rows: int, world: World) -> Iterator[Figure]:
    file = folder / "searched.csv"
    write_directory(file, rows)
    time_import(file, folder / "report.csv")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE portal_account")
        cursor.execute("VACUUM ANALYZE portal_account_word")
    size = min(SEARCHES, rows)
    time_search(file, min(20, size), world.admin)  # warm
    taken = time_search(file, size, world.admin)
    for kind in KINDS:
        for share in (0.5, 0.99):
            name = f"search among {rows:,}, {kind}: p{share * 100:.0f}, in the database"
            yield Figure(name, percentile(taken[kind], share), "ms", rounds=len(taken[kind]))
