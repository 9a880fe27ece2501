"""Each page for somebody who signed in, in the reader's language and time zone."""

import zoneinfo
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page asks to sign in, unless its view is marked `login_not_required`."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        """A part of a page that htmx asks for sends the whole browser to the sign-in."""
        if request.headers.get("HX-Request") == "true":
            url = resolve_url(self.get_login_url(view_func))
            return HttpResponse(status=401, headers={"HX-Redirect": url})
        return super().handle_no_permission(request, view_func)


class ReaderMiddleware:
    """Language: the person's, else the cookie's, else the browser's. Zone: the person's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user if request.user.is_authenticated else None
        language = person.language if person else translation.get_language_from_request(request)
        request.LANGUAGE_CODE = language
        with translation.override(language), timezone.override(zone(person)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response


def zone(person: object) -> zoneinfo.ZoneInfo:
    """The person's time zone; UTC when unknown to this machine."""
    try:
        return zoneinfo.ZoneInfo(getattr(person, "time_zone", "UTC"))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
