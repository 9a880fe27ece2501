"""A deal that is being written down."""

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.models import Person, Record
from referrals.models.deals import Deal


class Draft(Record):
    """Saved at each step of the wizard. `deal` is set once it was opened."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="drafts")
    data = models.JSONField(default=dict)  # step -> what was entered there
    deal = models.OneToOneField(Deal, models.SET_NULL, null=True, related_name="draft")

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering: ClassVar = ["-updated_at"]

    def __str__(self) -> str:
        return str(self.data.get("details", {}).get("name") or _("Deal without a name"))

    def get_absolute_url(self) -> str:
        return reverse("draft", args=[self.pk])
