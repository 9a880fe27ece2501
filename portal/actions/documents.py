"""Attaching files to records, taking them away, and having them scanned.

These write no history: the verb of the record does, and checks who may.

    @documents.together()
    def attach(registration, files, *, by):
        registration = lock(registration)
        …
        attached = documents.attach(registration, files, by=by, company=registration.company)

A file is written before its row. `together` is a transaction that takes its files away again
when it rolls back; what a killed process leaves behind, `remove_orphans` finds.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import antivirus, clock, media_types, uploads
from portal.actors import Actor
from portal.antivirus import Answer, Verdict
from portal.documents import Reason
from portal.models import Company, Document, Person, Record
from portal.workflow import Refused, lock

ORPHAN_AFTER = timedelta(days=1)  # no transaction lasts as long
LEASE = timedelta(minutes=5)  # longer than a scan; the document of a killed scanner comes back
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=30)
BATCH = 20
# A document's place, and a body on its way where temporary files are kept on the same disk.
OURS = re.compile(r"[0-9a-f]{2}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|tmp\w+\.upload(\..*)?")
State = Document.State
_written: ContextVar[list[str] | None] = ContextVar("written", default=None)
log = structlog.get_logger(__name__)


@dataclass
class Attached:
    """What became of the files: rows, and (name, sentence) of those that were not taken."""

    kept: list[Document] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


class _Hashed(File):  # type: ignore[type-arg]
    """A file whose checksum is taken while the storage copies it."""

    def __init__(self, file: "File[bytes]") -> None:
        super().__init__(file.file, file.name)
        self.sum, self.read_bytes = hashlib.sha256(), 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for chunk in super().chunks(chunk_size):
            self.sum.update(chunk)
            self.read_bytes += len(chunk)
            yield chunk


@contextmanager
def together() -> Iterator[None]:
    """A transaction whose new files are removed when it rolls back. May be nested."""
    outer, names = _written.get(), []  # type: ignore[var-annotated]
    token = _written.set(names)
    try:
        with transaction.atomic():
            yield
    except BaseException:
        for name in names:
            _remove(name)
        raise
    finally:
        _written.reset(token)
    if outer is not None:
        outer.extend(names)


@together()
def attach(
    record: Record, files: "Iterable[File[bytes]]", *, by: Person, company: Company
) -> Attached:
    """Keep each file that may be kept; the others are named with the reason.

    The record is locked, so that two people can't pass the limits together.
    """
    lock(record)
    attached = Attached()
    for file in files:
        name = media_types.display_name(file.name or "")
        try:
            document = _draft(record, file, name)
            document.company, document.added_by = company, by
            attached.kept.append(_keep(document, file))
        except Refused as refused:
            attached.refused.append((name, str(refused)))
    return attached


def _draft(record: Record, file: "File[bytes]", name: str) -> Document:
    """The row for a file that passes the first look. Raises Refused."""
    if refusal := getattr(file, "refusal", ""):
        raise Refused(refusal)
    if not file.size:
        raise Refused(uploads.EMPTY)
    if file.size > settings.DOCUMENT_MAX_BYTES:
        raise Refused(uploads.too_large())
    kind = media_types.look(file, name)
    if Document.objects.of(record).count() >= settings.DOCUMENTS_PER_RECORD:
        most = settings.DOCUMENTS_PER_RECORD
        raise Refused(_("A record has at most %(most)s documents.") % {"most": most})
    kept_for = {"record_type": record._meta.model_name, "record_id": record.pk}
    return Document(name=name, media_type=kind.media_type, size=file.size, **kept_for)


def _keep(document: Document, file: "File[bytes]") -> Document:
    """Write the file, then its row. Raises Refused for content that the record has already."""
    document.sha256 = _write(document, file)
    same = Document.objects.filter(record_id=document.record_id, sha256=document.sha256)
    if same.filter(record_type=document.record_type).exists():
        _remove(document.file.name)
        raise Refused(_("This document is attached already."))
    document.added_at = now = clock.now()
    waits = bool(settings.CLAMAV_URL)
    document.state = State.QUARANTINED if waits else State.READY
    document.scan_at = now if waits else None
    document.save(force_insert=True)
    return document


def _write(document: Document, file: "File[bytes]") -> str:
    """Copy the content to its generated place. Returns its SHA-256."""
    file.seek(0)
    hashed = _Hashed(file)
    names = _written.get()
    if names is not None:  # also of a copy that breaks off half-way
        names.append(document.file.field.generate_filename(document, document.name))
    document.file.save(document.name, hashed, save=False)
    if hashed.read_bytes != document.size:
        raise OSError("The storage did not take the whole file.")
    return hashed.sum.hexdigest()


def _store() -> Storage:
    """The field's own: the one that its rows are read from."""
    storage: Storage = Document._meta.get_field("file").storage
    return storage


def _remove(name: str | None) -> None:
    if name:
        _store().delete(name)


@transaction.atomic
def detach(document: Document, *, by: Actor) -> Document:
    """Take a document away, its file with it. Raises Refused when somebody else just did."""
    rows = Document.objects.select_for_update().filter(pk=document.pk)
    fresh = rows.first()
    if fresh is None:
        raise Refused(_("This document was removed already."))
    rows.delete()
    transaction.on_commit(partial(_remove, fresh.file.name))
    log.info("document removed", document=str(fresh.pk), by=by.label)
    return fresh


def scan(limit: int = BATCH) -> int:
    """Ask the scanner about documents in quarantine. Returns how many it answered for.

    While it can't be reached each document waits longer: 1, 2, 4 … 30 minutes.
    """
    done = 0
    while done < limit and (document := _lease()):
        verdict = _look(document)
        if verdict is None or verdict.answer is not Answer.NONE:
            _settle(document, verdict)
            done += 1
        else:
            _put_off(document)
            break
    return done


@transaction.atomic
def _lease() -> Document | None:
    """The document that waits longest, held by moving its `scan_at` on: no lock is kept while
    the scanner is asked.
    """
    now = clock.now()
    rows = Document.objects.to_scan().filter(scan_at__lte=now).order_by("scan_at")
    document = rows.select_for_update(skip_locked=True).first()
    if document is not None:
        document.scan_at = now + LEASE
        document.save(update_fields=["scan_at"])
    return document


def _look(document: Document) -> Verdict | None:
    """The scanner's verdict; none when there is no file to show it."""
    try:
        with document.file.open("rb") as opened:
            return antivirus.scan(opened.chunks())
    except FileNotFoundError:
        log.error("document has no file", document=str(document.pk))
        return None


def _put_off(document: Document) -> None:
    """As long again as it has waited since it was added, and the first minute."""
    now = clock.now()
    waited = now - document.added_at
    wait = min(max(waited, timedelta(0)) + FIRST_WAIT, LONGEST_WAIT)
    _mark(document, scan_at=now + wait)
    log.warning("scanner gave no answer", document=str(document.pk))


def _settle(document: Document, verdict: Verdict | None) -> None:
    """Out of the quarantine: ready, or refused and its file removed."""
    settled: dict[str, Any] = {"scan_at": None, "scanned_at": clock.now()}
    if verdict and verdict.answer is Answer.CLEAN:
        _mark(document, state=State.READY, **settled)
        return
    with transaction.atomic():
        reason = _reason(verdict)
        if _mark(document, state=State.REFUSED, reason=reason, file="", **settled):
            transaction.on_commit(partial(_remove, document.file.name))
    log.warning("document refused", document=str(document.pk), reason=reason)


def _reason(verdict: Verdict | None) -> str:
    """What `portal.documents.why` makes a sentence of, in the reader's language."""
    if verdict is None:
        return Reason.GONE
    if verdict.answer is Answer.TOO_LARGE:
        return Reason.TOO_LARGE
    return f"{Reason.FOUND}{verdict.signature}"


def _mark(document: Document, **values: Any) -> int:
    """Only while the lease is ours, and the document is still there."""
    held = Document.objects.to_scan().filter(pk=document.pk, scan_at=document.scan_at)
    return held.update(**values)


def remove_orphans() -> int:
    """Remove files of ours older than a day that no row has. Returns how many.

    What has another name than we give is left: the directory may be shared by mistake.
    """
    before = clock.now() - clock.offset() - ORPHAN_AFTER  # files are dated by the machine
    return sum(_remove_orphans_in(folder, before) for folder in ["", *_listed("")[0]])


def _listed(folder: str) -> tuple[list[str], list[str]]:
    try:
        return _store().listdir(folder)
    except FileNotFoundError:  # nothing was ever attached
        return [], []


def _remove_orphans_in(folder: str, before: datetime) -> int:
    names = [f"{folder}/{name}".lstrip("/") for name in _listed(folder)[1]]
    old = [name for name in names if OURS.fullmatch(name) and _is_older(name, before)]
    keys = [name.rpartition("/")[2] for name in old if "/" in name]
    owned = set(Document.objects.filter(pk__in=keys).values_list("file", flat=True))
    orphans = [name for name in old if name not in owned]
    for name in orphans:
        _remove(name)
    return len(orphans)


def _is_older(name: str, before: datetime) -> bool:
    with suppress(FileNotFoundError):  # its record was removed in this moment
        return _store().get_modified_time(name) < before
    return False
