"""Which bodies are read, what becomes of their files, and what never touches the disk."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse

from portal import uploads
from portal.forms.documents import DocumentsField
from portal.models import Person
from tests.portal.files import pdf, upload

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.document_pages")]

LIMIT = 20_000_000


class Unreadable:
    """A body that must not be looked at."""

    def read(self, *_args: Any) -> bytes:
        raise AssertionError("read before it was refused")

    readline = read


@pytest.fixture(autouse=True)
def spool(tmp_path: Path, settings: Any) -> Path:
    """Where temporary files would be."""
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    return tmp_path


@pytest.fixture
def hers(ana: Person, client: Client) -> Client:
    client.force_login(ana)
    return client


def send(client: Client, path: str = "/marked/", **files: Any) -> tuple[dict[str, str], list[Any]]:
    answer = client.post(path, {"before": "1", **files, "zz": "2"})
    assert answer.status_code == 200, answer.content[:300]
    told = answer.json()
    return told["fields"], [tuple(one) for one in told["files"]]


def refused_unread(client: Client, path: str, length: int, kind: str = MULTIPART_CONTENT) -> bool:
    given = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": kind, "wsgi.input": Unreadable()}
    return client.generic("POST", path, **given).status_code == 413


@pytest.mark.rule("DOC-001")
def test_a_marked_page_takes_files(hers: Client, spool: Path) -> None:
    fields, files = send(hers, file=[upload("a.pdf", b"one"), upload("b.pdf", b"three")])
    assert fields == {"before": "1", "zz": "2"}
    assert files == [("a.pdf", 3, ""), ("b.pdf", 5, "")]
    assert not list(spool.iterdir()), "temporary files end with the request"


@pytest.mark.rule("DOC-001")
def test_elsewhere_files_are_dropped_and_fields_stay(hers: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", None)
    fields, files = send(hers, "/unmarked/", file=upload())
    assert fields == {"before": "1", "zz": "2"}
    assert not files


@pytest.mark.rule("DOC-001")
def test_strangers_bring_no_files(client: Client, monkeypatch: Any) -> None:
    """Also where the page itself is open, and where only a forgery check reads the form."""
    monkeypatch.setattr(uploads, "TemporaryUploadedFile", None)
    assert send(client, "/open/", file=upload()) == ({"before": "1", "zz": "2"}, [])
    checked = Client(enforce_csrf_checks=True)
    checked.cookies["csrf"] = "a" * 32
    assert checked.post("/marked/", {"file": upload()}).status_code == 403


@pytest.mark.rule("DOC-001")
@pytest.mark.parametrize("path", ["/marked/", "/unmarked/", "/open/", "/account/login/"])
def test_a_strangers_big_body_is_refused_unread(client: Client, path: str) -> None:
    assert refused_unread(client, path, 1_000_001)
    client.cookies["csrf"] = "a" * 32
    assert refused_unread(Client(enforce_csrf_checks=True), path, 1_000_001)


@pytest.mark.rule("DOC-001")
def test_a_persons_big_body_is_refused_unread_elsewhere(hers: Client) -> None:
    assert refused_unread(hers, "/unmarked/", 1_000_001)
    assert refused_unread(hers, reverse("profile"), 1_000_001)
    assert refused_unread(hers, "/marked/", 1_000_001, "application/x-www-form-urlencoded")
    assert refused_unread(hers, "/marked/", uploads.most_bytes() + 1)
    assert uploads.most_bytes() == 101_000_000
    for length in ("-1", "1e9", "9" * 40):
        assert refused_unread(hers, "/marked/", length)  # type: ignore[arg-type]


@pytest.mark.rule("DOC-001")
def test_a_forged_form_of_another_site_is_refused_unread(ana: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    given = {"CONTENT_LENGTH": "9000000", "CONTENT_TYPE": MULTIPART_CONTENT}
    given |= {"wsgi.input": Unreadable(), "HTTP_ORIGIN": "https://evil.example"}
    assert client.generic("POST", "/marked/", **given).status_code == 403


@pytest.mark.rule("DOC-002")
def test_twenty_million_bytes_fit_and_one_more_does_not(hers: Client, spool: Path) -> None:
    small = upload("small.pdf", pdf())
    exact = SimpleUploadedFile("exact.pdf", b"0" * LIMIT)
    more = SimpleUploadedFile("more.pdf", b"0" * (LIMIT + 1))
    fields, files = send(hers, file=[more, exact, small])
    assert files == [
        ("more.pdf", 0, "This file is larger than 20\N{NO-BREAK SPACE}MB."),
        ("exact.pdf", LIMIT, ""),
        ("small.pdf", len(pdf()), ""),
    ]
    assert fields == {"before": "1", "zz": "2"}
    assert not list(spool.iterdir())


@pytest.mark.rule("DOC-002")
def test_writing_stops_at_the_limit(hers: Client, settings: Any, monkeypatch: Any) -> None:
    settings.DOCUMENT_MAX_BYTES = 200_000
    written = []

    class Watched(TemporaryUploadedFile):
        def write(self, data: bytes) -> int:
            written.append(len(data))
            return self.file.write(data)

    monkeypatch.setattr(uploads, "TemporaryUploadedFile", Watched)
    _fields, files = send(hers, file=upload("a.pdf", b"0" * 900_000))
    assert files[0][1] == 0
    assert 0 < sum(written) <= 200_000


@pytest.mark.rule("DOC-002")
def test_each_file_is_refused_by_itself(hers: Client) -> None:
    names = ["a.pdf", "empty.pdf", "c.pdf", "d.pdf", "e.pdf", "f.pdf", "g.pdf"]
    sent = [upload(name, b"" if name == "empty.pdf" else b"12") for name in names]
    fields, files = send(hers, file=sent)
    assert [file for file in files if file[2]] == [
        ("empty.pdf", 0, "This file is empty."),
        ("f.pdf", 0, "Send at most 5 files at once."),
        ("g.pdf", 0, "Send at most 5 files at once."),
    ]
    assert [name for name, size, _why in files if size == 2] == ["a.pdf", "c.pdf", "d.pdf", "e.pdf"]
    assert fields["zz"] == "2"


@pytest.mark.rule("DOC-002")
def test_the_limit_counts_the_files_of_all_fields(hers: Client) -> None:
    _fields, files = send(hers, **{f"f{n}": upload(content=b"12") for n in range(6)})
    assert [bool(why) for _name, _size, why in files] == [False] * 5 + [True]


def test_a_body_that_breaks_off_leaves_nothing(hers: Client, spool: Path) -> None:
    whole = encode_multipart(BOUNDARY, {"file": upload("a.pdf", b"0" * 300_000)})
    answer = hers.generic("POST", "/marked/", whole[:200_000], MULTIPART_CONTENT)
    assert answer.status_code in (200, 400)
    assert answer.status_code == 400 or not answer.json()["files"]
    assert not list(spool.iterdir())


def _parts() -> Iterator[bytes]:
    for encoding, body in (("base64", b"MTI="), ("base64", b"!"), ("x", b"12")):
        head = 'Content-Disposition: form-data; name="file"; filename="a.pdf"\r\n'
        yield f"--{BOUNDARY}\r\n{head}Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + body


@pytest.mark.parametrize("part", list(_parts()))
def test_odd_encodings_are_no_error_of_ours(hers: Client, part: bytes) -> None:
    body = part + f"\r\n--{BOUNDARY}--\r\n".encode()
    assert hers.generic("POST", "/marked/", body, MULTIPART_CONTENT).status_code in (200, 400)


def test_the_field_hands_on_what_came(hers: Client) -> None:
    unread = uploads.Unread("b.pdf", "Too late.")
    field = DocumentsField(required=False)
    assert field.clean([upload("a.pdf"), unread])[1] is unread
    assert field.clean([]) == field.clean(None) == []
    assert str(field.help_text).startswith("PDF, PNG picture, JPEG picture, Word document")
    assert "20\N{NO-BREAK SPACE}MB each, 5 files at once" in str(field.help_text)
    attributes = field.widget.render("files", None)
    assert "multiple" in attributes
    assert ".docx" in attributes
