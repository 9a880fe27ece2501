import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from referrals.demo import people, world


class Command(BaseCommand):
    """Fill a sandbox with companies, people, customers and a year of deals, once."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=2026, help="another number, another world")
        parser.add_argument("--sign-ins", action="store_true", help="only print who can sign in")

    def handle(self, *, seed: int, sign_ins: bool, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("Only a sandbox can be filled: set SANDBOX=1.")
        if not sign_ins:
            self._fill(seed)
        elif not world.exists():
            raise CommandError("There is nobody yet. Fill the sandbox first: manage.py seed")
        self.stdout.write(table())

    def _fill(self, seed: int) -> None:
        if world.exists():
            self.stdout.write("The demonstration is here already; nothing was changed.\n")
            return
        start = time.monotonic()
        world.make(seed)
        self.stdout.write(f"The demonstration was made in {time.monotonic() - start:.0f} s.\n")


def table() -> str:
    """Who can sign in, as what, with which address and password."""
    rows = [(*row, people.PASSWORD) for row in world.sign_ins()]
    rows.insert(0, ("Who", "Role", "E-mail", "Password"))
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
