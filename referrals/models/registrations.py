"""The request to have a won deal credited, and the one exception to its rules."""

from functools import cached_property
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal import roles
from portal.models import Company, Document, Person
from referrals.choices import Deployment, Outcome, Pricing, Tenant, Term
from referrals.lifecycle import exception, registration
from referrals.lifecycle.registration import DECIDED, HOLDS, WAITING, Status
from referrals.models.deals import Deal
from referrals.models.referrals import Referral, TeamMember
from referrals.models.solutions import Solution

HOLDING = Q(status__in=HOLDS) | Q(status="closed", outcome__in=["approved", "passed"])


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, person: Person) -> "RegistrationQuerySet":
        """Who sees the leg sees its registration; of the vendor, reviewers see what was sent."""
        if person.is_vendor:
            return self.filter(submitted_at__isnull=False) if roles.reviews(person) else self.none()
        own = Referral.objects.visible_to(person)
        return self.filter(company=person.company_id, referral__in=own.values("pk"))

    def to_check(self) -> "RegistrationQuerySet":
        """Submitted, and neither approved nor given to a reviewer yet."""
        return self.filter(status=Status.PENDING)

    def to_close(self, at: Any) -> "RegistrationQuerySet":
        """Decided, and old enough to be closed."""
        return self.filter(status__in=DECIDED, due_at__lte=at)

    def with_details(self) -> "RegistrationQuerySet":
        """Everything a page or a row shows, in a constant number of queries."""
        rows = self.select_related(
            "company", "solution", "referral__company", "deal__customer__matched_to", "reviewer"
        )
        return rows.prefetch_related("deal__legs__company", "referral__solutions", "exception")


class Registration(registration.Lifecycle):
    """Of one leg, whose company holds the contract. Amounts are in `currency`."""

    referral = models.OneToOneField(Referral, models.PROTECT, related_name="registration")
    deal = models.ForeignKey(Deal, models.PROTECT, related_name="registrations")
    company = models.ForeignKey(Company, models.PROTECT, related_name="registrations")
    solution = models.ForeignKey(
        Solution, models.PROTECT, null=True, related_name="+", verbose_name=_("solution")
    )
    holds_contract = models.BooleanField(_("our company holds the contract"), default=False)
    names_both = models.BooleanField(
        _("the contract names our company and the solution"), default=False
    )
    is_marketplace = models.BooleanField(_("marketplace transaction"), null=True)
    marketplace_on = models.DateField(_("date of the transaction"), null=True)
    deployment = models.CharField(_("runs"), max_length=5, choices=Deployment, blank=True)
    pricing = models.CharField(_("pricing model"), max_length=5, choices=Pricing, blank=True)
    term = models.CharField(_("term"), max_length=9, choices=Term, blank=True)
    total_value = models.DecimalField(
        _("total contract value"), max_digits=15, decimal_places=2, null=True
    )
    solution_value = models.DecimalField(
        _("value of the solution"), max_digits=15, decimal_places=2, null=True
    )
    currency = models.CharField(_("currency"), max_length=3)
    signed_on = models.DateField(_("signed on"), null=True)
    starts_on = models.DateField(_("starts on"), null=True)
    ends_on = models.DateField(_("ends on"), null=True)
    tenant = models.CharField(_("tenant"), max_length=8, choices=Tenant, blank=True)
    reviewer = models.ForeignKey(
        Person, models.PROTECT, null=True, related_name="+", verbose_name=_("reviewer")
    )
    pulled_back_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    READS = ("referral__deal__customer__matched_to", "referral__company", "deal", "company")
    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["deal"], condition=HOLDING, name="registration_one_of_a_deal"
            ),
            models.CheckConstraint(
                condition=Q(status="draft", submitted_at=None)
                | Q(status="closed", outcome="forgone", submitted_at=None)
                | Q(submitted_at__isnull=False, pending_at__isnull=False)
                & ~Q(status="draft")
                & ~Q(outcome="forgone"),
                name="registration_submitted_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(status="approved", approved_at__isnull=False, outcome="approved")
                | Q(status="passed", passed_at__isnull=False, outcome="passed")
                | Q(status="failed", failed_at__isnull=False, outcome="failed")
                | Q(status="closed") & ~Q(outcome="")
                | Q(status__in=["draft", "pending", "review", "validation", "action"], outcome=""),
                name="registration_outcome_fits",
            ),
            models.CheckConstraint(
                condition=Q(status__in=DECIDED, due_at__isnull=False)
                | ~Q(status__in=DECIDED) & Q(due_at=None),
                name="registration_decided_closes",
            ),
            models.CheckConstraint(
                condition=Q(status="closed", closed_at__isnull=False)
                | ~Q(status="closed") & Q(closed_at=None),
                name="registration_closed_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(status="action") | Q(action_at__isnull=False) & ~Q(question=""),
                name="registration_action_has_question",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["company", "-created_at", "-id"], name="registration_newest"),
            models.Index(fields=["status", "pending_at", "id"], name="registration_queue"),
            models.Index(fields=["status", "-closed_at", "-id"], name="registration_closed"),
            models.Index(
                fields=["due_at"], condition=Q(status__in=DECIDED), name="registration_due"
            ),
            models.Index(
                fields=["pending_at"], condition=Q(status="pending"), name="registration_to_check"
            ),
        ]

    def __str__(self) -> str:
        return self.referral.name

    def get_absolute_url(self) -> str:
        return reverse("registration", args=[self.pk])

    @property
    def waits_for_reviewer(self) -> bool:
        return self.status in WAITING

    @property
    def is_holding(self) -> bool:
        """Is this the one registration of its deal? As the constraint says it."""
        credited = self.outcome in (Outcome.APPROVED, Outcome.PASSED)
        return self.status in HOLDS or (self.status == Status.CLOSED and credited)

    @cached_property
    def documents(self) -> list[Document]:
        return list(Document.objects.of(self))

    @property
    def has_exception(self) -> bool:
        return hasattr(self, "exception")

    @property
    def has_granted_exception(self) -> bool:
        return self.has_exception and self.exception.status == exception.Status.GRANTED

    def is_biased(self, person: Person) -> bool:
        """Did this person sell in the deal, or pull its approval back?"""
        if self.pulled_back_by_id == person.pk:
            return True
        rows = TeamMember.objects.filter(referral__deal=self.deal_id, person=person)
        return rows.exists()


class ExceptionRequestQuerySet(models.QuerySet["ExceptionRequest"]):
    def visible_to(self, person: Person) -> "ExceptionRequestQuerySet":
        """Who sees the registration sees what was requested for it."""
        seen = Registration.objects.visible_to(person)
        return self.filter(registration__in=seen.values("pk"))

    def with_details(self) -> "ExceptionRequestQuerySet":
        """Everything a page or a row shows, in a constant number of queries."""
        rows = self.select_related(
            "company",
            "reviewer",
            "registration__company",
            "registration__solution",
            "registration__referral__company",
            "registration__deal__customer__matched_to",
        )
        return rows.prefetch_related(
            "registration__deal__legs__company", "registration__referral__solutions"
        )


class ExceptionRequest(exception.Lifecycle):
    """What should count instead, and why. Empty fields stay as they are registered."""

    registration = models.OneToOneField(Registration, models.PROTECT, related_name="exception")
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    explanation = models.TextField(_("explanation"), max_length=5000)
    term = models.CharField(_("term"), max_length=9, choices=Term, blank=True)
    total_value = models.DecimalField(
        _("total contract value"), max_digits=15, decimal_places=2, null=True
    )
    signed_on = models.DateField(_("signed on"), null=True)
    starts_on = models.DateField(_("starts on"), null=True)
    ends_on = models.DateField(_("ends on"), null=True)
    reviewer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    READS = ("registration__referral", "registration__deal", "registration__company")
    CHANGEABLE = ("term", "total_value", "signed_on", "starts_on", "ends_on")
    objects = ExceptionRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception")
        verbose_name_plural = _("exceptions")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="asked", decided_at=None)
                | Q(status__in=["granted", "refused"], decided_at__isnull=False) & ~Q(note=""),
                name="exception_decided_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(total_value=None) | Q(total_value__gt=0),
                name="exception_value_positive",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "created_at", "id"], name="exception_queue"),
        ]

    def __str__(self) -> str:
        return str(self.registration)

    def get_absolute_url(self) -> str:
        return reverse("exception", args=[self.pk])

    @property
    def changes(self) -> dict[str, Any]:
        """What would count instead, by field."""
        return {name: given for name in self.CHANGEABLE if (given := getattr(self, name))}

    @property
    def fits(self) -> bool:
        """Would the registration still agree with itself? Its dates may be late, not absurd."""
        said = {name: getattr(self.registration, name) for name in self.CHANGEABLE} | self.changes
        return self._amounts_fit(said["total_value"]) and self._dates_fit(**said)

    def _amounts_fit(self, total: Any) -> bool:
        if self.total_value is not None and self.total_value <= 0:
            return False
        part = self.registration.solution_value
        return not (part and total and part > total)

    def _dates_fit(self, term: str, starts_on: Any, ends_on: Any, **_: Any) -> bool:
        """A perpetual contract takes no end, a finite one has one that is no earlier."""
        if term == Term.PERPETUAL:
            return not self.ends_on
        if term == Term.FINITE and not ends_on:
            return False
        return not (starts_on and ends_on) or bool(ends_on >= starts_on)
