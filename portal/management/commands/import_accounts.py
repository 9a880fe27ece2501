"""Load a directory of customers."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from portal.actions.directory import Outcome, import_accounts
from portal.actors import Program
from portal.directory import COLUMNS
from portal.workflow import Refused

HELP = """Loads a CSV file (UTF-8, first line names the columns) into the customer directory.

A row is the same account as before by its TPID, else its D-U-N-S number, else its name and
country; the same file again changes nothing. Faulty rows are left out and written to the
report with the reason; the others are taken, all of them or, if the run breaks, none.

Columns:
"""


class Command(BaseCommand):
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.formatter_class = RawDescriptionHelpFormatter
        parser.description = HELP + "\n".join(f"  {k:15}{v}" for k, v in COLUMNS.items())
        parser.add_argument("file", type=Path)
        parser.add_argument("--report", type=Path, help="CSV: every line and what became of it")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            outcome = self._run(options["file"], options["report"], options["quiet"])
        except (Refused, UnicodeDecodeError, OSError) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            f"{outcome.added:,} added, {outcome.changed:,} changed,"
            f" {outcome.unchanged:,} unchanged, {outcome.refused:,} refused"
        )

    def _run(self, path: Path, report: Path | None, quiet: bool) -> Outcome:
        by = Program("import_accounts")
        with path.open(newline="", encoding="utf-8-sig") as file, Bars(quiet) as bars:
            if report is None:
                return import_accounts(file, by=by, progress=bars.advance)
            with report.open("w", newline="", encoding="utf-8") as out:
                return import_accounts(file, by=by, report=out, progress=bars.advance)


class Bars:
    """One progress bar for each phase, made when it starts."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.bars: dict[str, tqdm[Any]] = {}

    def __enter__(self) -> "Bars":
        return self

    def __exit__(self, *_: object) -> None:
        for bar in self.bars.values():
            bar.close()

    def advance(self, phase: str, more: int) -> None:
        if phase not in self.bars:
            known = self.bars["read"].n if self.bars else None
            unit = " lines"
            self.bars[phase] = tqdm(desc=phase, total=known, unit=unit, disable=self.quiet)
        self.bars[phase].update(more)
