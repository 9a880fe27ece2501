"""Lists of the API: a page by the place of its neighbour, and the address of the next one."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.errors import Problem
from portal.keyset import Order, cursor_of, ordered, place_of

TOP, TOKEN = "$top", "$skiptoken"
NEXT = "@odata.nextLink"


def known(request: Request, *names: str) -> dict[str, str]:
    """The parameters of the address. Raises Problem for one that is not among `names`."""
    for name, values in request.query_params.lists():
        if name not in (*names, TOP, TOKEN):
            raise Problem("There is no such parameter here.", target=name, code="unknown")
        if len(values) > 1 or "\0" in values[0]:
            raise Problem("This parameter can't be understood.", target=name)
    return {name: request.query_params.get(name, "") for name in names}


def top(request: Request) -> int:
    """How many rows are asked for: API_PAGE, or `$top` up to API_PAGE_MOST."""
    said = request.query_params.get(TOP, str(settings.API_PAGE))
    most = settings.API_PAGE_MOST
    if not (said.isascii() and said.isdecimal() and len(said) < 9 and 1 <= int(said) <= most):
        raise Problem(f"Send a number from 1 to {most}.", target=TOP)
    return int(said)


def page(
    request: Request, rows: "QuerySet[Any]", order: Order, write: Callable[[Any], Any]
) -> Response:
    """One page of `rows`, each as `write` says it. One query."""
    size, token = top(request), request.query_params.get(TOKEN, "")
    place = place_of(rows, order, token)
    if token and place is None:
        raise Problem("This is no token of this list.", target=TOKEN)
    taken = list(ordered(rows, order, place, back=False)[: size + 1])
    shown = taken[:size]
    following = cursor_of(order, shown[-1]) if len(taken) > size else ""
    return listed(request, [write(row) for row in shown], following)


def listed(request: Request, rows: list[Any], token: str, **more: Any) -> Response:
    """Rows, and the absolute address of the next page, where there is one."""
    found: dict[str, Any] = {"value": rows, **more}
    if token:
        query = request.query_params.dict() | {TOKEN: token}
        found[NEXT] = f"{settings.BASE_URL}{request.path}?{urlencode(query)}"
    return Response(found)
