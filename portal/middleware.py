"""Each page for somebody who signed in, in the reader's language and time zone."""

import zoneinfo
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import is_valid_path
from django.utils import timezone, translation

from portal import uploads


class GuardMiddleware:
    """No body beyond the limit, files included; no page kept by a cache or read by another site.

    Django measures forms only: the files of a multipart body would be written to disk whatever
    their size, before anybody is asked to sign in. A page that `accepts_documents` has a larger
    limit for those who did.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = request.META.get("CONTENT_LENGTH") or "0"
        fits = size.isdecimal() and len(size) < 16 and int(size) <= uploads.most_bytes()
        response = self.get_response(request) if fits else HttpResponse(status=413)
        if fits and int(size):
            uploads.tidy(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    def process_view(self, request: HttpRequest, view: Any, *_given: Any) -> HttpResponse | None:
        """Now it is known which page is asked for and by whom, and nothing was read yet: the
        check of forged forms, which reads, comes after this one.
        """
        size = int(request.META.get("CONTENT_LENGTH") or 0)
        if size <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return None
        is_form = request.content_type == "multipart/form-data"
        return None if is_form and uploads.lets_in(view, request) else HttpResponse(status=413)


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


class ButtonMiddleware:
    """The address of a button, opened as a page: a way on instead of a blank page.

    It happens to who signs in again after pressing one, and to who reloads what it answered.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        part = request.headers.get("HX-Request") == "true"
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.method != "GET" or part:
            return response
        page = render(request, "405.html", {"above": above(request.path)}, status=405)
        page["Allow"] = response["Allow"]
        return page


def above(path: str) -> str:
    """The nearest page on the way up from an address, like the deal of a deal's step."""
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if is_valid_path(path):
            return path
    return path


def zone(person: object) -> zoneinfo.ZoneInfo:
    """The person's time zone; UTC when unknown to this machine."""
    try:
        return zoneinfo.ZoneInfo(getattr(person, "time_zone", "UTC"))
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")
