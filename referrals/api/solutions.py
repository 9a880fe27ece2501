"""What the caller's company may put on a deal, or ask a partner to bring."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.errors import Problem
from portal.api.fields import ID
from portal.api.gates import caller, check_works
from portal.api.paging import known, page
from portal.api.views import View
from portal.keyset import Order
from referrals.api import schema_settings as schema
from referrals.models import Solution

LONGEST = 200


class Solutions(View):
    scope = "settings"

    @extend_schema(**schema.SOLUTIONS)
    def get(self, request: Request) -> Response:
        check_works(caller(request))
        asked = known(request, "search", "company", "status")
        rows = Solution.objects.offered_to(caller(request)).select_related("company")
        if asked["company"]:
            company: UUID = ID.read(asked["company"], "company")
            rows = rows.filter(company=company)
        if asked["status"]:
            rows = rows.filter(status=_status(asked["status"]))
        for word in asked["search"][:LONGEST].split():
            rows = rows.filter(name__icontains=word)
        return page(request, rows, Order("name"), _row)


def _status(said: str) -> str:
    if said not in Solution.Status.values:
        message = f"Choose one of: {', '.join(Solution.Status.values)}."
        raise Problem(message, target="status")
    return said


def _row(row: Solution) -> dict[str, Any]:
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "status": row.status,
        "company": {"id": row.company_id, "name": row.company.name},
        "isMacc": row.is_macc,
        "isIncentivised": row.is_incentivised,
        "isAssessment": row.is_assessment,
    }
