"""How a person wants to hear of each kind of event."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Person


class Preference(models.Model):
    """No row means at once. The notice in the portal is kept whatever is chosen."""

    class How(models.TextChoices):
        NOW = "now", _("At once")
        DAILY = "daily", _("Once a day")
        NEVER = "never", _("No mail")

    person = models.ForeignKey(Person, models.CASCADE, related_name="preferences")
    kind = models.CharField(_("kind"), max_length=40)
    how = models.CharField(_("how"), max_length=5, choices=How, default=How.NOW)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "kind"], name="preference_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.how}"
