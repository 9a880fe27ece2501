"""The directory of customers, searched as people search it when they open a deal."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import schema
from portal.api.errors import Problem
from portal.api.gates import caller, check_works
from portal.api.paging import TOKEN, known, listed, top
from portal.api.views import View
from portal.lookup import MOST, Tab
from portal.models import Account
from portal.search import Found, search

SHORTEST = 3  # characters of the name
LONGEST = 200


class Customers(View):
    scope = "customers"

    @extend_schema(**schema.CUSTOMERS)
    def get(self, request: Request) -> Response:
        check_works(caller(request))
        asked = known(request, "search", "location", "kind", "wide")
        result = search(
            _words(asked["search"]),
            asked["location"][:LONGEST].strip(),
            person=caller(request),
            kind=_one_of(Tab.values, asked["kind"] or Tab.MANAGED, "kind"),
            cursor=_start(request),
            limit=top(request),
            wide=_one_of(["true", "false"], asked["wide"] or "false", "wide") == "true",
        )
        counts = {found.tab.value: found.count for found in result.tabs}
        rows = [_row(found) for found in result.rows]
        return listed(request, rows, result.next, counts=counts, tolerant=result.tolerant)


def _words(text: str) -> str:
    if len(text.strip()) < SHORTEST:
        raise Problem(f"Send at least {SHORTEST} characters of the name.", target="search")
    if len(text) > LONGEST:
        raise Problem(f"Send at most {LONGEST} characters.", target="search")
    return text.strip()


def _one_of(values: list[str], said: str, target: str) -> str:
    if said not in values:
        raise Problem(f"Choose one of: {', '.join(values)}.", target=target)
    return said


def _start(request: Request) -> str:
    said = request.query_params.get(TOKEN, "")
    if said and not (said.isascii() and said.isdecimal() and len(said) < 6 and int(said) <= MOST):
        raise Problem("This is no token of this list.", target=TOKEN)
    return said


def _row(found: Found) -> dict[str, Any]:
    return account(found.account) | {"linked": [account(one) for one in found.siblings]}


def account(row: Account) -> dict[str, Any]:
    """A customer as the search's page shows it. `managed` is null while nobody knows."""
    return {
        "id": row.pk,
        "name": row.name,
        "addressLine1": row.address_line1,
        "addressLine2": row.address_line2,
        "city": row.city,
        "state": row.state,
        "postalCode": row.postal_code,
        "country": str(row.country),
        "duns": row.duns,
        "isFederal": row.is_federal,
        "hasMacc": row.has_macc,
    }
