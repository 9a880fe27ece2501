"""Programs that call the API, and the answers that were given to their writes."""

from typing import Any, ClassVar
from urllib.parse import urlsplit

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from portal.models.partners import Company
from portal.models.people import Person
from portal.models.record import Record


class ClientManager(models.Manager["Client"]):
    def get_by_natural_key(self, client_id: str) -> "Client":
        """As the library names a client."""
        return self.get(client_id=client_id)


class Client(Record, AbstractApplication):
    """A program of one company. `user` is its own person, who has its roles, where it acts for
    the company; an app that acts for whoever signs in has none.

    Secrets and tokens are stored as hashes; a secret is shown once.
    """

    class Kind(models.TextChoices):
        PROGRAM = "program", _("Integration of the company")
        APP = "app", _("App on a server, for people who sign in")
        DEVICE = "device", _("App on people's devices, for people who sign in")

    secret = ""  # in words, while it is made; never stored

    company = models.ForeignKey(Company, models.PROTECT, related_name="clients")
    scopes = models.JSONField(_("scopes"), default=list)
    per_minute = models.PositiveIntegerField(_("requests a minute"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)

    objects = ClientManager()

    class Meta:
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")
        indexes: ClassVar = [
            models.Index(fields=["company", "-created_at", "id"], name="client_of")
        ]

    def __str__(self) -> str:
        return str(self.name)

    def get_absolute_url(self) -> str:
        return reverse("api_client", args=[self.pk])

    @property
    def label(self) -> str:
        """How history names it."""
        return str(self.name)

    @property
    def kind(self) -> "Client.Kind":
        """How it gets its tokens, in the house's words."""
        if self.authorization_grant_type == self.GRANT_CLIENT_CREDENTIALS:
            return self.Kind.PROGRAM
        return self.Kind.DEVICE if self.client_type == self.CLIENT_PUBLIC else self.Kind.APP

    @property
    def addresses(self) -> list[str]:
        """Where people are sent back to."""
        return str(self.redirect_uris).split()

    def is_usable(self, request: Any) -> bool:
        """Asked by the library: no token for what was switched off."""
        return self.is_active and self.company.is_active

    def get_allowed_schemes(self) -> list[str]:
        """Asked by the library; `http` is there only where a loopback address is registered."""
        return sorted({urlsplit(address).scheme for address in self.addresses})


class Answered(models.Model):
    """What a write was answered, so that the same request asked again does nothing twice.

    Written in the transaction of the change; kept for IDEMPOTENCY_HOURS.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    client = models.ForeignKey(Client, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    asked = models.CharField(max_length=64)  # checksum of method, address and body
    status = models.PositiveSmallIntegerField(default=0)  # 0 while it is being worked on
    body = models.TextField(blank=True)
    headers = models.JSONField(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "person", "key"], name="answered_once")
        ]


class UsageQuerySet(models.QuerySet["Usage"]):
    def of(self, client: Client, days: int) -> "UsageQuerySet":
        """The last days on which it called, newest first."""
        return self.filter(client=client).order_by("-day")[:days]


class Usage(models.Model):
    """How often a client called on one day (UTC)."""

    client = models.ForeignKey(Client, models.CASCADE, related_name="usage")
    day = models.DateField(_("day"))
    requests = models.PositiveIntegerField(_("requests"), default=0)
    errors = models.PositiveIntegerField(_("errors"), default=0)
    throttled = models.PositiveIntegerField(_("over the limit"), default=0)

    objects = UsageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["client", "day"], name="usage_once_a_day")
        ]
