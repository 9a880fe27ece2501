"""Take a file of exchange rates. What deals were already decided by stays, unless told else."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TextIO

import structlog
from django.db import transaction

from portal import clock, rates
from portal.actors import Actor
from portal.models import ExchangeRate
from portal.rates import Fault, Rate

BATCH = 500
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Difference:
    """A rate that was there already with another value."""

    month: date
    currency: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True)
class Outcome:
    """Rates by what became of them; `differs` were left as they were."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    differs: list[Difference] = field(default_factory=list)
    faulty: list[Fault] = field(default_factory=list)


@transaction.atomic
def import_rates(file: TextIO, *, by: Actor, source: str, replace: bool = False) -> Outcome:
    """Add the rates of months that have none; change others only where `replace` says so.

    The same file again changes nothing. Raises Refused when it is no file of rates.
    """
    now = clock.now()
    found, faulty = rates.read(file, today=now.date())
    known = _known(found)
    new = [rate for rate in found if rate[:2] not in known]
    differs = list(_differences(found, known))
    _add(new, source, now)
    if replace:
        _change((known[one.month, one.currency] for one in differs), differs, source, now)
    same = len(found) - len(new) - len(differs)
    _tell(by, source, len(new), differs, replace)
    if replace:
        return Outcome(len(new), len(differs), same, [], faulty)
    return Outcome(len(new), 0, same, differs, faulty)


Known = dict[tuple[date, str], ExchangeRate]


def _known(found: list[Rate]) -> Known:
    months = {rate.month for rate in found}
    there = ExchangeRate.objects.select_for_update().filter(
        month__gte=min(months), month__lte=max(months)
    )
    return {(rate.month, rate.currency): rate for rate in there.order_by("pk")}


def _differences(found: list[Rate], known: Known) -> Iterable[Difference]:
    for rate in found:
        there = known.get((rate.month, rate.currency))
        if there and there.in_usd != rate.in_usd:
            yield Difference(rate.month, rate.currency, there.in_usd, rate.in_usd)


def _add(new: list[Rate], source: str, now: datetime) -> None:
    rows = [ExchangeRate(**rate._asdict(), source=source[:100], loaded_at=now) for rate in new]
    ExchangeRate.objects.bulk_create(rows, batch_size=BATCH)


def _change(
    rows: Iterable[ExchangeRate], differs: list[Difference], source: str, now: datetime
) -> None:
    changed = []
    for row, one in zip(rows, differs, strict=True):
        row.in_usd, row.source, row.loaded_at = one.after, source[:100], now
        changed.append(row)
    ExchangeRate.objects.bulk_update(changed, ["in_usd", "source", "loaded_at"], batch_size=BATCH)


def _tell(by: Actor, source: str, added: int, differs: list[Difference], replace: bool) -> None:
    """To the log: a rate has no history of its own, and deals were decided by the old one."""
    for one in differs if replace else []:
        rate = {"month": f"{one.month:%Y-%m}", "currency": one.currency}
        was = {"before": str(one.before), "after": str(one.after)}
        log.warning("rate_replaced", by=by.label, source=source, **rate, **was)
    counts = {"added": added, "changed" if replace else "differs": len(differs)}
    log.info("rates_imported", by=by.label, source=source, **counts)
