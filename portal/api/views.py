"""What every address of the API shares: who calls, once only, correlation, dry runs."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import orjson
from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from portal import usage
from portal.api import idempotency, limits
from portal.api.errors import Problem

# Both families of names are read and echoed (decisions, API 2; D7).
ECHOED = ("MS-CorrelationId", "MS-RequestId", "client-request-id")
VALIDATE = "validateOnly"
Handler = Callable[..., Response]


class View(APIView):
    """One address. `scope` names its resource, of which reading or writing is asked for."""

    scope: str = ""
    described = True  # in the API's description
    window: limits.Window | None = None  # of the client's minute, once it is known who calls

    def perform_authentication(self, request: Request) -> None:
        """Who calls, in which language sentences reach them, and whether not too often: what is
        refused counts too (facts 1.9)."""
        super().perform_authentication(request)
        if request.auth is not None:
            translation.activate(request.user.language)  # the middleware puts it back
            self.window = limits.of_client(request.auth.application)
            if self.window.is_over:
                raise limits.OverLimit(self.window.ends_in)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """As the framework's, but a write is one transaction that happens once."""
        self.args, self.kwargs = args, kwargs
        self.request = self.initialize_request(request, *args, **kwargs)
        self.headers = self.default_response_headers
        try:
            self.initial(self.request, *args, **kwargs)
            response = self._run(self.request, self._handler(), *args, **kwargs)
        except Exception as problem:
            response = self.handle_exception(problem)
        self.response = self.finalize_response(self.request, response, *args, **kwargs)
        return self.response

    def _handler(self) -> Handler:
        method = (self.request.method or "").lower()
        known = method in self.http_method_names
        found = getattr(self, method, None) if known else None
        return found or self.http_method_not_allowed

    def _run(self, request: Request, handler: Handler, *args: Any, **kwargs: Any) -> Response:
        if request.method in SAFE_METHODS:
            return handler(request, *args, **kwargs)
        dry = _dry(request)
        with transaction.atomic():
            key = "" if dry else idempotency.key_of(request)
            row = idempotency.begin(request, key) if key else None
            if row and row.status:
                return _replayed(row)
            response = handler(request, *args, **kwargs)
            if row:
                idempotency.keep(row, response)
            transaction.set_rollback(dry)
        return response

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        if self.window:
            for name, said in self.window.headers().items():
                response[name] = said
            usage.count(request.auth.application.pk, response.status_code)
        echo(request, response)
        return response


def echo(request: Request | HttpRequest, response: HttpResponseBase) -> None:
    """By which names the caller finds this answer in its own log."""
    for name in ECHOED:
        if said := request.headers.get(name, "")[:200]:
            response[name] = said.replace("\n", " ").replace("\r", " ")
    response["Request-ID"] = request.headers.get("client-request-id", "")[:200] or str(uuid4())


def _dry(request: Request) -> bool:
    """`?validateOnly=true`: answer what would happen, and change nothing."""
    asked = request.query_params.get(VALIDATE, "false").lower()
    if asked not in ("true", "false"):
        raise Problem("Say true or false.", target=VALIDATE)
    return asked == "true"


def _replayed(row: Any) -> Response:
    data = orjson.loads(row.body) if row.body else None
    headers = row.headers | {"Idempotency-Replayed": "true"}
    return Response(data, status=row.status, headers=headers)
