"""Load exchange rates."""

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.actions.rates import Outcome, import_rates
from portal.actors import Program
from portal.workflow import Refused

HELP = """Loads the exchange rates by which amounts in other currencies are compared in US dollars.

Takes two files that the European Central Bank publishes free of charge: the history of the
euro's reference rates (CSV, a line for each day), or a series of its data portal's exchange
rates (dataset EXR, CSV) by day or by month, in which the US dollar must be. Other sources can
be written in either form. The rate of a month is the first one published in it, so a daily
file must hold the month's first working day; a monthly series has the month's own value.

The same file again changes nothing. A rate that is there with another value stays and is
told, as deals were decided by it; --replace takes the file's.
"""


class Command(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.description = HELP
        parser.add_argument("file", help="a path, or - for the standard input")
        parser.add_argument("--replace", action="store_true", help="change rates that differ")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self._run(options["file"], options["replace"])
        except (Refused, OSError) as refused:
            raise CommandError(str(refused)) from refused
        self._print(outcome)

    def _run(self, name: str, replace: bool) -> Outcome:
        by = Program("import_rates")
        if name == "-":
            sys.stdin.reconfigure(encoding="utf-8-sig", newline="")  # type: ignore[union-attr]
            return import_rates(sys.stdin, by=by, source="standard input", replace=replace)
        path = Path(name)
        with path.open(newline="", encoding="utf-8-sig") as file:
            return import_rates(file, by=by, source=path.name, replace=replace)

    def _print(self, outcome: Outcome) -> None:
        for line, reason in outcome.faulty:
            self.stdout.write(f"line {line}: {reason}")
        for one in outcome.differs:
            self.stdout.write(
                f"{one.currency} {one.month:%Y-%m} differs: {one.before.normalize():f} stays,"
                f" the file has {one.after.normalize():f}"
            )
        self.stdout.write(
            f"{outcome.added:,} added, {outcome.changed:,} changed,"
            f" {outcome.unchanged:,} unchanged, {len(outcome.differs):,} differ,"
            f" {len(outcome.faulty):,} faulty"
        )
