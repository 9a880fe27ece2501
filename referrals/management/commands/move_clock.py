import re
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import clock

UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
SHAPE = re.compile(r"([+-]?)((?:\d+[dhms])+)")


class Command(BaseCommand):
    """Move the sandbox's clock: 15d, -2h, 1d12h, or reset. Deadlines pass with the next sweep."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("by", help="such as 15d, -2h, 1d12h, 30m; or reset")
        parser._negative_number_matcher = re.compile(r"-\d.*")

    def handle(self, *, by: str, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("Only a sandbox has a clock that moves: set SANDBOX=1.")
        clock.move(-clock.offset() if by == "reset" else moved(by))
        offset = clock.offset()
        away = (
            f" ({abs(offset)} {'ahead' if offset > timedelta(0) else 'behind'})" if offset else ""
        )
        self.stdout.write(f"It is {clock.now():%Y-%m-%d %H:%M:%S} UTC{away}.")


def moved(text: str) -> timedelta:
    """The span of time that a text such as -1d12h names. Raises CommandError for others."""
    found = SHAPE.fullmatch(text)
    if found is None:
        raise CommandError("Say how far, such as 15d, -2h or 1d12h; or reset.")
    sign, spans = found.groups()
    parts = {UNITS[unit]: int(number) for number, unit in re.findall(r"(\d+)([dhms])", spans)}
    return timedelta(**parts) * (-1 if sign == "-" else 1)
