"""How often clients call, and how long their tokens are kept: the clock's work."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from oauth2_provider.models import clear_expired

from portal import clock, usage
from portal.models import Client, Usage

BATCH = 500


def keep() -> int:
    """Write down what was counted since the last time. Returns for how many clients."""
    ids = list(Client.objects.values_list("pk", flat=True))
    kept = 0
    for start in range(0, len(ids), BATCH):
        kept += _write(usage.take(ids[start : start + BATCH]))
    return kept


@transaction.atomic
def _write(counted: dict[tuple[UUID, date], dict[str, int]]) -> int:
    for (client, day), numbers in sorted(counted.items()):
        row, _made = Usage.objects.get_or_create(client_id=client, day=day)
        more: dict[str, Any] = {kind: F(kind) + number for kind, number in numbers.items()}
        Usage.objects.filter(pk=row.pk).update(**more)
    used = {client for client, _day in counted}
    if used:
        Client.objects.filter(pk__in=used).update(last_used_at=clock.now())
    return len(used)


def remove_old_tokens() -> None:
    """Forget tokens and codes that no longer open anything."""
    clear_expired()
