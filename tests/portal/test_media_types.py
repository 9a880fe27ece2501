"""What a file is, whatever it is called."""

import tracemalloc
import zipfile
from io import BytesIO
from struct import pack, unpack

import pytest
from django.utils import translation

from portal.media_types import KINDS, NAME_MAX, display_name, look, size
from portal.workflow import Refused
from tests.portal.files import EXE, HTML, JPEG, SVG, archive, office, pdf, png

GOOD = {
    "a.pdf": pdf(),
    "a.png": png(),
    "a.jpg": JPEG,
    "a.JPEG": JPEG,
    "a.docx": office("docx"),
    "a.xlsx": office("xlsx", "xl/worksheets/sheet1.xml"),
    "a.pptx": office("pptx"),
}
OTHER = "something else"
NOT_ACCEPTED = "not accepted"
MANY = archive(*[f"{n:0200}" for n in range(5_000)])


def with_directory(content: bytes, length: int) -> bytes:
    """A zip that says its list of parts is so long."""
    return content[:-10] + pack("<L", length) + content[-6:]


@pytest.mark.rule("DOC-003")
@pytest.mark.parametrize("name", GOOD)
def test_each_type_is_known_by_its_content(name: str) -> None:
    kind = look(BytesIO(GOOD[name]), name)
    assert name.lower().endswith(kind.extensions)
    assert kind in KINDS


@pytest.mark.rule("DOC-003")
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", EXE, "This is called .pdf but is something else."),
        ("a.png", HTML, "This is called .png but is something else."),
        ("a.exe", pdf(), "This is called .exe but is something else."),
        ("a.pdf.exe", pdf(), OTHER),
        ("a.png", pdf(), OTHER),
        ("a.docx", office("xlsx"), OTHER),
        ("a.pdf", office("docx"), OTHER),
        ("a", pdf(), "should end in .pdf"),
        ("a.exe", EXE, NOT_ACCEPTED),
        ("a.svg", SVG, NOT_ACCEPTED),
        ("a.html", HTML, NOT_ACCEPTED),
        ("a.zip", archive("a.txt"), NOT_ACCEPTED),
        ("a.docm", office("docx", "word/vbaProject.bin"), NOT_ACCEPTED),
        ("a.jar", archive("META-INF/MANIFEST.MF"), NOT_ACCEPTED),
        ("a.pdf", b"", OTHER),
        ("a.docx", b"PK\x03\x04", OTHER),
        ("a.docx", b"PK\x05\x06" + b"\0" * 18, OTHER),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        look(BytesIO(content), name)


@pytest.mark.rule("DOC-003")
@pytest.mark.parametrize(
    "part",
    [
        *("word/vbaProject.bin", "word/VBAPROJECT.BIN", "word/vbaData.xml"),
        *("xl/macrosheets/sheet1.xml", "word/activeX/activeX1.bin"),
        *("xl/workbook.xml", "ppt/presentation.xml"),
    ],
)
def test_macros_and_two_documents_in_one_are_refused(part: str) -> None:
    with pytest.raises(Refused, match=OTHER):
        look(BytesIO(office("docx", part)), "a.docx")


@pytest.mark.rule("DOC-003")
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", pdf() + archive("a.class"), "another file inside"),
        ("a.jpg", JPEG + office("docx"), "another file inside"),
        ("a.png", png() + archive("a", comment=b"<html>"), "another file inside"),
        ("a.docx", HTML + office("docx"), OTHER),
        ("a.pdf", HTML + pdf(), OTHER),
        ("a.pdf", b"\r\n" + pdf(), OTHER),
        ("a.docx", pdf() + office("docx"), "another file inside"),
        ("a.docx", office("docx") + pdf(), OTHER),
        ("a.docx", office("docx", comment=HTML), OTHER),
    ],
)
def test_a_file_that_is_two_things_is_neither(name: str, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        look(BytesIO(content), name)


@pytest.mark.rule("DOC-003")
def test_an_office_file_is_not_unpacked() -> None:
    """Two hundred megabytes of zeros in two hundred kilobytes."""
    bomb = office("docx", "word/media/image1.png", content=b"\0" * 50_000_000)
    assert len(bomb) < 300_000
    tracemalloc.start()
    look(BytesIO(bomb), "a.docx")
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


def with_zip64(content: bytes) -> bytes:
    """The same, with a second record that says where the list of parts is: it would be believed."""
    entries, length, offset = unpack("<HLL", content[-12:-2])
    record = pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, entries, entries, length, offset)
    locator = pack("<4sLQL", b"PK\6\7", 0, len(content) - 22, 1)
    return content[:-22] + record + locator + content[-22:]


@pytest.mark.rule("DOC-003")
def test_only_one_record_says_where_the_parts_are() -> None:
    content = with_zip64(office("docx"))
    assert "word/document.xml" in zipfile.ZipFile(BytesIO(content)).namelist()
    with pytest.raises(Refused, match=OTHER):
        look(BytesIO(content), "a.docx")


@pytest.mark.rule("DOC-003")
@pytest.mark.parametrize(
    "content",
    [
        MANY,
        with_directory(office("docx"), 0xFFFFFFFF),
        with_directory(office("docx"), 900_000),
        office("docx").replace(b"PK\x01\x02", b"PK\x01\x03"),
        office("docx", *[f"{n}" + "y" * 60_000 for n in range(20)]),
    ],
    ids=["many names", "endless", "longer than the file", "broken", "long names"],
)
def test_a_list_of_parts_that_fills_the_memory_is_not_read(content: bytes) -> None:
    file = BytesIO(content)
    tracemalloc.start()
    with pytest.raises(Refused):
        look(file, "a.docx")
    assert tracemalloc.get_traced_memory()[1] < 3_000_000
    tracemalloc.stop()


@pytest.mark.rule("DOC-004")
@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Contrato São Paulo.pdf", "Contrato São Paulo.pdf"),
        ("Sa\u0303o.pdf", "S\u00e3o.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("C:\\Users\\ana\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "aSet-Cookie: b.pdf"),
        ("a\x00.pdf", "a.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("\u2066a\u2069\ufeff\u200b.pdf", "a.pdf"),
        ("a \u00a0\u2003 b.pdf", "a b.pdf"),
        ("\ud800a.pdf", "a.pdf"),
        ("...", "document"),
        ("", "document"),
        (".pdf", "pdf"),
        (" . a.pdf. ", "a.pdf"),
        ("x" * 400 + ".docx", "x" * 145 + ".docx"),
        ("a." + "b" * 400, "a." + "b" * 148),
    ],
)
def test_a_name_is_shown_without_what_deceives(given: str, shown: str) -> None:
    assert display_name(given) == shown
    assert len(display_name(given)) <= NAME_MAX


def test_sizes_read_as_people_say_them() -> None:
    values = [0, 1, 999, 1000, 19_450, 999_999, 20_000_000, 1_250_000]
    shown = [size(value).replace("\N{NO-BREAK SPACE}", " ") for value in values]
    assert shown == [
        *("0 bytes", "1 byte", "999 bytes", "1 kB", "19.4 kB", "999.9 kB", "20 MB", "1.2 MB"),
    ]
    with translation.override("pt-br"):
        assert size(1_250_000).startswith("1,2")
