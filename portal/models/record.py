"""What every record that people work on has: an id, a version, its moments."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from portal import clock


def new_id() -> UUID:
    """A time-ordered id: new rows land at the end of every index."""
    return uuid7()


class Record(models.Model):
    """Base of all that has a history. `version` grows by one with each event."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    READS: ClassVar[tuple[str, ...]] = ()  # related records that steps look at, read with the lock
    moment: datetime | None = None  # set while a step is checked, so that all guards see one time
    given: Mapping[str, Any] = MappingProxyType({})  # what the step was given, for guards
    actor: Any = None  # who takes the step that is checked, for guards that compare people
    offered = False  # only the buttons are drawn: what a step will be given is not known yet

    class Meta:
        abstract = True

    @property
    def next_verb(self) -> str:
        """The likely next step, whose button is filled."""
        return ""

    @property
    def now(self) -> datetime:
        return self.moment or clock.now()
