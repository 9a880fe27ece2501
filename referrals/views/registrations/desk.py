"""To be written."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def registrations(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404
