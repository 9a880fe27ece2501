"""One company's leg of a deal, and what hangs on it."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from portal import roles
from portal.models import Company, Location, Person, Role
from portal.names import key
from referrals.choices import (
    MCEM,
    AssessmentStage,
    ErrorReason,
    Help,
    Intent,
    Motion,
    PartnerRole,
    Reason,
    SolutionArea,
    SolutionPlay,
    Stage,
)
from referrals.lifecycle.referral import CLOSED, OPEN, Lifecycle, Status
from referrals.models.deals import Deal
from referrals.models.indexes import LIST_INDEXES
from referrals.models.solutions import Solution


class ReferralQuerySet(models.QuerySet["Referral"]):
    def visible_to(self, person: Person) -> "ReferralQuerySet":
        """Every list, page, export and search of referrals starts here."""
        if person.company_id is None:
            return self.none()
        if person.is_vendor:
            return self._visible_to_vendor(person)
        on_team = Q(pk__in=TeamMember.objects.filter(person=person).values("referral"))
        return self.filter(company=person.company_id).filter(
            roles.in_scope(person, Role.REFERRALS_ADMIN)
            | roles.in_scope(person, Role.REFERRALS_USER) & on_team
        )

    def _visible_to_vendor(self, person: Person) -> "ReferralQuerySet":
        if not person.has_role(*roles.VENDOR_READERS):
            return self.none()
        return self.filter(Q(company=person.company_id) | Q(deal__visible_to_vendor=True))

    def overdue(self, at: Any) -> "ReferralQuerySet":
        """Received and past its moment, whether or not a sweep has been there."""
        return self.filter(status=Status.PENDING, due_at__lte=at)

    def to_remind(self, at: Any) -> "ReferralQuerySet":
        """Received, not reminded of yet, and soon to expire."""
        soon = at + timedelta(days=settings.REMIND_DAYS)
        return self.filter(status=Status.PENDING, reminded_at=None, due_at__gt=at, due_at__lte=soon)

    def with_details(self) -> "ReferralQuerySet":
        """Everything a list row shows, in a constant number of queries."""
        rows = self.select_related("company", "location", "sender", "deal__customer")
        return rows.prefetch_related("deal__legs__company", "solutions")

    def with_registration(self) -> "ReferralQuerySet":
        """And what the criteria of its registration look at."""
        rows = self.with_details().select_related("deal__customer__matched_to", "registration")
        return rows.prefetch_related("deal__registrations__company")


class Referral(Lifecycle):
    """`sender` is the company that opened this leg for `company`; None means its own deal."""

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="legs")
    company = models.ForeignKey(Company, models.PROTECT, related_name="referrals")
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, related_name="referrals", verbose_name=_("location")
    )
    sender = models.ForeignKey(Company, models.PROTECT, null=True, related_name="sent_referrals")
    name = models.CharField(_("deal name"), max_length=200)
    value = models.DecimalField(_("estimated value"), max_digits=15, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3)
    close_on = models.DateField(_("estimated close date"))
    notes = models.TextField(_("notes"), max_length=5000, blank=True)
    crm_id = models.CharField(_("CRM ID"), max_length=100, blank=True)
    campaign_id = models.CharField(_("marketing campaign ID"), max_length=100, blank=True)
    partner_role = models.CharField(
        _("partner role"), max_length=20, choices=PartnerRole, blank=True
    )
    solution_area = models.CharField(
        _("solution area"), max_length=20, choices=SolutionArea, blank=True
    )
    solution_play = models.CharField(
        _("solution play"), max_length=20, choices=SolutionPlay, blank=True
    )
    intent = models.CharField(_("marketplace intent"), max_length=10, choices=Intent, blank=True)
    help = models.CharField(_("help wanted"), max_length=15, choices=Help, blank=True)
    ask = models.TextField(_("note to the receiver"), max_length=5000, blank=True)
    solutions = models.ManyToManyField(Solution, through="ReferralSolution", related_name="+")
    # What programs say that has no field: see referrals/api/extras.py for what it may hold.
    wire = models.JSONField(default=dict, blank=True, editable=False)
    search_key = models.TextField(editable=False, default="")
    # The customer never changes (facts 2.3): its name and country stand here for lists to sort.
    customer_key = models.CharField(max_length=300, editable=False, default="")
    customer_country = models.CharField(max_length=2, editable=False, default="")

    READS = ("deal",)
    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["deal", "company"], name="referral_one_leg_each"),
            models.CheckConstraint(condition=Q(value__gt=0), name="referral_value_positive"),
            models.CheckConstraint(
                condition=Q(status="pending", due_at__isnull=False, sender__isnull=False)
                | ~Q(status="pending") & Q(due_at=None),
                name="referral_pending_has_deadline",
            ),
            models.CheckConstraint(
                condition=Q(status__in=OPEN, closed_at=None)
                | Q(status__in=CLOSED, closed_at__isnull=False),
                name="referral_closed_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["accepted", "won", "lost"], accepted_at__isnull=False)
                | Q(status__in=["pending", "declined", "expired"], accepted_at=None)
                | Q(status="error"),
                name="referral_accepted_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["declined", "lost", "error"]) & ~Q(reason="")
                | ~Q(status__in=["declined", "lost", "error"]) & Q(reason=""),
                name="referral_reason_where_needed",
            ),
            models.CheckConstraint(
                condition=Q(help="") | Q(sender__isnull=False),
                name="referral_help_asked_by_sender",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-created_at", "-id"], name="referral_newest"),
            models.Index(fields=["company", "name", "id"], name="referral_by_name"),
            models.Index(fields=["company", "status", "-created_at"], name="referral_by_status"),
            models.Index(fields=["location", "-created_at", "-id"], name="referral_by_location"),
            models.Index(fields=["due_at"], condition=Q(status="pending"), name="referral_due"),
            models.Index(
                fields=["due_at"],
                condition=Q(status="pending", reminded_at=None),
                name="referral_to_remind",
            ),
            *LIST_INDEXES,
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            customer = self.deal.customer
            self.customer_key, self.customer_country = key(customer.name)[:300], customer.country
        words = (self.name, self.customer_key, self.crm_id, self.notes, str(self.pk))
        self.search_key = key(" ".join(words))
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "search_key"}
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("deal", args=[self.pk])

    @property
    def direction(self) -> str:
        return "incoming" if self.sender_id else "outgoing"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN and not self.is_overdue

    @property
    def shown_status(self) -> Status:
        """Expired is true at the second, whether or not the sweep has run (decision 3)."""
        return Status.EXPIRED if self.is_overdue else Status(self.status)

    @property
    def percent(self) -> int:
        return 100 if self.status == Status.WON else self.stage

    @property
    def stages(self) -> type[Stage] | type[AssessmentStage]:
        return AssessmentStage if self.deal.motion == Motion.ASSESSMENT else Stage

    @property
    def stage_label(self) -> str:
        return str(self.stages(self.stage).label)

    @property
    def mcem(self) -> str:
        return str(MCEM[self.percent])

    @property
    def reason_label(self) -> str:
        known = dict(Reason.choices) | dict(ErrorReason.choices)
        return str(known.get(self.reason, self.reason))

    @property
    def shows_contact(self) -> bool:
        """The opener's own entry; for a receiver only while it works on the deal (decision 15)."""
        return self.sender_id is None or self.status in (Status.ACCEPTED, Status.WON, Status.LOST)

    @cached_property
    def own_team_count(self) -> int:
        return self.team.filter(company_id=self.company_id).count()

    def has_on_team(self, person: Person) -> bool:
        return person.pk in self._team_people

    @cached_property
    def _team_people(self) -> frozenset[UUID | None]:
        return frozenset(self.team.values_list("person_id", flat=True))


class TeamMember(models.Model):
    """Somebody who works on a leg. `person` is set when they can sign in to this portal."""

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="team")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="teams")
    name = models.CharField(_("name"), max_length=150)
    phone = PhoneNumberField(_("phone"))
    email = models.EmailField(_("e-mail"))

    class Meta:
        verbose_name = _("team member")
        verbose_name_plural = _("team members")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["referral", "email"], name="team_member_once")
        ]

    def __str__(self) -> str:
        return self.name


class ReferralSolution(models.Model):
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="solution_rows")
    solution = models.ForeignKey(Solution, models.PROTECT, related_name="referral_rows")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["referral", "solution"], name="solution_once")
        ]

    def __str__(self) -> str:
        return str(self.solution)


class Favourite(models.Model):
    """Per person; the only thing that still changes on a closed referral (decision 11)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="favourites")
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="favourites")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(F("person"), F("referral"), name="favourite_once")
        ]

    def __str__(self) -> str:
        return str(self.referral)
