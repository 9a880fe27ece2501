"""Who did what to which record, when. Rows are only ever added."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models.people import Person
from portal.models.record import new_id


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, *records: models.Model) -> "EventQuerySet":
        """The history of these records, newest first."""
        ids = [record.pk for record in records]
        return self.filter(record_id__in=ids).order_by("-at", "-id")

    def update(self, **kwargs: Any) -> int:
        raise TypeError("History is only ever added to.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("History is only ever added to.")


class Event(models.Model):
    """One step or edit. `before` and `after` are statuses, `changes` is field -> [old, new]."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_type = models.CharField(_("record type"), max_length=40)
    record_id = models.UUIDField(_("record"))
    version = models.PositiveIntegerField(_("version"))
    verb = models.CharField(_("verb"), max_length=40)
    before = models.CharField(_("before"), max_length=30, blank=True)
    after = models.CharField(_("after"), max_length=30, blank=True)
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    at = models.DateTimeField(_("at"))
    actor_kind = models.CharField(_("actor kind"), max_length=10)
    actor_label = models.CharField(_("actor"), max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    company_id = models.UUIDField(_("company of the actor"), null=True)
    client_id = models.UUIDField(_("API client"), null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints: ClassVar = [
            # one row a version: history without gaps or doubles
            models.UniqueConstraint(fields=["record_id", "version"], name="event_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.record_id}: {self.verb}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("History is only ever added to.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("History is only ever added to.")
