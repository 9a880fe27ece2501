"""The smallest real files of each type, and some that only pretend."""

import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile

EXE = b"MZ\x90\x00\x03\x00\x00\x00" + b"\0" * 200
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    + b"\xff\xdb\x00C\x00"
    + b"\x08" * 64
    + b"\xff\xd9"
)
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}


def pdf(text: str = "Signed") -> bytes:
    return (
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%" + text.encode() + b"\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack("!L", zlib.crc32(kind + data))
    return struct.pack("!L", len(data)) + kind + data + check


def png() -> bytes:
    head = _chunk(b"IHDR", struct.pack("!LLBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = _chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + body + _chunk(b"IEND", b"")


def archive(*names: str, comment: bytes = b"", content: bytes = b"<xml/>") -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name in names:
            opened.writestr(name, content)
        opened.comment = comment
    return made.getvalue()


def office(kind: str, *more: str, **given: bytes) -> bytes:
    return archive("[Content_Types].xml", "_rels/.rels", MAIN[kind], *more, **given)


def upload(name: str = "contract.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    """A file as a form brings it, with a header that lies."""
    return SimpleUploadedFile(name, pdf() if content is None else content, "text/html")


def on_disk(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
