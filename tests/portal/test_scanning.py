"""The quarantine, asked of a scanner over a real socket; and files that nobody owns."""

import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from portal import clock, tasks
from portal.actions.documents import attach, detach, remove_orphans, scan
from portal.celery import app
from portal.documents import served, why
from portal.models import Company, Document, Person
from tests.portal.clamd import EICAR, Clamd
from tests.portal.files import on_disk, pdf, upload

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shelf")]
INFECTED = pdf(EICAR.decode())


@pytest.fixture
def clamd(settings: Any) -> Iterator[Clamd]:
    made = Clamd()
    settings.CLAMAV_URL = made.url
    yield made
    made.close()


def put(company: Company, by: Person, *contents: bytes) -> list[Document]:
    sent = [upload(f"{n}.pdf", content) for n, content in enumerate(contents)]
    attached = attach(company, sent, by=by, company=company)
    assert not attached.refused
    return attached.kept


def fresh(document: Document) -> Document:
    return Document.objects.get(pk=document.pk)


@pytest.mark.rule("DOC-006")
def test_nobody_gets_a_document_before_it_was_found_clean(
    clamd: Clamd, contoso: Company, ana: Person
) -> None:
    (document,) = put(contoso, ana, pdf())
    assert document.state == "quarantined"
    with pytest.raises(Http404):
        served(document)
    assert scan() == 1
    document = fresh(document)
    assert (document.state, document.scan_at, document.reason) == ("ready", None, "")
    assert document.scanned_at is not None
    answer = served(document)
    assert answer.getvalue() == clamd.seen[0] == pdf()
    answer.close()
    assert scan() == 0


@pytest.mark.rule("DOC-006")
def test_an_infected_file_is_deleted_and_named(
    clamd: Clamd, contoso: Company, ana: Person, shelf: Path
) -> None:
    bad, good = put(contoso, ana, INFECTED, pdf())
    assert scan() == 2
    bad = fresh(bad)
    assert (bad.state, bad.file.name, bad.scan_at) == ("refused", "", None)
    assert why(bad) == "The scanner found Eicar-Test-Signature in it, so the file was deleted."
    assert [path.name for path in on_disk(shelf)] == [str(good.pk)]
    bad.state = "ready"
    with pytest.raises(Http404):
        served(bad)


@pytest.mark.rule("DOC-006")
def test_a_file_that_the_scanner_never_takes_is_refused(
    clamd: Clamd, contoso: Company, ana: Person, shelf: Path
) -> None:
    clamd.limit = 10
    (document,) = put(contoso, ana, pdf())
    assert scan() == 1
    assert why(fresh(document)).startswith("It is too large for the scanner")
    assert not on_disk(shelf)


@pytest.mark.rule("DOC-006")
@pytest.mark.parametrize("how", ["gone", "cut", "garbage"])
def test_without_an_answer_it_waits_longer_each_time(
    how: str, clamd: Clamd, contoso: Company, ana: Person, shelf: Path
) -> None:
    if how == "gone":
        clamd.close()
    clamd.cuts, clamd.answer = how == "cut", b"?\0"
    (document,) = put(contoso, ana, pdf())
    waits = []
    for _n in range(7):
        assert scan() == 0
        document = fresh(document)
        assert document.state == "quarantined"
        assert document.scan_at is not None
        waits.append(round((document.scan_at - clock.now()) / timedelta(minutes=1)))
        assert scan() == 0, "not due"
        assert fresh(document).scan_at == document.scan_at
        clock.move(document.scan_at - clock.now() + timedelta(seconds=1))
    assert waits == [1, 2, 4, 8, 16, 30, 30]
    assert len(on_disk(shelf)) == 1


@pytest.mark.rule("DOC-006")
def test_a_scanner_that_comes_back_settles_what_waited(
    clamd: Clamd, contoso: Company, ana: Person
) -> None:
    (document,) = put(contoso, ana, pdf())
    clamd.answer = b"?\0"
    assert scan() == 0
    clamd.answer = None
    clock.move(timedelta(minutes=2))
    assert scan() == 1
    assert fresh(document).is_ready


@pytest.mark.rule("DOC-006")
def test_a_file_that_is_gone_is_not_asked_about_for_ever(
    clamd: Clamd, contoso: Company, ana: Person, shelf: Path
) -> None:
    (document,) = put(contoso, ana, pdf())
    on_disk(shelf)[0].unlink()
    assert scan() == 1
    assert why(fresh(document)) == "The file is gone. Attach it again."


@pytest.mark.rule("DOC-006")
def test_a_verdict_that_comes_late_undoes_nothing(
    clamd: Clamd, contoso: Company, ana: Person
) -> None:
    """Another scanner took the document over while this one was asked."""
    (document,) = put(contoso, ana, pdf())
    taken = clock.now() + timedelta(hours=1)
    rows = Document.objects.filter(pk=document.pk)

    def takes_over() -> None:
        rows.update(scan_at=taken)
        connection.close()

    clamd.meanwhile = takes_over
    scan()
    assert (fresh(document).state, fresh(document).scan_at) == ("quarantined", taken)


def test_a_document_removed_while_it_is_scanned_stays_removed(
    clamd: Clamd, contoso: Company, ana: Person, shelf: Path
) -> None:
    (document,) = put(contoso, ana, INFECTED)

    def removes() -> None:
        detach(document, by=ana)
        connection.close()

    clamd.meanwhile = removes
    scan()
    assert not Document.objects.exists()
    assert not on_disk(shelf)


def test_a_sweep_ends(clamd: Clamd, contoso: Company, ana: Person) -> None:
    put(contoso, ana, *(pdf(f"{n}") for n in range(3)))
    assert [scan(2), scan(2), scan(2)] == [2, 1, 0]


@pytest.mark.postgres
def test_two_sweeps_share_and_no_row_is_locked_while_the_scanner_is_asked(
    clamd: Clamd, contoso: Company, ana: Person
) -> None:
    kept = put(contoso, ana, *(pdf(f"{n}") for n in range(6)))
    clamd.delay = 0.3
    counts = []

    def sweep() -> None:
        counts.append(scan())
        connection.close()

    both = [threading.Thread(target=sweep) for _n in range(2)]
    for thread in both:
        thread.start()
    time.sleep(0.15)
    with transaction.atomic():
        rows = Document.objects.select_for_update(nowait=True)
        assert len(rows.filter(pk__in=[one.pk for one in kept])) == 6
    for thread in both:
        thread.join()
    assert sorted(counts) == [3, 3]
    assert len(clamd.seen) == 6, "each was asked about once"


def _older(shelf: Path, name: str) -> None:
    yesterday = time.time() - 24 * 60 * 60 - 60
    os.utime(shelf / name, (yesterday, yesterday))


@pytest.mark.rule("DOC-008")
def test_files_that_nobody_owns_go_after_a_day(contoso: Company, ana: Person, shelf: Path) -> None:
    (document,) = put(contoso, ana, pdf())
    storage = document.file.storage
    for name in ("tmp123_x.upload", "tmp1.upload.pdf", f"cd/{Document().pk}"):
        _older(shelf, storage.save(name, ContentFile(b"x")))
    foreign = [f"archive/{Document().pk}", "ab/letter.pdf", "tmp1.pdf", "cd/ef/x"]
    for name in foreign:
        _older(shelf, storage.save(name, ContentFile(b"x")))
    _older(shelf, str(document.file.name))
    young = storage.save(f"ef/{Document().pk}", ContentFile(b"x"))
    clock.move(timedelta(days=40))  # the machine's own clock dates the files
    assert remove_orphans() == 3
    left = [*foreign, young, str(document.file.name)]
    assert on_disk(shelf) == sorted(shelf / name for name in left), "nothing of others"


@pytest.mark.postgres
def test_a_sweep_passes_by_what_somebody_holds(clamd: Clamd, contoso: Company, ana: Person) -> None:
    held, free = put(contoso, ana, pdf("1"), pdf("2"))
    counts = []

    def sweep() -> None:
        counts.append(scan())
        connection.close()

    other = threading.Thread(target=sweep)
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=held.pk)
        other.start()
        other.join(timeout=10)
        assert counts == [1]
    other.join()
    assert (fresh(held).is_ready, fresh(free).is_ready) == (False, True)


@pytest.mark.rule("DOC-008")
def test_the_file_of_a_refused_row_is_nobodys(contoso: Company, ana: Person, shelf: Path) -> None:
    (document,) = put(contoso, ana, pdf())
    Document.objects.update(state="refused", reason="gone", file="")
    os.utime(on_disk(shelf)[0], (0, 0))
    assert remove_orphans() == 1
    assert not document.file.storage.exists(document.file.name)


def test_before_anything_was_attached_there_is_nothing_to_sweep(shelf: Path) -> None:
    assert not shelf.exists()
    assert remove_orphans() == 0


@pytest.mark.parametrize("task", [tasks.scan_documents, tasks.remove_orphan_documents])
def test_the_timetable_runs_it(task: Any) -> None:
    assert task() == 0
    assert task.name in [line["task"] for line in app.conf.beat_schedule.values()]


def test_an_idle_sweep_asks_once() -> None:
    with clock.standing(), CaptureQueriesContext(connection) as asked:
        assert scan() == 0
    assert [query["sql"][:6] for query in asked if "SELECT" in query["sql"]] == ["SELECT"]
