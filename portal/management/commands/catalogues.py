from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import catalogues


class Command(BaseCommand):
    """Compile the message catalogues; with --check, fail where a translation is missing."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail where something is missing")

    def handle(self, *, check: bool, **options: Any) -> None:
        if check and (gaps := catalogues.gaps()):
            raise CommandError("\n".join([*gaps, f"{len(gaps)} gaps in the catalogues."]))
        written = catalogues.compile_all()
        self.stdout.write(
            f"Catalogues: {len(written)} compiled, complete."
            if check
            else f"Catalogues: {len(written)} compiled."
        )
