"""Every door for browsers. Apps are named by string: the portal knows none of them."""

from django.contrib import admin
from django.urls import include, path
from django.views.i18n import set_language

from portal import probes

urlpatterns = [
    path("", include("referrals.urls")),
    path("", include("notifications.urls")),
    path("account/", include("allauth.urls")),
    path("health/", probes.ready, name="health"),
    path("health/live/", probes.live, name="health_live"),
    path("language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]
