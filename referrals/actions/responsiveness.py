"""How quickly companies answer: measured by the clock, read by searches."""

from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from portal import clock
from portal.models import Company
from referrals.lifecycle.referral import Status
from referrals.models import Referral, Responsiveness

YEAR = timedelta(days=365)
ANSWERED = (Status.ACCEPTED, Status.WON, Status.LOST, Status.DECLINED)


def measure() -> int:
    """Measure every company that received something within a year. Returns how many."""
    now = clock.now()
    received = Referral.objects.filter(sender__isnull=False, created_at__gt=now - YEAR)
    counts = received.values("company").annotate(
        accepted=Count("pk", filter=Q(accepted_at__isnull=False)),
        declined=Count("pk", filter=Q(status=Status.DECLINED)),
        expired=Count("pk", filter=Q(status=Status.EXPIRED)),
    )
    rows = [_row(count, now) for count in counts]
    Responsiveness.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["company"],
        update_fields=["median", "accepted", "declined", "expired", "measured_at"],
    )
    return len(rows)


def _row(count: Any, now: datetime) -> Responsiveness:
    values = {name: count[name] for name in ("accepted", "declined", "expired")}
    return Responsiveness(
        company_id=count["company"],
        median=_median(count["company"], now),
        measured_at=now,
        **values,
    )


def _median(company: UUID, now: datetime) -> timedelta | None:
    """The latest thousand answers tell as much as all of them."""
    answered = Referral.objects.filter(
        company=company, sender__isnull=False, status__in=ANSWERED, created_at__gt=now - YEAR
    )
    took = Coalesce(F("accepted_at"), F("closed_at")) - F("created_at")
    times = answered.order_by("-created_at").annotate(took=took).values_list("took", flat=True)
    return median(times[:1000]) if times else None


def partners_by_responsiveness(text: str, *, besides: Company) -> Any:
    """Partners that can be invited, quick ones first (facts 2.5, seed 004)."""
    found = Company.objects.partners().filter(is_active=True, in_cosell=True)
    found = found.exclude(pk=besides.pk).select_related("responsiveness")
    if text:
        found = found.filter(name__icontains=text)
    return found.order_by(F("responsiveness__median").asc(nulls_last=True), "name")
