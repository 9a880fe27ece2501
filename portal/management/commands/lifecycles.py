import shutil
import subprocess
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.pictures import draw, machines


class Command(BaseCommand):
    help = "Draw every life-cycle into docs/lifecycles; --check fails where a drawing is old."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "docs/lifecycles"
        drawings = {folder / f"{m._meta.model_name}.gv": draw(m) for m in machines()}
        if options["check"]:
            return self._check(drawings)
        folder.mkdir(parents=True, exist_ok=True)
        for path, source in drawings.items():
            path.write_text(source)
            self.stdout.write(f"{path.name}: {_picture(path)}")

    def _check(self, drawings: dict[Path, str]) -> None:
        old = [p.name for p, s in drawings.items() if not p.exists() or p.read_text() != s]
        if old:
            raise CommandError(f"Run `manage.py lifecycles`: {', '.join(old)} is not what runs.")
        self.stdout.write(f"{len(drawings)} drawings show what runs.")


def _picture(path: Path) -> str:
    """Render an SVG beside the source, where Graphviz is installed."""
    dot = shutil.which("dot")
    if dot is None:
        return "source only, Graphviz's `dot` is not installed"
    picture = path.with_suffix(".svg")
    subprocess.run([dot, "-Tsvg", str(path), "-o", str(picture)], check=True)  # noqa: S603
    return picture.name
