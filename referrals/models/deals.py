"""What one or more companies do together for one customer."""

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from portal.models import Account, Company, Record
from referrals.choices import DealType, Motion

if TYPE_CHECKING:
    from referrals.models.referrals import Referral


class Deal(Record):
    """The common part of all legs. Customer and motion never change (facts 2.3, 2.4)."""

    customer = models.ForeignKey(Account, models.PROTECT, related_name="deals")
    motion = models.CharField(_("what is sold"), max_length=10, choices=Motion)
    contact_name = models.CharField(_("contact's name"), max_length=150, blank=True)
    contact_title = models.CharField(_("contact's job title"), max_length=100, blank=True)
    contact_phone = PhoneNumberField(_("contact's phone"), blank=True)
    contact_email = models.EmailField(_("contact's e-mail"), blank=True)
    visible_to_vendor = models.BooleanField(_("the vendor's sellers see this deal"), default=False)

    class Meta:
        verbose_name = _("common part of a deal")
        verbose_name_plural = _("common parts of deals")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def has_contact(self) -> bool:
        """A contact is whole when a seller could use it: name, phone and mail."""
        return bool(self.contact_name and self.contact_phone and self.contact_email)

    @property
    def vendor_leg(self) -> "Referral | None":
        return next((leg for leg in self.legs.all() if leg.company.is_vendor), None)

    @property
    def registered_by(self) -> "Company | None":
        """The partner whose registration of this deal stands or is being decided."""
        rows = self.registrations.all()
        return next((row.company for row in rows if row.is_holding), None)

    @property
    def type(self) -> DealType:
        """Decision 4: derived from motion, legs and visibility (facts 1.6, 2.1)."""
        if self.motion == Motion.ASSESSMENT:
            return DealType.ASSESSMENT
        kinds = [leg.company.kind for leg in self.legs.all()]
        vendor, partners = Company.Kind.VENDOR in kinds, kinds.count(Company.Kind.PARTNER)
        if partners > 1:
            return DealType.P2P_VENDOR if vendor else DealType.P2P
        if vendor:
            return DealType.CO_SELL
        return DealType.PARTNER_LED if self.visible_to_vendor else DealType.PRIVATE

    LEGS: ClassVar = ("legs__company",)
