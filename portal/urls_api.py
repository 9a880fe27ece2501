"""The doors for programs, version 1.0. Apps are named by string, as in portal/urls.py."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from portal.api.nothing import Nothing

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("referrals.urls_api")),
    path("", include("notifications.urls_feed")),
    re_path(r"^.*$", Nothing.as_view(), name="api_nothing"),
]
