"""The directory of customers: what the vendor knows, the register, and what was typed."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from portal import names
from portal.models.partners import Company
from portal.models.people import Person
from portal.models.record import Record, new_id

NAME_KEY_LENGTH = 300


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, person: Person) -> "AccountQuerySet":
        """The directory; what was entered by hand only for that company and the vendor."""
        if person.is_vendor:
            return self
        return self.filter(~Q(kind=Account.Kind.MANUAL) | Q(entered_by=person.company_id))


class Account(Record):
    """A customer. `name_key` is the normalised name that searches and matching compare.

    Both keys are made on save; whoever writes in bulk calls `rekey` first.
    """

    class Kind(models.TextChoices):
        MANAGED = "managed", _("Managed by the vendor")
        UNMANAGED = "unmanaged", _("Not managed by the vendor")
        REGISTER = "register", _("From the business register")
        MANUAL = "manual", _("Entered by hand")

    kind = models.CharField(_("kind"), max_length=9, choices=Kind)
    name = models.CharField(_("name"), max_length=300)
    name_key = models.CharField(max_length=NAME_KEY_LENGTH, editable=False)
    search_key = models.TextField(editable=False)  # words of name, city, state, country
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
    unmatched_at = models.DateTimeField(_("found unmanaged"), null=True, blank=True)

    objects = AccountQuerySet.as_manager()

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
        ]  # the indexes of the search differ by database: migration 0002

    def __str__(self) -> str:
        return self.name

    def rekey(self) -> None:
        """Make the two keys afresh from the name and the places."""
        places = (self.city, self.state, str(self.country))
        name_key, self.search_key = names.keys(self.name, *places)
        self.name_key = name_key[:NAME_KEY_LENGTH]

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.rekey()
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "name_key", "search_key"}
        super().save(*args, **kwargs)

    @property
    def managed(self) -> bool | None:
        """Does the vendor manage this customer? None while nobody knows yet (facts 2.3)."""
        kind = self.matched_to.kind if self.matched_to else self.kind
        known = {self.Kind.MANAGED: True, self.Kind.UNMANAGED: False}
        return known.get(self.Kind(kind), False if self.unmatched_at else None)


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
