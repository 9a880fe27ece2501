"""Message catalogues: compiled without the gettext programs, and checked for gaps.

English needs no catalogue: its sentences are the message ids.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import to_locale

_SOURCES = ("portal", "notifications", "referrals", "incentives", "claims", "templates", "locale")


def read(path: Path) -> Catalog:
    """The catalogue in a .po file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, abort_invalid=True)


def compile_all() -> list[Path]:
    """Write each .mo that is older than its .po, and return the written paths."""
    written = []
    for po in sorted(settings.BASE_DIR.glob("locale/*/LC_MESSAGES/*.po")):
        mo = po.with_suffix(".mo")
        if mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime:
            continue
        draft = mo.with_suffix(".tmp")  # a reader never meets half a file
        with draft.open("wb") as file:
            write_mo(file, read(po))
        draft.replace(mo)
        written.append(mo)
    return written


def gaps() -> list[str]:
    """What is missing, unsure or broken in the catalogues, one sentence each.

    Where xgettext is installed the sentences are collected from the sources afresh;
    elsewhere only what the catalogues already hold is looked at.
    """
    with TemporaryDirectory() as scratch:
        root = collect(Path(scratch)) if shutil.which("xgettext") else settings.BASE_DIR
        return [gap for language in _languages() for gap in _gaps_of(root, language)]


def collect(scratch: Path) -> Path:
    """A copy of the sources with catalogues brought up to date by makemessages."""
    for name in _SOURCES:
        if (settings.BASE_DIR / name).is_dir():
            ignore = shutil.ignore_patterns("*.mo", "__pycache__", "migrations")
            shutil.copytree(settings.BASE_DIR / name, scratch / name, ignore=ignore)
    shutil.copy(settings.BASE_DIR / "manage.py", scratch)
    languages = [f"--locale={to_locale(language)}" for language in _languages()]
    command = [sys.executable, "manage.py", "makemessages", "--no-obsolete", *languages]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    subprocess.run(  # noqa: S603
        command, cwd=scratch, env=env, check=True, stdout=subprocess.DEVNULL
    )
    return scratch


def _languages() -> list[str]:
    return [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def _gaps_of(root: Path, language: str) -> Iterator[str]:
    path = root / "locale" / to_locale(language) / "LC_MESSAGES" / "django.po"
    if not path.exists():
        yield f"{language}: there is no catalogue"
        return
    catalogue = read(path)
    for message in catalogue:
        if not message.id:
            continue
        text = message.id if isinstance(message.id, str) else message.id[0]
        strings = [message.string] if isinstance(message.string, str) else message.string or [""]
        if message.fuzzy:
            yield f"{language}: unsure (fuzzy): {text!r}"
        elif not all(strings):
            yield f"{language}: not translated: {text!r}"
        yield from (f"{language}: {error}: {text!r}" for error in message.check(catalogue))
