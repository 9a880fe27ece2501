"""What the home page of somebody who works deals shows: what needs them, and how it goes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal import charts, formats
from portal.models import Person
from referrals.choices import Stage
from referrals.lifecycle.referral import Status
from referrals.models import Referral, Responsiveness

YEAR = timedelta(days=365)
SHOWN = 8


def mine(person: Person) -> QuerySet[Referral]:
    """The legs of the person's own company that the person may see."""
    return Referral.objects.visible_to(person).filter(company=person.company_id)


@dataclass(frozen=True)
class Waiting:
    """Something that needs the reader, with the reason; `due` sorts what is dated."""

    referral: Referral
    reason: str
    due: datetime | None = None


def waiting(person: Person, now: datetime) -> list[Waiting]:
    """Received and not answered, by time left; then own deals past their close date."""
    pending = mine(person).filter(status=Status.PENDING, due_at__gt=now)
    late = mine(person).filter(status=Status.ACCEPTED, close_on__lt=now.date())
    rows = [
        Waiting(r, _("Accept or decline"), r.due_at)
        for r in pending.select_related("sender", "deal__customer").order_by("due_at")[:SHOWN]
    ]
    return rows + [
        Waiting(r, _("The close date has passed. Move it, or say how it ended."))
        for r in late.select_related("sender", "deal__customer").order_by("close_on")[:SHOWN]
    ]


def figures(person: Person, now: datetime) -> dict[str, Any]:
    """The tiles: counts of one aggregate query over the last twelve months."""
    recent = mine(person).exclude(status=Status.ERROR)
    pending = Q(status=Status.PENDING, due_at__gt=now)
    year = Q(created_at__gt=now - YEAR)
    counts = recent.aggregate(
        pending=Count("pk", filter=pending),
        soon=Count("pk", filter=pending & Q(due_at__lt=now + timedelta(days=3))),
        open=Count("pk", filter=Q(status=Status.ACCEPTED)),
        won=Count("pk", filter=Q(status=Status.WON) & year),
        taken=Count("pk", filter=Q(accepted_at__isnull=False) & year),
    )
    counts["win_rate"] = counts["won"] / counts["taken"] if counts["taken"] else None
    return counts


def answers(person: Person) -> Responsiveness | None:
    """How quickly the person's company answers, as last measured (RESP-002)."""
    return Responsiveness.objects.filter(company=person.company_id).first()


def pipeline(person: Person) -> tuple[charts.Chart, list[tuple[str, int, str]]]:
    """Open deals by stage: a chart of counts, and their value in each currency.

    Currencies are never added up; the table names each.
    """
    rows = (
        mine(person)
        .filter(status=Status.ACCEPTED)
        .values("stage", "currency")
        .annotate(count=Count("pk"), value=Sum("value"))
    )
    counts: dict[int, int] = defaultdict(int)
    values: dict[int, list[tuple[str, Decimal]]] = defaultdict(list)
    for row in rows:
        counts[row["stage"]] += row["count"]
        values[row["stage"]].append((row["currency"], row["value"]))
    stages = [(s.value, f"{s.label} · {s.value}%") for s in Stage]
    points = [(label, counts[value]) for value, label in stages]
    chart = charts.bars(
        _("Pipeline by stage"), points, unit=_("deals"), desc=_("Open deals at each sales stage.")
    )
    return chart, [(label, counts[value], _sums(values[value])) for value, label in stages]


def _sums(values: Iterable[tuple[str, Decimal]]) -> str:
    return " + ".join(formats.money_short(v, c) for c, v in sorted(values)) or formats.NOTHING


def outcomes(person: Person, now: datetime) -> charts.Chart:
    """Deals won and lost in each of the last twelve months."""
    closed = mine(person).filter(status__in=[Status.WON, Status.LOST])
    rows = (
        closed.filter(closed_at__gte=datetime.combine(_months(now)[0], time.min, UTC))
        .annotate(month=TruncMonth("closed_at", tzinfo=UTC))
        .values("month")
        .annotate(
            won=Count("pk", filter=Q(status=Status.WON)),
            lost=Count("pk", filter=Q(status=Status.LOST)),
        )
    )
    found = {(row["month"].date(), name): row[name] for row in rows for name in ("won", "lost")}
    series: dict[charts.Text, charts.Points] = {
        status.label: [(date_format(m, "M"), found.get((m, name), 0)) for m in _months(now)]
        for name, status in (("won", Status.WON), ("lost", Status.LOST))
    }
    return charts.line(
        _("Won and lost"), series, unit=_("deals"), desc=_("Deals closed in the last 12 months.")
    )


def _months(now: datetime) -> list[date]:
    """The first days of the last twelve months, this one included."""
    first = now.date().replace(day=1)
    months = []
    for _index in range(12):
        months.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return months[::-1]


def kinds(person: Person) -> charts.Chart | None:
    """Open deals by who brought them; nothing to draw when there are none."""
    counts = (
        mine(person)
        .filter(status=Status.ACCEPTED)
        .aggregate(
            own=Count("pk", filter=Q(sender=None)),
            vendor=Count("pk", filter=Q(sender__kind="vendor")),
            partner=Count("pk", filter=Q(sender__kind="partner")),
        )
    )
    points = [
        (_("Opened by us"), counts["own"]),
        (_("Sent by the vendor"), counts["vendor"]),
        (_("Sent by partners"), counts["partner"]),
    ]
    points = [(label, count) for label, count in points if count]
    return (
        charts.stacked(_("Where open deals come from"), points, unit=_("deals")) if points else None
    )


def helped(person: Person) -> QuerySet[Referral]:
    """A seller's own deals that are being worked on, next to close first."""
    return (
        mine(person)
        .filter(status=Status.ACCEPTED, team__person=person)
        .select_related("sender", "deal__customer")
        .order_by(F("close_on"))
    )
