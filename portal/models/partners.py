"""Companies: the vendor and its partners, and the partners' enrolled places."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from portal.models.record import Record


class CompanyQuerySet(models.QuerySet["Company"]):
    def partners(self) -> "CompanyQuerySet":
        return self.filter(kind=Company.Kind.PARTNER)

    def vendor(self) -> "Company":
        """The one company whose products everybody sells."""
        return self.get(kind=Company.Kind.VENDOR)


class Company(Record):
    class Kind(models.TextChoices):
        PARTNER = "partner", _("Partner")
        VENDOR = "vendor", _("Vendor")

    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PARTNER)
    name = models.CharField(_("name"), max_length=200)
    country = CountryField(_("country"))
    website = models.URLField(_("website"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    in_cosell = models.BooleanField(
        _("in the co-sell ecosystem"),
        default=True,
        help_text=_("Can be found and invited to deals by other partners."),
    )
    runs_assessments = models.BooleanField(
        _("vetted for solution assessments"),
        default=False,
        help_text=_("May open solution assessment deals."),
    )
    designations = models.JSONField(_("designations"), default=list, blank=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="vendor"), name="company_one_vendor"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_vendor(self) -> bool:
        return self.kind == self.Kind.VENDOR


class Location(Record):
    """An enrolled place of a partner. `partner_id` is its PartnerID ("MPN id")."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="locations")
    partner_id = models.CharField(_("PartnerID"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=200)
    country = CountryField(_("country"))
    city = models.CharField(_("city"), max_length=100, blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.partner_id})"


class Enrolment(models.Model):
    """A location takes part in a programme of the vendor."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="enrolments")
    programme = models.CharField(_("programme"), max_length=60)
    since = models.DateField(_("since"))

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["location", "programme"], name="enrolment_once")
        ]

    def __str__(self) -> str:
        return self.programme
