"""Colleagues who can be put on a deal's team: of the own company, and never a program."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import schema
from portal.api.gates import WORK, caller, check_works
from portal.api.paging import known, page
from portal.api.views import View
from portal.keyset import Order
from portal.models import Membership, Person

LONGEST = 200


class People(View):
    scope = "settings"

    @extend_schema(**schema.PEOPLE)
    def get(self, request: Request) -> Response:
        check_works(caller(request))
        asked = known(request, "search")
        rows = Person.objects.filter(
            company=caller(request).company_id,
            is_active=True,
            is_program=False,
            pk__in=Membership.objects.filter(role__in=WORK).values("person"),
        )
        return page(request, rows.search(asked["search"][:LONGEST]), Order("name"), _row)


def _row(row: Person) -> dict[str, object]:
    return {
        "id": row.pk,
        "name": row.name,
        "email": row.email,
        "phone": str(row.phone or ""),
        "title": row.title,
    }
