"""To be written."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def approve(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404


def ask_more(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404


def fail(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404


def pull_back(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404
