"""What the clock does in co-sell. Each task repeats until there is nothing left."""

from collections.abc import Callable
from time import monotonic

from celery import shared_task

from referrals.actions import export, referral, registration, responsiveness

SECONDS = 50.0  # under the minute after which beat ticks again


def drain(sweep: Callable[[], int]) -> int:
    """Run batches until one is empty or the time is up. Returns how many rows moved."""
    end, total = monotonic() + SECONDS, 0
    while (moved := sweep()) and monotonic() < end:
        total += moved
    return total + moved


@shared_task
def expire_overdue() -> int:
    return drain(referral.expire_overdue)


@shared_task
def remind_expiring() -> int:
    return drain(referral.remind_expiring)


@shared_task
def settle_registrations() -> int:
    return drain(registration.settle_scanned)


@shared_task
def close_registrations() -> int:
    return drain(registration.close_decided)


@shared_task
def measure_responsiveness() -> int:
    return responsiveness.measure()


@shared_task
def run_exports() -> int:
    return drain(export.run_pending)


@shared_task
def remove_exports() -> int:
    return drain(export.remove_old)
