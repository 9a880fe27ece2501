"""Every refusal of the API in one shape (facts 1.9; decisions, API 3).

`{"error": {"code", "message", "target", "innerError": {"code", "message"}}}`: programs read the
deepest code that they know, people read the message.
"""

from math import ceil
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from portal.workflow import NotAllowed, Refused, Stale, Text

log = structlog.get_logger(__name__)
TOO_MANY = 429
NOTHING = "There is no such record, or it is not yours to see."
UNCLEAR = "The request can't be understood."
CODES = {
    400: "invalidRequest",
    401: "unauthenticated",
    403: "accessDenied",
    404: "itemNotFound",
    412: "preconditionFailed",
    429: "serviceNotAvailable",
    500: "generalException",
    503: "serviceNotAvailable",
}


class Problem(Exception):  # noqa: N818 — said to the caller, not raised for the code
    """A request that can't be understood or met. `target` names the field or parameter."""

    def __init__(
        self,
        message: Text,
        *,
        target: str = "",
        status: int = 400,
        code: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.headers = headers or {}
        self.message, self.target, self.status, self.code = message, target, status, code


def body(status: int, message: Text, *, target: str = "", inner: str = "") -> dict[str, Any]:
    """The error's body. `inner` is the more exact code."""
    error: dict[str, Any] = {"code": CODES.get(status, "invalidRequest"), "message": str(message)}
    if target:
        error["target"] = target
    if inner:
        error["innerError"] = {"code": inner, "message": str(message)}
    return {"error": error}


def answer(problem: Exception, context: dict[str, Any]) -> Response:
    """The one exception handler. What nobody foresaw is 500, logged, and tells nothing."""
    set_rollback()
    status, said, headers = _read(problem)
    response = Response(said, status=status, headers=headers)
    if status >= 500:
        log.exception("api failed", exc_info=problem)
    return response


def _read(problem: Exception) -> tuple[int, dict[str, Any], dict[str, str]]:
    if isinstance(problem, Problem):
        said = body(problem.status, problem.message, target=problem.target, inner=problem.code)
        return problem.status, said, problem.headers
    if isinstance(problem, Refused):
        status = {NotAllowed: 403, Stale: 412}.get(type(problem), 409)
        return status, body(status, problem.args[0], inner=problem.code), {}
    if isinstance(problem, Http404):
        return 404, body(404, NOTHING), {}
    if isinstance(problem, PermissionDenied):
        return 403, body(403, "This is not allowed to you."), {}
    if isinstance(problem, SuspiciousOperation):
        return 400, body(400, UNCLEAR), {}
    if isinstance(problem, exceptions.APIException):
        return _of_framework(problem)
    return 500, body(500, "Something went wrong on our side. Try again."), {}


def _of_framework(problem: exceptions.APIException) -> tuple[int, dict[str, Any], dict[str, str]]:
    headers = {}
    if challenge := getattr(problem, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if (wait := getattr(problem, "wait", None)) is not None:
        headers["Retry-After"] = str(ceil(wait))
    status = problem.status_code
    detail = problem.detail
    message = detail if isinstance(detail, str) else UNCLEAR
    said = body(status, message, inner=str(getattr(detail, "code", "") or ""))
    if status == TOO_MANY:  # the documented body and ours in one
        said |= {"statusCode": status, "message": message}
    return status, said, headers
