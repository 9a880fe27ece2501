"""A download that is being made: a job with a page of its own."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Person
from portal.models.record import new_id


class Export(models.Model):
    """What one person asked to download, as the list's query. Gone after a day.

    `lease_until` is set while a worker writes the file; a killed worker's job comes back.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being written")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="exports")
    query = models.TextField(blank=True)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    written = models.PositiveIntegerField(_("rows written"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    file = models.FileField(_("file"), upload_to="exports/", blank=True)
    asked_at = models.DateTimeField(_("asked"))
    lease_until = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(_("kept until"))

    class Meta:
        verbose_name = _("download")
        verbose_name_plural = _("downloads")
        indexes: ClassVar = [
            models.Index(
                fields=["asked_at"],
                condition=Q(state__in=["waiting", "running"]),
                name="export_unfinished",
            ),
            models.Index(fields=["expires_at"], name="export_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.asked_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("export_job", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)
