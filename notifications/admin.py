"""Messages for operators: to look at, and to send once more where sending failed."""

from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notifications.actions import message as verbs
from notifications.models import Message
from portal import roles
from portal.models import Person
from portal.workflow import Refused


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin):
    """Read-only. Words of a mail are not shown: a link in them may be a secret."""

    list_display = ("created_at", "kind", "address", "state", "attempts", "last_error", "due_at")
    list_filter = ("state", "kind")
    search_fields = ("address",)
    date_hierarchy = None
    ordering = ("-id",)
    show_full_result_count = False
    exclude = ("body", "html", "context", "key", "sender")
    actions = ("try_again",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        person = request.user
        return isinstance(person, Person) and (person.is_superuser or roles.operator(person))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @admin.action(description=_("Try again"), permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: "QuerySet[Message]") -> None:
        ids = queryset.values_list("pk", flat=True)
        try:
            count = verbs.try_again(ids, by=cast("Person", request.user))
        except Refused as refused:
            messages.error(request, str(refused))
            return
        words = ngettext(
            "%(count)s message waits to be sent again.",
            "%(count)s messages wait to be sent again.",
            count,
        )
        messages.success(request, words % {"count": count})
