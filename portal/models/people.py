"""People who sign in, and what they may do for their company."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from phonenumber_field.modelfields import PhoneNumberField

from portal.models.partners import Company, Location
from portal.models.record import Record

if TYPE_CHECKING:
    from portal.models.clients import Client


class PersonQuerySet(models.QuerySet["Person"]):
    def people(self) -> "PersonQuerySet":
        """Without the programs, which have a page of their own."""
        return self.filter(is_program=False)

    def managed_by(self, manager: "Person") -> "PersonQuerySet":
        """The people whose roles this person manages: the own company's, or, for the
        vendor's operators, everybody's."""
        if manager.has_role(Role.OPERATOR) or manager.is_superuser:
            return self.people().exclude(company=None)
        if manager.has_role(Role.ACCOUNT_ADMIN):
            return self.filter(company_id=manager.company_id).people()
        return self.none()

    def search(self, text: str) -> "PersonQuerySet":
        """By part of the name, the e-mail address or the job title; every word must occur."""
        rows = self
        for word in text.split():
            parts = models.Q(name__icontains=word) | models.Q(email__icontains=word)
            rows = rows.filter(parts | models.Q(title__icontains=word))
        return rows


class PersonManager(BaseUserManager.from_queryset(PersonQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=email.strip().lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Person(Record, AbstractBaseUser, PermissionsMixin):
    """Somebody of one company. An actor: history names them by `label`."""

    class Theme(models.TextChoices):
        AUTO = "auto", _("As the device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class State(models.TextChoices):
        ACTIVE = "active", _("Active")
        INVITED = "invited", _("Invited")
        INACTIVE = "inactive", _("Not active")

    company = models.ForeignKey(Company, models.PROTECT, related_name="people", null=True)
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    phone = PhoneNumberField(_("phone"), blank=True)
    title = models.CharField(_("job title"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=10, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default=Theme.AUTO)
    views = models.JSONField(default=dict, blank=True)  # list page -> kept filters and columns
    is_active = models.BooleanField(_("active"), default=True)
    is_program = models.BooleanField(_("program"), default=False, editable=False)
    is_staff = models.BooleanField(_("may open the admin"), default=False)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    client: "Client | None" = None  # through which program they act, in this request

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="person_email_ci")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        """How the administration greets."""
        return str(self)

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    @property
    def state(self) -> "Person.State":
        """Invited until the first sign-in or the first password."""
        if not self.is_active:
            return self.State.INACTIVE
        joined = self.last_login is not None or self.has_usable_password()
        return self.State.ACTIVE if joined else self.State.INVITED

    @property
    def actor_kind(self) -> str:
        return "program" if self.is_program else "person"

    @property
    def label(self) -> str:
        """Who acts; somebody who acts through an app is named with it."""
        if self.client is None or self.is_program:
            return str(self)
        return f"{self} ({self.client.label})"

    @property
    def client_id(self) -> UUID | None:
        return self.client.pk if self.client else None

    @property
    def person(self) -> "Person":
        return self

    @property
    def is_vendor(self) -> bool:
        return self.company is not None and self.company.is_vendor

    @cached_property
    def scopes(self) -> "dict[str, frozenset[UUID] | None]":
        """Role -> ids of the locations it holds for; None means the whole company."""
        if not self.is_active:
            return {}
        found: dict[str, set[UUID] | None] = {}
        rows = self.memberships.values_list("role", "whole_company", "locations")
        for role, whole_company, place in rows:
            scope = found.setdefault(role, None if whole_company else set())
            if scope is not None and place is not None:
                scope.add(place)
        return {role: None if s is None else frozenset(s) for role, s in found.items()}

    def has_role(self, *roles: str) -> bool:
        return any(role in self.scopes for role in roles)


class Role(models.TextChoices):
    ACCOUNT_ADMIN = "account_admin", _("Account admin")
    REFERRALS_ADMIN = "referrals_admin", _("Referrals admin")
    REFERRALS_USER = "referrals_user", _("Referrals user")
    INCENTIVES_ADMIN = "incentives_admin", _("Incentives admin")
    INCENTIVES_USER = "incentives_user", _("Incentives user")
    SELLER = "seller", _("Seller")
    REVIEWER = "reviewer", _("Reviewer")
    OPERATOR = "operator", _("Operator")

    @classmethod
    def of_vendor(cls) -> "list[Role]":
        return [cls.SELLER, cls.REVIEWER, cls.OPERATOR]

    @classmethod
    def of_partner(cls) -> "list[Role]":
        return [role for role in cls if role not in cls.of_vendor()]


class Membership(models.Model):
    """One role of one person, for the whole company or for some locations."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=20, choices=Role)
    whole_company = models.BooleanField(_("whole company"), default=True)
    locations = models.ManyToManyField(Location, verbose_name=_("locations"), blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "role"], name="membership_once")
        ]

    def __str__(self) -> str:
        return self.get_role_display()
