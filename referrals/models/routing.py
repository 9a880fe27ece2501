"""Which location a referral from the vendor lands on."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from portal.models import Company, Location, Record
from referrals.models.solutions import Solution


class RoutingRule(Record):
    """Market × solution → location; empty means all. The one with both empty is the default."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="routing_rules")
    country = CountryField(_("market"), blank=True, default="")
    solution = models.ForeignKey(
        Solution, models.CASCADE, null=True, blank=True, verbose_name=_("solution")
    )
    location = models.ForeignKey(Location, models.PROTECT, verbose_name=_("location"))

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering: ClassVar = ["country", "created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["company", "country", "solution"], name="routing_rule_once"
            ),
            models.UniqueConstraint(
                fields=["company", "country"],
                condition=Q(solution=None),
                name="routing_rule_once_all_solutions",
            ),
        ]

    def __str__(self) -> str:
        market = getattr(self.country, "name", "")
        return f"{market or _('All markets')} × {self.solution or _('All solutions')}"

    @property
    def is_default(self) -> bool:
        return not self.country and self.solution_id is None
