"""To be written."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def register(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404


def submit(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404


def forgo(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404


def detach(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404
