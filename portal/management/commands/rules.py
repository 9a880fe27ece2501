from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.register import complaints, proofs, rules


class Command(BaseCommand):
    help = "List the rules and how many tests prove each; --check fails where the register lies."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            return self._check()
        proved = proofs(settings.BASE_DIR)
        for rule in rules(settings.BASE_DIR):
            tests = len(proved.get(rule.number, []))
            self.stdout.write(f"{rule.number}  {tests:>2} tests  {rule.sentence}")

    def _check(self) -> None:
        wrong = list(complaints(settings.BASE_DIR))
        if wrong:
            raise CommandError("\n".join(wrong))
        count = len(rules(settings.BASE_DIR))
        self.stdout.write(f"{count} rules, each with a test and a place.")
