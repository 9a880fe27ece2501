"""`python -m benchmarks [names…] [--rows N] [--rounds N]`: one figure a line, on PostgreSQL.

DATABASE_URL names the server. A scratch database is made on it and removed.
"""

import argparse
import os
import signal
import sys
import warnings
from collections.abc import Iterator

from benchmarks import scratch
from benchmarks.measure import HEAD, Figure

NAMES = ("list", "deep", "api", "verbs", "export", "sweep", "poll", "search", "import")
FEWER = 100  # the shorter of the two lists has this share of the rows


def _figures(names: list[str], rows: int, rounds: int) -> Iterator[Figure]:
    """Fill, measure, fill more: each bench finds what it needs, the last one empties it."""
    from benchmarks import api, deep, directory, export, fill, listing, poll, sweep, verbs

    world = fill.world(rounds)
    if "list" in names:
        fill.grow(world, max(rows // FEWER, 60))
        yield from listing.figures(world)
    if {*names} - {"search", "import"}:
        fill.grow(world, rows)
    benches = {
        "list": listing.figures,
        "deep": deep.figures,
        "api": api.figures,
        "verbs": verbs.figures,
        "export": export.figures,
        "sweep": sweep.figures,
        "poll": poll.figures,
    }
    for name, bench in benches.items():
        if name in names:
            yield from bench(world)
    yield from directory.figures(world, rows, names)


def main() -> None:
    """Measure what was named, or everything."""
    reads = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    reads.add_argument("names", nargs="*", choices=[*NAMES, []], help=", ".join(NAMES))
    reads.add_argument("--rows", type=int, default=1_000_000, help="deals, and accounts")
    reads.add_argument("--rounds", type=int, default=20, help="at most so many of each")
    asked = reads.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        sys.exit("DATABASE_URL must name a PostgreSQL server, as postgres://user@host:5432/any")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the scratch database goes then too
    with scratch.database(url) as made:
        os.environ |= {"DATABASE_URL": made, "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
        _set_up()
        print(HEAD, flush=True)
        for figure in _figures(asked.names or list(NAMES), asked.rows, asked.rounds):
            print(figure, flush=True)
        _hang_up()


def _set_up() -> None:
    import django
    from django.core.management import call_command

    warnings.filterwarnings("ignore", "No directory at", UserWarning)  # static files: not ours
    django.setup()
    call_command("migrate", verbosity=0)


def _hang_up() -> None:
    from django.db import connections

    connections.close_all()


if __name__ == "__main__":
    main()
