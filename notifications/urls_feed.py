"""The feed of events for programs."""

from django.urls import URLPattern, path

from notifications.api.events import Events

urlpatterns: list[URLPattern] = [path("events", Events.as_view(), name="api_events")]
