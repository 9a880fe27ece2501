from typing import Any

from django.core.management.base import BaseCommand

from referrals.actions import referral
from referrals.tasks import drain


class Command(BaseCommand):
    help = "Expire and remind what is due, once, without a broker: for cron, or when beat is down."

    def handle(self, *args: Any, **options: Any) -> None:
        expired, reminded = drain(referral.expire_overdue), drain(referral.remind_expiring)
        self.stdout.write(f"{expired} expired, {reminded} reminded")
