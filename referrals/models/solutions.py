"""What partners and the vendor sell."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Company, Person, Record


class SolutionQuerySet(models.QuerySet["Solution"]):
    def cosell_ready(self) -> "SolutionQuerySet":
        return self.exclude(status=Solution.Status.IN_MARKET)

    def own(self, company: Company) -> "SolutionQuerySet":
        return self.filter(company=company, is_assessment=False)

    def vendors(self) -> "SolutionQuerySet":
        return self.filter(company__kind=Company.Kind.VENDOR, is_assessment=False)

    def third_party(self, company: Company) -> "SolutionQuerySet":
        partners = self.filter(company__kind=Company.Kind.PARTNER, is_assessment=False)
        return partners.exclude(company=company).cosell_ready()

    def assessments(self) -> "SolutionQuerySet":
        return self.filter(is_assessment=True)

    def offered_to(self, person: Person) -> "SolutionQuerySet":
        """What this person's company may put on a deal."""
        own = models.Q(company=person.company_id) | models.Q(company__kind=Company.Kind.VENDOR)
        ready = ~models.Q(status=Solution.Status.IN_MARKET)
        return self.filter(own | models.Q(is_assessment=True) | ready, is_active=True)


class Solution(Record):
    class Status(models.TextChoices):
        IN_MARKET = "in_market", _("In market")
        READY = "ready", _("Co-sell ready")
        IP = "ip", _("Azure IP co-sell eligible")
        BUSINESS = "business", _("Business applications co-sell eligible")

    code = models.CharField(_("solution id"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    company = models.ForeignKey(Company, models.CASCADE, related_name="solutions")
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.READY)
    is_macc = models.BooleanField(_("counts towards a MACC"), default=False)
    is_incentivised = models.BooleanField(_("marketplace incentive"), default=False)
    is_assessment = models.BooleanField(_("solution assessment"), default=False)
    is_active = models.BooleanField(_("active"), default=True)

    objects = SolutionQuerySet.as_manager()

    class Meta:
        verbose_name = _("solution")
        verbose_name_plural = _("solutions")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
