"""What the home page of somebody who works deals shows: what needs them, and how it goes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from portal import charts, formats
from portal.models import Person
from referrals.choices import Motion, Stage
from referrals.lifecycle.eligibility import State, criteria, verdict
from referrals.lifecycle.referral import Status
from referrals.lifecycle.registration import Status as Registered
from referrals.models import Referral, Responsiveness
from referrals.models.referrals import ReferralQuerySet
from referrals.registration_banner import register_until

YEAR = timedelta(days=365)
SHOWN = 8


def mine(person: Person) -> ReferralQuerySet:
    """The legs of the person's own company that the person may see."""
    return Referral.objects.visible_to(person).filter(company=person.company_id)


@dataclass(frozen=True)
class Waiting:
    """Something that needs the reader, with the reason; `due` sorts what is dated."""

    referral: Referral
    reason: str
    due: datetime | None = None


def waiting(person: Person, now: datetime) -> list[Waiting]:
    """Received and not answered, by time left; what registrations need; deals that are late."""
    pending = mine(person).filter(status=Status.PENDING, due_at__gt=now)
    late = mine(person).filter(status=Status.ACCEPTED, close_on__lt=now.date())
    return [
        *_rows(pending.order_by("due_at"), _("Accept or decline"), dated=True),
        *_asked_again(person),
        *_unregistered(person, now),
        *_rows(
            late.order_by("close_on"), _("The close date has passed. Move it, or say how it ended.")
        ),
    ]


def _rows(rows: QuerySet[Referral], reason: str, *, dated: bool = False) -> list[Waiting]:
    found = rows.select_related("sender", "deal__customer")[:SHOWN]
    return [Waiting(row, reason, row.due_at if dated else None) for row in found]


def _asked_again(person: Person) -> list[Waiting]:
    """Registrations in which it is the partner's turn, the longest first."""
    rows = mine(person).filter(registration__status=Registered.ACTION)
    return _rows(rows.order_by("registration__action_at"), _("Answer what the reviewer asks"))


def _unregistered(person: Person, now: datetime) -> list[Waiting]:
    """Won deals that can still be registered, the most urgent first. A look at SHOWN of them:
    criteria are no SQL.
    """
    since = now - timedelta(days=settings.REGISTRATION_SIGNED_DAYS)
    unsent = Q(registration=None) | Q(registration__status=Registered.DRAFT)
    won = mine(person).filter(
        unsent, status=Status.WON, closed_at__gt=since, deal__motion=Motion.IP
    )
    if person.is_vendor:
        won = won.none()
    rows = won.with_registration().order_by("closed_at")[:SHOWN]
    able = [row for row in rows if verdict(criteria(row)) == State.MET]
    return [Waiting(row, _register_by(row), register_until(row)) for row in able]


def _register_by(referral: Referral) -> str:
    return _("Register it until %(day)s") % {"day": formats.day(register_until(referral))}


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
