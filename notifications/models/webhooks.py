"""Which company's program is told of changes, what it was sent, and what it answered."""

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import roles
from portal.models import Client, Company, Person, Record, new_id


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def of(self, person: Person) -> "SubscriptionQuerySet":
        """The one of this person's company, for those who connect its programs."""
        if not roles.integrator(person):
            return self.none()
        return self.filter(company=person.company_id).exclude(off=Subscription.Off.REMOVED)

    def told(self) -> "SubscriptionQuerySet":
        """Those that hear of changes: not of a company or a program that was switched off."""
        program = Q(client=None) | Q(client__is_active=True)
        return self.filter(program, off="", company__is_active=True)

    def due(self, at: datetime) -> "SubscriptionQuerySet":
        """Those with something to send that nobody is sending, the longest waiting first."""
        waiting = Delivery.objects.filter(subscription=OuterRef("pk")).due(at)
        free = Q(held_until=None) | Q(held_until__lte=at)
        return (
            self.told()
            .filter(free, Exists(waiting))
            .order_by(F("turn_at").asc(nulls_first=True), "pk")
        )


class Subscription(Record):
    """One of each company (facts 1.11). Who sends holds it by a lease, `held_until`: one request
    at a time goes to a receiver, and a killed sender's turn ends by itself."""

    class Off(models.TextChoices):
        REMOVED = "removed", _("Removed")
        GONE = "gone", _("The receiver said that it is gone (410)")

    company = models.OneToOneField(Company, models.CASCADE, related_name="subscription")
    client = models.ForeignKey(Client, models.PROTECT, null=True, related_name="+")
    url = models.URLField(_("address"), max_length=2000)
    events = models.JSONField(_("events"), default=list)
    own_header = models.BooleanField(_("signature in x-ms-signature"), default=False)
    skip_own = models.BooleanField(_("leave out its own changes"), default=False)
    secret = models.CharField(max_length=300, editable=False)  # encrypted, since it signs
    secret_before = models.CharField(max_length=300, blank=True, editable=False)
    before_until = models.DateTimeField(null=True, editable=False)
    off = models.CharField(_("switched off"), max_length=7, choices=Off, blank=True)
    since = models.DateTimeField(_("since"))  # earlier changes are not told
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    held_until = models.DateTimeField(null=True, editable=False)
    turn_at = models.DateTimeField(null=True, editable=False)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(secret_before="", before_until=None)
                | ~Q(secret_before="") & Q(before_until__isnull=False),
                name="subscription_secret_before_ends",
            )
        ]

    def __str__(self) -> str:
        return self.url

    def get_absolute_url(self) -> str:
        return reverse("webhook")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def of(self, person: Person) -> "DeliveryQuerySet":
        """What the program of this person's company was sent."""
        own = Subscription.objects.of(person).values("pk")[:1]  # one value, so that an index sorts
        return self.filter(subscription=own)

    def due(self, at: datetime) -> "DeliveryQuerySet":
        return self.filter(state=Delivery.State.QUEUED, due_at__lte=at)

    def in_turn(self) -> "DeliveryQuerySet":
        """The order in which a receiver gets them."""
        return self.order_by("due_at", "pk")

    def between(self, start: datetime | None, end: datetime | None) -> "DeliveryQuerySet":
        """Written in this time; None is open."""
        rows = self.filter(created_at__gte=start) if start else self
        return rows.filter(created_at__lt=end) if end else rows


class Delivery(models.Model):
    """One change that one subscription is told of. Its id is the `webhook-id` of every try.

    `due_at` is the moment of the next try; parked ones wait for somebody who sends them again.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        PARKED = "parked", _("Could not be sent")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="deliveries", db_index=False
    )
    event_id = models.UUIDField(_("line of history"), null=True)
    name = models.CharField(_("event"), max_length=60)
    record_id = models.UUIDField(_("record"), null=True)
    payload = models.JSONField(_("message"))
    client_id = models.UUIDField(_("API client"), null=True)  # whose change it was
    state = models.CharField(_("state"), max_length=6, choices=State, default=State.QUEUED)
    due_at = models.DateTimeField(_("not before"), null=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    code = models.PositiveSmallIntegerField(_("answer"), null=True)
    text = models.CharField(_("words of the answer"), max_length=2000, blank=True)
    created_at = models.DateTimeField(_("written"))
    sent_at = models.DateTimeField(_("sent"), null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subscription", "event_id", "name"], name="delivery_told_once"
            ),
            models.CheckConstraint(
                condition=Q(state="queued", due_at__isnull=False)
                | Q(state="sent", due_at=None, sent_at__isnull=False)
                | Q(state="parked", due_at=None),
                name="delivery_state_has_moment",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["subscription", "due_at", "id"],
                condition=Q(state="queued"),
                name="delivery_due",
            ),
            models.Index(fields=["subscription", "-id"], name="delivery_list"),
            models.Index(fields=["subscription", "state", "-id"], name="delivery_by_state"),
            models.Index(fields=["created_at"], name="delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("webhook_delivery", args=[self.pk])

    @property
    def is_test(self) -> bool:
        """Asked for to see whether the receiver works: tried once."""
        return self.event_id is None


class Attempt(models.Model):
    """One try, and what came of it. `error` is ours where there was no answer."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField(_("at"), db_index=True)
    code = models.PositiveSmallIntegerField(_("answer"), null=True)
    text = models.CharField(_("words of the answer"), max_length=2000, blank=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    took_ms = models.PositiveIntegerField(_("milliseconds"), default=0)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.code or self.error}"


class Told(models.Model):
    """How far history has become deliveries: one row, with the feed's cursor."""

    ONLY: ClassVar[int] = 1
    cursor = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.cursor


class SigningKey(models.Model):
    """The pair that signs `rsa-sha256` where the settings name none: one row, made once."""

    ONLY: ClassVar[int] = 1
    private_key = models.TextField()  # encrypted
    certificate = models.TextField()  # PEM, for everybody

    def __str__(self) -> str:
        return "rsa-sha256"
