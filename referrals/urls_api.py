"""Deals, referrals and registrations for programs."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("referrals.api.urls_wire")),
    path("", include("referrals.api.urls")),
]
