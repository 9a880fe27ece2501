from typing import Any

from django.core.management.base import BaseCommand

from portal.actions import documents
from referrals.actions import referral, registration
from referrals.tasks import drain

# In this order: what the scanner lets go can be settled, and what is settled is never due at once.
SWEEPS = {
    "expired": referral.expire_overdue,
    "reminded": referral.remind_expiring,
    "scanned": documents.scan,
    "settled": registration.settle_scanned,
    "closed": registration.close_decided,
}


class Command(BaseCommand):
    help = "Do what is due, once, without a broker: for cron, or when beat is down."

    def handle(self, *args: Any, **options: Any) -> None:
        done = [f"{drain(sweep)} {what}" for what, sweep in SWEEPS.items()]
        self.stdout.write(", ".join(done))
