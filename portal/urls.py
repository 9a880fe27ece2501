"""Every door for browsers. Apps are named by string: the portal knows none of them."""

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, include, path

from portal import probes


def no_page(request: HttpRequest) -> HttpResponse:
    """An address is who one is here: the library's page would let people take any."""
    raise Http404


account: list[URLPattern | URLResolver] = [
    path("email/", no_page),
    path("", include("allauth.urls")),
]
urlpatterns = [
    path("", include("portal.urls_pages")),
    path("", include("referrals.urls")),
    path("", include("notifications.urls")),
    path("account/", include(account)),
    path("", include("portal.urls_oauth")),
    path("v1.0/", include("portal.urls_api")),
    path("webhooks/v1/", include("notifications.urls_webhooks")),
    path("health/", login_not_required(probes.ready), name="health"),
    path("health/live/", login_not_required(probes.live), name="health_live"),
    path("admin/", admin.site.urls),
]
