"""The operators' administration. Sign-in is the portal's own, so that the second factor and
the limits hold here too. Records that live by verbs can only be looked at."""

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from oauth2_provider import admin as library

from portal import names, roles
from portal.actions import records
from portal.models import (
    Account,
    AccountIdentifier,
    AccountMatch,
    Client,
    Company,
    Enrolment,
    Event,
    ExchangeRate,
    Location,
    Person,
)
from portal.pages import reader

admin.site.site_header = admin.site.site_title = format_lazy(
    "{vendor} · {place}", vendor=settings.VENDOR_NAME, place=_("Partner administration")
)
# API clients and their tokens have pages of their own, where each change is a line of history.
admin.site.unregister([Client, library.access_token_model, library.grant_model])
admin.site.unregister([library.refresh_token_model, library.id_token_model])
admin.site.index_title = _("Records")
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class OperatorOnly:
    """Operators see and keep everything here; nobody deletes: history points at it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return roles.operator(reader(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.operator(reader(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.operator(reader(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.operator(reader(request))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnly(OperatorOnly):
    """Changes only through its verbs, on its own page."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecordAdmin(OperatorOnly, admin.ModelAdmin):
    """Saves through the actions of records, so that each save is a line of history."""

    show_full_result_count = False
    actions = None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            records.edit(obj, by=reader(request), fields=form.changed_data)
        else:
            records.create(obj, by=reader(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        name = str(formset.model._meta.verbose_name_plural)
        records.edit_parts(form.instance, name, formset, by=reader(request))

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the portal keeps its own history."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Nothing: the portal keeps its own history."""


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """A record to look at."""

    show_full_result_count = False
    actions = None


class Parts(OperatorOnly, admin.TabularInline):
    """Rows that belong to a record and may go again."""

    extra = 0

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return roles.operator(reader(request))


class Enrolments(Parts):
    model = Enrolment


class Identifiers(Parts):
    model = AccountIdentifier


@admin.register(Company)
class CompanyAdmin(RecordAdmin):
    """“View on site” leads to its people: a new company's first account admin is invited there."""

    list_display = ("name", "kind", "country", "in_cosell", "runs_assessments", "is_active")
    list_filter = ("kind", "is_active", "in_cosell", "runs_assessments")
    search_fields = ("name",)
    formfield_overrides: ClassVar = {
        models.URLField: {"widget": AdminURLFieldWidget, "assume_scheme": "https"}
    }

    def view_on_site(self, company: Company) -> str:
        return f"{reverse('people')}?company={company.pk}"


@admin.register(Location)
class LocationAdmin(RecordAdmin):
    list_display = ("name", "partner_id", "company", "country", "city", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("company",)
    search_fields = ("name", "partner_id", "company__name")
    autocomplete_fields = ("company",)
    inlines: ClassVar = [Enrolments]


@admin.register(Person)
class PersonAdmin(ReadOnlyAdmin):
    """“View on site” leads to the page where roles and access are changed."""

    list_display = ("name", "email", "company", "is_active", "last_login")
    list_filter = ("is_active",)
    list_select_related = ("company",)
    search_fields = ("name", "email", "company__name")
    fields = (
        *("name", "email", "company", "title", "phone", "language", "time_zone"),
        *("is_active", "is_staff", "last_login", "created_at"),
    )


@admin.register(Account)
class AccountAdmin(RecordAdmin):
    list_display = ("name", "kind", "city", "country", "duns", "tpid")
    list_filter = ("kind", "is_federal", "has_macc")
    search_fields = ("search_key__contains",)
    search_help_text = _("Name, city or country")
    autocomplete_fields = ("entered_by", "matched_to")
    readonly_fields = ("unmatched_at",)
    inlines: ClassVar = [Identifiers]
    ordering = ("-pk",)  # by key: a million names are not sorted for a first page

    def get_search_results(
        self, request: HttpRequest, queryset: "QuerySet[Account]", search_term: str
    ) -> tuple[Any, bool]:
        """Words as the search key keeps them: without accents and case."""
        return super().get_search_results(request, queryset, names.key(search_term))


@admin.register(AccountMatch)
class AccountMatchAdmin(ReadOnlyAdmin):
    list_display = ("account", "candidate", "confidence", "state", "asked_at")
    list_filter = ("state",)
    list_select_related = ("account", "candidate")


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("at", "actor_label", "verb", "record_type", "record_id", "before", "after")
    list_filter = ("record_type", "actor_kind")
    search_fields = ("record_id", "actor_label")
    ordering = ("-pk",)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ReadOnlyAdmin):
    """Loaded by `manage.py import_rates`."""

    list_display = ("month", "currency", "in_usd", "source", "loaded_at")
    list_filter = ("currency",)
    date_hierarchy = "month"
