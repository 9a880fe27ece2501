"""The doors for programs, version 1.0. Apps are named by string, as in portal/urls.py."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from portal.api.nothing import Nothing
from portal.api.openapi import OpenAPI
from portal.views.reference import reference

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("portal.api.urls")),
    path("", include("referrals.urls_api")),
    path("", include("notifications.urls_feed")),
    path("", include("notifications.urls_deliveries")),
    path("openapi.json", OpenAPI.as_view(), name="api_description"),
    path("docs", reference, name="api_reference"),
    re_path(r"^.*$", Nothing.as_view(), name="api_nothing"),
]
