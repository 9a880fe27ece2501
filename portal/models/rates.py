"""What a unit of each currency is worth in US dollars, month by month."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ExchangeRate(models.Model):
    """One rate for a whole month; thresholds in dollars are compared by it (facts 2.12)."""

    month = models.DateField(_("month"))  # its first day
    currency = models.CharField(_("currency"), max_length=3)
    in_usd = models.DecimalField(_("US dollars for one unit"), max_digits=24, decimal_places=12)
    source = models.CharField(_("source"), max_length=100, blank=True)
    loaded_at = models.DateTimeField(_("loaded"))

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering: ClassVar = ["-month", "currency"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "currency"], name="rate_once_a_month"),
            models.CheckConstraint(condition=Q(in_usd__gt=0), name="rate_positive"),
            models.CheckConstraint(condition=Q(month__day=1), name="rate_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.month:%Y-%m}"
