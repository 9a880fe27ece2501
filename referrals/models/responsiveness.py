"""How quickly a company answers what it receives."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Company


class Responsiveness(models.Model):
    """Over the last year; measured by a sweep, shown to the partner, used to order searches."""

    company = models.OneToOneField(
        Company, models.CASCADE, primary_key=True, related_name="responsiveness"
    )
    median = models.DurationField(_("median time to answer"), null=True)
    accepted = models.PositiveIntegerField(_("accepted"), default=0)
    declined = models.PositiveIntegerField(_("declined"), default=0)
    expired = models.PositiveIntegerField(_("expired"), default=0)
    measured_at = models.DateTimeField()

    class Meta:
        verbose_name = _("responsiveness")
        verbose_name_plural = _("responsiveness")

    def __str__(self) -> str:
        return str(self.company)
