"""One thing told to one reader: a row of the outbox and, for a person, a notice."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.models import Person, new_id


class MessageQuerySet(models.QuerySet["Message"]):
    def due(self, at: datetime) -> "MessageQuerySet":
        """What may leave now, the longest waiting first."""
        return self.filter(state=Message.State.QUEUED, due_at__lte=at).order_by("due_at")

    def due_digests(self, at: datetime) -> "MessageQuerySet":
        """What waited for a daily mail whose hour has come."""
        return self.filter(state=Message.State.DIGEST, due_at__lte=at).order_by("due_at")

    def notices_of(self, person: Person) -> "MessageQuerySet":
        """What the portal itself shows to this person, newest first."""
        return self.filter(person=person, record_id__isnull=False).order_by("-id")

    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)

    def dead(self) -> "MessageQuerySet":
        return self.filter(state=Message.State.DEAD)


class Message(models.Model):
    """Written in the transaction of its event; delivered later, at least once.

    `due_at` is the moment before which nobody may take the row. Who takes it moves that
    moment on by a lease, so that a killed deliverer's rows come back by themselves.
    `key` is one per event and reader: telling the same thing again adds nothing.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        DIGEST = "digest", _("Waiting for the daily mail")
        SENT = "sent", _("Sent")
        DEAD = "dead", _("Could not be sent")
        SILENT = "silent", _("Only in the portal")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.UUIDField(unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    person = models.ForeignKey(
        Person,
        models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        verbose_name=_("person"),
    )
    address = models.EmailField(_("address"))
    language = models.CharField(_("language"), max_length=10)
    record_type = models.CharField(_("record type"), max_length=40, blank=True)
    record_id = models.UUIDField(_("record"), null=True)
    url = models.CharField(_("page"), max_length=200, blank=True)
    context = models.JSONField(_("facts"), default=dict)
    # A mail that somebody else worded; emptied once sent, since a link in it may be a secret.
    sender = models.CharField(_("from"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    body = models.TextField(_("body"), blank=True)
    html = models.TextField(_("HTML body"), blank=True)
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("not before"), null=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    message_id = models.CharField(_("Message-ID"), max_length=160)  # the same on every try
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True)
    read_at = models.DateTimeField(_("read"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "digest"], due_at__isnull=False)
                | ~Q(state__in=["queued", "digest"]) & Q(due_at=None),
                name="message_waiting_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | ~Q(state="sent"),
                name="message_sent_has_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="message_due"),
            models.Index(fields=["due_at"], condition=Q(state="digest"), name="message_digest"),
            models.Index(fields=["-created_at"], condition=Q(state="dead"), name="message_dead"),
            models.Index(
                fields=["person", "-id"],
                condition=Q(record_id__isnull=False),
                name="message_notices",
            ),
            models.Index(
                fields=["person"],
                condition=Q(record_id__isnull=False, read_at=None),
                name="message_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.address}"
