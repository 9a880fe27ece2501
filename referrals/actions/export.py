"""Downloads: a CSV at once, a spreadsheet as a job that a worker writes."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.middleware import zone
from portal.models import Person
from portal.workflow import Refused
from referrals.listing import csvfile, download, page, query, xlsx
from referrals.listing.download import Field
from referrals.models import Export

LEASE = timedelta(minutes=2)  # renewed while rows are written; a killed worker's job comes back
KEPT = timedelta(days=1)
TRIES = 3
AT_ONCE = 3  # unfinished spreadsheets of one person; each may take a worker minutes
State = Export.State
log = structlog.get_logger(__name__)


def csv(person: Person, string: str) -> Iterator[bytes]:
    """All pages of a view as CSV. Raises Refused before the first byte, never after."""
    now = clock.now()
    _size(person, string, now)
    table, cells = _table(person, string, now, guard=True)
    return csvfile.stream(table, cells)


@transaction.atomic
def ask(person: Person, string: str) -> Export:
    """Have a spreadsheet made. The same view asked for twice is one job. Raises Refused."""
    unfinished = Export.objects.filter(person=person, state__in=(State.WAITING, State.RUNNING))
    if job := unfinished.filter(query=string).first():
        return job
    if unfinished.count() >= AT_ONCE:
        raise Refused(_("Your other downloads are still being made. Wait until one is ready."))
    now = clock.now()
    total = _size(person, string, now)
    return Export.objects.create(
        person=person, query=string, total=total, asked_at=now, expires_at=now + KEPT
    )


def _size(person: Person, string: str, now: datetime) -> int:
    """How many rows a download would hold. Raises Refused for none, or too many."""
    most = settings.EXPORT_MAX_ROWS
    view = query.of(person, string)
    rows = download.rows(person, view, now).order_by().values("pk")
    count = rows[: most + 1].count()
    if count > most:
        raise Refused(
            _("These are more than %(most)s deals. Filter the list, then download it.")
            % {"most": f"{most:,}"}
        )
    if not count:
        raise Refused(_("There is nothing to download in this view."))
    return count


def _table(
    person: Person, string: str, now: datetime, *, guard: bool
) -> tuple["QuerySet[Any]", list[Field]]:
    view = query.of(person, string)
    cells = download.fields(page.columns_of(person, view), now)
    rows = download.rows(person, view, now)
    return download.table(rows, view.sort, cells, guard=guard), cells


def run_pending() -> int:
    """Write the file of the job that waits longest. Returns 1, or 0 when none waits."""
    job = _claim()
    if job is None:
        return 0
    try:
        _write(job)
    except Exception:  # whatever it was: the job must not stay "being written" for ever
        log.exception("export failed", export=str(job.pk), tries=job.tries)
        state = State.FAILED if job.tries >= TRIES else State.WAITING
        Export.objects.filter(pk=job.pk).update(state=state, lease_until=None)
    return 1


@transaction.atomic
def _claim() -> Export | None:
    now = clock.now()
    free = Q(state=State.WAITING) | Q(state=State.RUNNING, lease_until__lte=now)
    rows = Export.objects.select_for_update(skip_locked=True).filter(free)
    job = rows.order_by("asked_at").first()
    if job is None:
        return None
    given_up = job.tries >= TRIES
    job.state = State.FAILED if given_up else State.RUNNING
    job.tries, job.lease_until, job.written = job.tries + 1, now + LEASE, 0
    job.save(update_fields=["state", "tries", "lease_until", "written"])
    return None if given_up else job


def _write(job: Export) -> None:
    person = job.person

    def progress(written: int) -> None:
        values = {"written": written, "lease_until": clock.now() + LEASE}
        Export.objects.filter(pk=job.pk).update(**values)

    with (
        tempfile.NamedTemporaryFile(suffix=".xlsx") as made,
        translation.override(person.language),
        timezone.override(zone(person)),
    ):
        table, cells = _table(person, job.query, clock.now(), guard=False)
        count = xlsx.write(made.name, table, cells, progress)
        job.file.save(f"{job.pk}.xlsx", File(made), save=False)
    now = clock.now()
    Export.objects.filter(pk=job.pk).update(
        file=job.file.name,
        state=State.DONE,
        written=count,
        total=count,
        lease_until=None,
        expires_at=now + KEPT,
    )


def remove_old(limit: int = 100) -> int:
    """Delete downloads whose day is over, with their files. Returns how many."""
    old = list(Export.objects.filter(expires_at__lte=clock.now())[:limit])
    for job in old:
        job.file.delete(save=False)
    Export.objects.filter(pk__in=[job.pk for job in old]).delete()
    return len(old)
