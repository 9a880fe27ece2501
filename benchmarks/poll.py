"""What the sweep costs every minute while nothing is due."""

from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from django.db import transaction
from django.db.models import Min

from benchmarks.fill import World
from benchmarks.measure import Figure, in_database
from portal import clock
from portal.workflow import Batch
from referrals.models import Referral

ROUNDS = 20


def figures(world: World) -> Iterator[Figure]:
    """The sweep's own query, at a moment when nothing is due."""
    due = Referral.objects.overdue(clock.now()).aggregate(first=Min("due_at"))["first"]
    idle = due - timedelta(seconds=1) if due else clock.now()
    rows = Referral.objects.overdue(idle).order_by("due_at").select_related("deal__customer")
    with transaction.atomic():
        asked = rows.select_for_update(skip_locked=True, of=("self",))[: Batch.FULL]
        taken = in_database(asked, world.rounds(ROUNDS))
    yield Figure("idle poll of the sweep, in the database", median(taken), "ms", rounds=len(taken))
