"""The directory of customers: what the vendor knows, the register, and what was typed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from portal.models.partners import Company
from portal.models.record import Record, new_id


class Account(Record):
    """A customer. `name_key` is the normalised name that searches and matching compare."""

    class Kind(models.TextChoices):
        MANAGED = "managed", _("Managed by the vendor")
        UNMANAGED = "unmanaged", _("Not managed by the vendor")
        REGISTER = "register", _("From the business register")
        MANUAL = "manual", _("Entered by hand")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    name = models.CharField(_("name"), max_length=300)
    name_key = models.CharField(max_length=300, editable=False)
    search_key = models.CharField(max_length=600, editable=False)  # name, city, state, country
    address_line1 = models.CharField(_("address line 1"), max_length=200, blank=True)
    address_line2 = models.CharField(_("address line 2"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    state = models.CharField(_("state or province"), max_length=100, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True)
    country = CountryField(_("country"))
    duns = models.CharField(_("D-U-N-S number"), max_length=9, blank=True)
    tpid = models.CharField(_("TPID"), max_length=20, blank=True)
    is_federal = models.BooleanField(_("federal"), default=False)
    has_macc = models.BooleanField(_("has a consumption commitment (MACC)"), default=False)
    group = models.UUIDField(_("group of linked accounts"), null=True, blank=True)
    entered_by = models.ForeignKey(Company, models.PROTECT, null=True, blank=True)
    matched_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True)

    class Meta:
        verbose_name = _("customer account")
        verbose_name_plural = _("customer accounts")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="manual") | Q(entered_by=None), name="account_entered_by_hand"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["duns"], condition=~Q(duns=""), name="account_duns"),
            models.Index(fields=["tpid"], condition=~Q(tpid=""), name="account_tpid"),
            models.Index(fields=["group"], condition=~Q(group=None), name="account_group"),
            models.Index(fields=["country", "name_key"], name="account_country_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def managed(self) -> bool | None:
        """Does the vendor manage this customer? None while nobody knows yet (facts 2.3)."""
        kind = self.matched_to.kind if self.matched_to else self.kind
        known = {self.Kind.MANAGED: True, self.Kind.UNMANAGED: False}
        return known.get(self.Kind(kind))


class AccountIdentifier(models.Model):
    """A domain, tenant or subscription of a customer."""

    class Kind(models.TextChoices):
        DOMAIN = "domain", _("Domain")
        TENANT = "tenant", _("Tenant")
        SUBSCRIPTION = "subscription", _("Subscription")

    account = models.ForeignKey(Account, models.CASCADE, related_name="identifiers")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    value = models.CharField(_("value"), max_length=255)

    class Meta:
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kind", "value", "account"], name="identifier_once")
        ]

    def __str__(self) -> str:
        return self.value


class AccountMatch(models.Model):
    """The question which managed account a typed or register account really is.

    Asked when a deal is opened; answered by the matcher or by an operator.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Waiting for the matcher")
        OFFERED = "offered", _("Waiting for an operator")
        APPLIED = "applied", _("Applied")
        NONE = "none", _("No managed account matches")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.OneToOneField(Account, models.CASCADE, related_name="match")
    candidate = models.ForeignKey(
        Account, models.SET_NULL, null=True, blank=True, related_name="candidate_of"
    )
    confidence = models.FloatField(_("confidence"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField(_("asked"))
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta:
        verbose_name = _("account match")
        verbose_name_plural = _("account matches")
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="match_asked"),
            models.Index(fields=["asked_at"], condition=Q(state="offered"), name="match_offered"),
        ]

    def __str__(self) -> str:
        return f"{self.account} → {self.candidate or '?'}"
