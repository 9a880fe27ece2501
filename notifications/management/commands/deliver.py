"""Deliver the outbox without a queue."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications import delivery, digest


class Command(BaseCommand):
    help = "Write the digests that are due, then deliver the outbox; for cron where no worker runs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seconds", type=float, default=delivery.SECONDS, help="stop after so long"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        digest.send_all(options["seconds"])
        self.stdout.write(f"{delivery.drain(options['seconds'])}")
