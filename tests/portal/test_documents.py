"""Documents of a record: attached, refused one by one, removed, listed, handed out."""

import hashlib
import threading
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.files import File
from django.db import connection, transaction
from django.http import Http404
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import reverse

from portal import settings as real
from portal.actions import documents
from portal.actions.documents import attach, detach
from portal.documents import listed, served, why
from portal.forms.documents import DocumentsField
from portal.models import Company, Document, Person
from portal.uploads import Unread
from portal.workflow import Refused
from tests.portal.files import EXE, JPEG, office, on_disk, pdf, png, upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]
BIDI = "\N{RIGHT-TO-LEFT OVERRIDE}"


def keep(company: Company, by: Person, name: str = "a.pdf", content: bytes = b"") -> Document:
    attached = attach(company, [upload(name, content or pdf(name))], by=by, company=company)
    assert not attached.refused
    return attached.kept[0]


@pytest.mark.rule("DOC-004")
def test_what_is_kept(contoso: Company, ana: Person, shelf: Path) -> None:
    name = f"../../{BIDI}Vertrag\0 Ünïon.pdf"
    document = Document.objects.get(pk=keep(contoso, ana, name).pk)
    assert (document.name, document.media_type) == ("Vertrag Ünïon.pdf", "application/pdf")
    assert (document.record_type, document.record_id) == ("company", contoso.pk)
    assert (document.company, document.added_by) == (contoso, ana)
    assert document.file.name == f"{document.pk.hex[-2:]}/{document.pk}"
    (path,) = on_disk(shelf)
    content = path.read_bytes()
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.size == len(content)
    assert path.stat().st_mode & 0o777 == 0o600
    assert document.is_ready, "there is no scanner to wait for"


@pytest.mark.rule("DOC-002", "DOC-003")
def test_each_file_is_kept_or_refused_by_itself(
    contoso: Company,
    ana: Person,
    settings: Any,
    shelf: Path,
) -> None:
    settings.DOCUMENT_MAX_BYTES = 5000
    sent = [
        *(upload("a.docx", office("docx")), upload("b.pdf", EXE), Unread("../c.pdf", "Too late.")),
        *(upload("d.png", png()), upload("e.jpg", b""), upload("f.jpg", JPEG)),
        upload("g.pdf", pdf("x" * 5000)),
    ]
    attached = attach(contoso, sent, by=ana, company=contoso)
    assert [document.name for document in attached.kept] == ["a.docx", "d.png", "f.jpg"]
    assert attached.refused == [
        ("b.pdf", "This is called .pdf but is something else."),
        ("c.pdf", "Too late."),
        ("e.jpg", "This file is empty."),
        ("g.pdf", "This file is larger than 5\N{NO-BREAK SPACE}kB."),
    ]
    assert len(on_disk(shelf)) == 3


@pytest.mark.rule("DOC-005")
def test_the_same_content_is_attached_once(
    contoso: Company,
    fabrikam: Company,
    ana: Person,
    shelf: Path,
) -> None:
    sent = [upload("a.pdf"), upload("b.pdf")]
    attached = attach(contoso, sent, by=ana, company=contoso)
    assert attached.refused == [("b.pdf", "This document is attached already.")]
    assert not attach(contoso, [upload("c.pdf")], by=ana, company=contoso).kept
    assert len(on_disk(shelf)) == 1
    assert attach(fabrikam, [upload("a.pdf")], by=ana, company=contoso).kept, "of another record"


@pytest.mark.rule("DOC-002")
def test_a_record_has_so_many(contoso: Company, ana: Person, settings: Any) -> None:
    settings.DOCUMENTS_PER_RECORD = 2
    sent = [upload(f"{n}.pdf", pdf(f"{n}")) for n in range(3)]
    attached = attach(contoso, sent, by=ana, company=contoso)
    assert attached.refused == [("2.pdf", "A record has at most 2 documents.")]
    detach(attached.kept[0], by=ana)
    assert attach(contoso, sent[2:], by=ana, company=contoso).kept


@pytest.mark.rule("DOC-002")
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_do_not_pass_the_limit_together(
    contoso: Company, ana: Person, settings: Any
) -> None:
    settings.DOCUMENTS_PER_RECORD = 1
    answers = []

    def send() -> None:
        answers.append(attach(contoso, [upload(content=pdf("other"))], by=ana, company=contoso))
        connection.close()

    second = threading.Thread(target=send)
    with documents.together():
        keep(contoso, ana)
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive(), "it waits for the first to end"
    second.join()
    assert answers[0].refused == [("contract.pdf", "A record has at most 1 documents.")]
    assert Document.objects.count() == 1


@documents.together()
def _kept_and_refused(company: Company, by: Person) -> None:
    """A verb that attaches and then says no."""
    keep(company, by, "b.pdf")
    assert Document.objects.filter(name="b.pdf").exists()
    raise Refused("After all, no.")


@pytest.mark.rule("DOC-008")
@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_takes_its_file_along(
    contoso: Company,
    ana: Person,
    shelf: Path,
) -> None:
    with pytest.raises(Refused):
        _kept_and_refused(contoso, ana)
    assert not on_disk(shelf)
    assert not Document.objects.exists()


@pytest.mark.rule("DOC-008")
def test_a_part_that_is_rolled_back_spares_the_rest(
    contoso: Company,
    ana: Person,
    shelf: Path,
) -> None:
    with documents.together():
        kept = keep(contoso, ana)
        with pytest.raises(Refused):
            _kept_and_refused(contoso, ana)
    assert [path.name for path in on_disk(shelf)] == [str(kept.pk)]


@pytest.mark.rule("DOC-008")
def test_a_copy_that_breaks_off_leaves_nothing(
    contoso: Company,
    ana: Person,
    shelf: Path,
) -> None:
    class Torn(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if size == File.DEFAULT_CHUNK_SIZE and self.tell():
                raise OSError("the disk is gone")
            return super().read(size)

    torn = File(Torn(pdf("x" * 200_000)), name="a.pdf")
    with pytest.raises(OSError, match="gone"):
        attach(contoso, [upload("b.pdf"), torn], by=ana, company=contoso)
    assert not on_disk(shelf)
    assert not Document.objects.exists()


@pytest.mark.rule("DOC-008")
@pytest.mark.django_db(transaction=True)
def test_a_file_goes_when_its_row_is_gone_for_good(
    contoso: Company,
    ana: Person,
    shelf: Path,
) -> None:
    document = keep(contoso, ana)
    with transaction.atomic():
        detach(document, by=ana)
        transaction.set_rollback(True)
    assert len(on_disk(shelf)) == Document.objects.count() == 1
    detach(document, by=ana)
    assert not on_disk(shelf)
    with pytest.raises(Refused, match="removed already"):
        detach(document, by=ana)


# --- handing out ------------------------------------------------------------------------


@pytest.mark.rule("DOC-007")
@pytest.mark.urls("tests.portal.document_pages")
def test_a_document_leaves_as_a_download(
    contoso: Company, ana: Person, carla: Person, client: Client
) -> None:
    document = keep(contoso, ana, 'Contrato "São" 1.pdf')
    url = reverse("document", args=[contoso.pk, document.pk])
    client.force_login(ana)
    answer = client.get(url)
    assert b"".join(answer.streaming_content) == pdf('Contrato "São" 1.pdf')  # type: ignore[attr-defined]
    expected = {
        "Content-Type": "application/pdf",
        "Content-Length": str(document.size),
        "Content-Disposition": "attachment; filename*=utf-8''Contrato%20%22S%C3%A3o%22%201.pdf",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": (
            "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
        ),
        "Cache-Control": "private, no-store",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    assert {name: answer[name] for name in expected} == expected
    client.force_login(carla)
    assert client.get(url).status_code == 404


@pytest.mark.rule("DOC-007")
@pytest.mark.parametrize("state", ["quarantined", "refused", "gone"])
def test_only_what_is_ready_leaves(contoso: Company, ana: Person, state: str) -> None:
    document = keep(contoso, ana)
    served(document).close()
    if state == "gone":
        document.file.storage.delete(document.file.name)
    else:
        document.state = state
    with pytest.raises(Http404):
        served(document)


def test_documents_are_out_of_reach_of_the_web() -> None:
    options = real.STORAGES["documents"]["OPTIONS"]
    assert not Path(options["location"]).is_relative_to(real.MEDIA_ROOT)
    assert not Path(options["location"]).is_relative_to(real.STATIC_ROOT)


# --- the parts of a page ----------------------------------------------------------------


def page(name: str, **context: Any) -> str:
    return render_to_string(f"_parts/{name}.html", context, RequestFactory().get("/"))


def test_the_list_links_what_is_ready_and_says_why_not(contoso: Company, ana: Person) -> None:
    ready, waiting, bad = (keep(contoso, ana, f"{n}<b>.pdf") for n in "abc")
    rows = Document.objects
    rows.filter(pk=waiting.pk).update(state="quarantined", scan_at=waiting.added_at)
    rows.filter(pk=bad.pk).update(state="refused", reason="found <i>Eicar", file="")
    shown = listed(contoso, lambda d: f"/get/{d.pk}", lambda d: f"/remove/{d.pk}")
    html = page("documents", documents=shown)
    assert [one.url for one in shown] == [f"/get/{ready.pk}", "", ""]
    assert html.count('href="/get/') == 1
    assert html.count('action="/remove/') == 3
    assert "The scanner found &lt;i&gt;Eicar in it, so the file was deleted." in html
    assert "Being scanned" in html
    assert "<b>.pdf" not in html
    assert "/remove/" not in page("documents", documents=listed(contoso, lambda d: "/"))
    assert "No documents yet." in page("documents", documents=[])


def test_refusals_stand_beside_the_field() -> None:
    class Form(forms.Form):
        files = DocumentsField()

    form = Form(data={}, files={})
    refused = [("<b>.pdf", "This file is empty.")]
    html = page("upload", field=form["files"], refused=refused)
    assert 'role="alert"' in html
    assert "&lt;b&gt;.pdf</b>: This file is empty." in html
    assert "Up to 20\N{NO-BREAK SPACE}MB each" in html
    assert "Choose at least one file." in html
    assert 'role="alert"' not in page("upload", field=Form()["files"])


@pytest.mark.parametrize("reason", ["too large", "gone", "found X"])
def test_every_reason_has_its_sentence(reason: str) -> None:
    assert why(Document(reason=reason)).endswith(".")
    assert why(Document()) == ""
