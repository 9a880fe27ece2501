from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.reference import text


class Command(BaseCommand):
    help = "Write the API's description into docs/openapi.json; --check fails where it is old."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path, said = Path(settings.BASE_DIR) / "docs/openapi.json", text()
        if not options["check"]:
            path.write_text(said, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != said:
            raise CommandError("Run `manage.py describe_api`: docs/openapi.json is not what runs.")
        self.stdout.write(f"{path.name}: {len(said) // 1000} kB")
