"""Deliver the outbox without a queue."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from notifications import delivery, digest
from notifications.webhooks import delivering, telling


class Command(BaseCommand):
    help = (
        "Write the digests that are due, deliver the outbox, then tell programs by webhook; "
        "for cron where no worker runs."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seconds", type=float, default=delivery.SECONDS, help="stop each part after so long"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        seconds = options["seconds"]
        digest.send_all(seconds)
        self.stdout.write(f"{delivery.drain(seconds)}")
        telling.tell_all(seconds)
        delivering.drain(seconds)
