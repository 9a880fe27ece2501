"""The indexes that let a list of a million deals show its first page at once."""

from datetime import UTC, datetime

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

# A deal without a running clock has all the time there is; row comparisons know no NULL.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def time_left() -> Coalesce:
    """The moment a deal must be answered by, for sorting; never NULL."""
    return Coalesce("due_at", Value(NEVER, output_field=models.DateTimeField()))


# One for each order (always with the id, which makes it total), and the newest of each tab.
LIST_INDEXES = (
    models.Index(fields=["company", "customer_key", "id"], name="referral_by_customer"),
    models.Index(fields=["company", "status", "id"], name="referral_in_status"),
    models.Index(fields=["company", "value", "id"], name="referral_by_value"),
    models.Index(fields=["company", "close_on", "id"], name="referral_by_close"),
    models.Index(F("company"), time_left(), F("id"), name="referral_by_time_left"),
    models.Index(
        fields=["company", "created_at", "id", "status"],  # status: downloads count their rows
        condition=Q(sender__isnull=False),
        name="referral_newest_inbound",
    ),
    models.Index(
        fields=["company", "created_at", "id", "status"],
        condition=Q(sender=None),
        name="referral_newest_outbound",
    ),
    models.Index(
        fields=["sender", "created_at", "id"],
        condition=Q(sender__isnull=False),
        name="referral_newest_sent",
    ),
    models.Index(fields=["created_at", "id"], name="referral_newest_of_all"),
    # programs ask what changed since they asked last
    models.Index(fields=["company", "updated_at", "id"], name="referral_by_change"),
    models.Index(fields=["updated_at", "id"], name="referral_changed_of_all"),
)
