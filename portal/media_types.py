"""What a sent file is: its kind by what is in it, its name and its size as they are shown.

Neither the name nor the header that a browser sends is believed. What is not on the list of
kinds is refused, whatever it may be.
"""

import struct
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from pathlib import PurePosixPath
from typing import IO, Any

import puremagic
from django.utils.translation import gettext as translated
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal import formats
from portal.workflow import Refused, Text

NAME_MAX = 150  # characters, as Document.name has
HEAD = 1024  # bytes for the first look
END_OF_ZIP = 22  # bytes of the record that ends a zip without a comment
DIRECTORY_MAX = 1_000_000  # bytes of names: ten thousand parts, where an office file has dozens
OFFICE = "application/vnd.openxmlformats-officedocument"
MACROS = ("vbaproject.bin", "vbadata.xml", "/macrosheets/", "/activex/")
BROKEN = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, struct.error),
    *(ValueError, NotImplementedError, OverflowError, EOFError),
)


@dataclass(frozen=True)
class Kind:
    """A type of file that documents may have."""

    media_type: str
    words: Text
    begins: bytes
    extensions: tuple[str, ...]
    part: str = ""  # the name that tells one office file from another


KINDS = (
    Kind("application/pdf", _("PDF"), b"%PDF-", (".pdf",)),
    Kind("image/png", _("PNG picture"), b"\x89PNG\r\n\x1a\n", (".png",)),
    Kind("image/jpeg", _("JPEG picture"), b"\xff\xd8\xff", (".jpg", ".jpeg")),
    Kind(
        f"{OFFICE}.wordprocessingml.document",
        _("Word document"),
        b"PK\x03\x04",
        (".docx",),
        "word/document.xml",
    ),
    Kind(
        f"{OFFICE}.spreadsheetml.sheet",
        _("Excel workbook"),
        b"PK\x03\x04",
        (".xlsx",),
        "xl/workbook.xml",
    ),
    Kind(
        f"{OFFICE}.presentationml.presentation",
        _("PowerPoint presentation"),
        b"PK\x03\x04",
        (".pptx",),
        "ppt/presentation.xml",
    ),
)
EXTENSIONS = tuple(extension for kind in KINDS for extension in kind.extensions)


def look(file: IO[bytes], name: str) -> Kind:
    """What kind of file this is, by its content; `name` must agree.

    Raises Refused with a sentence for whoever sent it. Reads the head and, of an office file,
    the list of its parts, but unpacks nothing.
    """
    kind = _kind(file)
    extension = PurePosixPath(name).suffix.lower()
    if kind and extension in kind.extensions:
        return kind
    if kind and not extension:
        ending = kind.extensions[0]
        raise Refused(_("The name of this file should end in %(ending)s.") % {"ending": ending})
    if extension and (kind or extension in EXTENSIONS):
        raise Refused(
            _("This is called %(extension)s but is something else.") % {"extension": extension}
        )
    raise Refused(_("Files of this type are not accepted. Send %(types)s.") % {"types": allowed()})


def _kind(file: IO[bytes]) -> Kind | None:
    file.seek(0)
    head = file.read(HEAD)
    seen = _types(head)
    kinds = [k for k in KINDS if k.media_type in seen and head.startswith(k.begins)]
    if any(kind.part for kind in kinds):
        return _office(file)
    if kinds and zipfile.is_zipfile(file):  # a picture that unpacks is two things at once
        raise Refused(_("There is another file inside this one. Send it by itself."))
    return kinds[0] if kinds else None


def _types(head: bytes) -> set[str]:
    """Media types that a file with this beginning can have."""
    try:
        return {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):  # it knows none, or the file is empty
        return set()


def _office(file: IO[bytes]) -> Kind | None:
    """Which office file a zip is, by the names of its parts; none when it holds macros."""
    if not _is_small_directory(file):
        return None
    try:
        with zipfile.ZipFile(file) as opened:
            names = {info.filename.lower() for info in opened.infolist()}
    except BROKEN:
        return None
    if "[content_types].xml" not in names or _has_macros(names):
        return None
    kinds = [kind for kind in KINDS if kind.part and kind.part in names]
    return kinds[0] if len(kinds) == 1 else None


def _is_small_directory(file: IO[bytes]) -> bool:
    """Is the list of parts so short that it may be read into memory?

    Office writes neither comments nor zip64, so that the place of the record is known and
    `zipfile` can't be led to another one.
    """
    size = file.seek(0, 2)
    file.seek(max(size - END_OF_ZIP - 20, 0))
    tail = file.read()
    record = tail[-END_OF_ZIP:]
    if len(record) < END_OF_ZIP or not record.startswith(b"PK\x05\x06"):
        return False
    directory: int = struct.unpack("<L", record[12:16])[0]
    return not tail.startswith(b"PK\x06\x07") and directory <= DIRECTORY_MAX


def _has_macros(names: Iterable[str]) -> bool:
    return any(mark in f"/{name}" for name in names for mark in MACROS)


def allowed() -> str:
    """The kinds in words, for people: `PDF, PNG picture, …`."""
    return ", ".join(str(kind.words) for kind in KINDS)


def words(media_type: str) -> Text:
    """What people call this type."""
    return next((kind.words for kind in KINDS if kind.media_type == media_type), media_type)


def display_name(name: str) -> str:
    """What the sender called the file, without what deceives: paths, controls, turned text.

    At most NAME_MAX characters, the extension kept. It is shown, and never opens anything.
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(_seen(c) for c in plain)
    tidy = " ".join(seen.split()).strip(". ")
    extension = PurePosixPath(tidy).suffix
    if not 1 < len(extension) <= 10:
        extension = ""
    stem = tidy.removesuffix(extension)[: NAME_MAX - len(extension)].rstrip(". ")
    return (stem or translated("document")) + extension


def _seen(character: str) -> str:
    """Nothing for what has no shape of its own: controls, marks of direction, half characters."""
    category = unicodedata.category(character)
    return " " if category.startswith("Z") else "" if category.startswith("C") else character


def size(value: int) -> str:
    """Bytes in the units of a shop: `512 bytes`, `19.4 kB`, `20 MB` (a thousand each)."""
    for unit, name in ((1_000_000, "MB"), (1000, "kB")):
        if value >= unit:
            shown = (Decimal(value) / unit).quantize(Decimal("0.1"), ROUND_DOWN)
            return f"{formats.number(shown)}{formats.NBSP}{name}"
    return ngettext("%(n)s byte", "%(n)s bytes", value) % _count(value)


def _count(value: int) -> dict[str, Any]:
    return {"n": value}
