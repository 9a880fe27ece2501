"""Programs that call the API, and the answers that were given to their writes."""

from typing import ClassVar

from django.db import models
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

    Secrets and tokens are stored as hashes; the library shows a secret once.
    """

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

    @property
    def label(self) -> str:
        """How history names it."""
        return str(self.name)


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
