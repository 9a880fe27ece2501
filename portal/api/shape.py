"""What is refused before a door for programs is reached, in the words of those doors.

A body beyond the limit, a host that is not ours, a method that an address does not have: the
middleware answers these to people, with a page. A program is told the same as JSON.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse

from portal.api import oauth
from portal.api.body import Renderer, dumps
from portal.api.errors import NOTHING, UNCLEAR, body
from portal.api.views import echo

OAUTH, PAGE = "/oauth/", "/oauth/authorize"  # the one address there that is a page
PROGRAMS = ("/v1.0/", "/webhooks/v1/", OAUTH)
SENTENCES = {
    HTTPStatus.BAD_REQUEST: UNCLEAR,
    HTTPStatus.NOT_FOUND: NOTHING,
    HTTPStatus.METHOD_NOT_ALLOWED: "This address does not have this method.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is too large.",
}
CODES = {HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed"}


class ShapeMiddleware:
    """Stands outside of everything that answers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code >= 400 and _is_for_people(response) and _asks_program(request):
            response.content = dumps(_said(request, HTTPStatus(response.status_code)))
            response["Content-Type"] = Renderer.media_type
            response["Content-Length"] = str(len(response.content))
            echo(request, response)
        return response


def _asks_program(request: HttpRequest) -> bool:
    return request.path.startswith(PROGRAMS) and not request.path.startswith(PAGE)


def _is_for_people(response: HttpResponse) -> bool:
    return response.get("Content-Type", "").startswith("text/html")


def _said(request: HttpRequest, status: HTTPStatus) -> dict[str, Any]:
    sentence = SENTENCES.get(status, status.phrase)
    if request.path.startswith(OAUTH):
        return oauth.said("invalid_request", sentence)
    return body(status, sentence, inner=CODES.get(status, ""))
