from typing import Any

from django.core.management.base import BaseCommand

from portal import feed


class Command(BaseCommand):
    """Run once after a dump was read into another database server, before the portal opens."""

    help = __doc__

    def handle(self, **options: Any) -> None:
        raised = feed.restored()
        self.stdout.write(f"The order of history goes on, {raised} transactions higher.")
