"""Solutions are kept by operators; deals, referrals and routing only looked at: they change
by their verbs."""

from django.contrib import admin

from portal.admin import ReadOnlyAdmin, RecordAdmin
from referrals.models import Deal, Referral, RoutingRule, Solution


@admin.register(Solution)
class SolutionAdmin(RecordAdmin):
    list_display = ("code", "name", "company", "status", "is_macc", "is_assessment", "is_active")
    list_filter = ("status", "is_active", "is_assessment", "is_macc")
    list_select_related = ("company",)
    search_fields = ("code", "name", "company__name")
    autocomplete_fields = ("company",)


@admin.register(RoutingRule)
class RoutingRuleAdmin(ReadOnlyAdmin):
    list_display = ("company", "country", "solution", "location")
    list_select_related = ("company", "solution", "location")
    search_fields = ("company__name",)


@admin.register(Deal)
class DealAdmin(ReadOnlyAdmin):
    list_display = ("pk", "customer", "motion", "visible_to_vendor", "created_at")
    list_filter = ("motion", "visible_to_vendor")
    list_select_related = ("customer",)
    # A contact's details are shown on the deal's page only, where each reveal is recorded.
    fields = ("customer", "motion", "visible_to_vendor", "created_at", "updated_at")
    ordering = ("-pk",)


@admin.register(Referral)
class ReferralAdmin(ReadOnlyAdmin):
    list_display = ("pk", "name", "company", "location", "status", "stage", "value", "currency")
    list_filter = ("status",)
    list_select_related = ("company", "location")
    search_fields = ("name", "company__name")
    exclude = ("search_key",)
    ordering = ("-pk",)
