"""To be written."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def ask_exception(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404


def exception(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404


def grant(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404


def refuse(request: HttpRequest, **_: Any) -> HttpResponse:
    raise Http404
