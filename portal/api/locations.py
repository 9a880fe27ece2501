"""The places of the caller's company, and at which of them it may open deals."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api import schema
from portal.api.gates import caller, check_works
from portal.api.paging import known, page
from portal.api.views import View
from portal.keyset import Order
from portal.models import Location
from portal.roles import open_locations


class Locations(View):
    scope = "settings"

    @extend_schema(**schema.LOCATIONS)
    def get(self, request: Request) -> Response:
        check_works(caller(request))
        known(request)
        rows = Location.objects.filter(company=caller(request).company_id, is_active=True)
        open_at = set(rows.filter(open_locations(caller(request))).values_list("pk", flat=True))
        return page(request, rows, Order("name"), lambda row: _row(row, row.pk in open_at))


def _row(row: Location, may_open: bool) -> dict[str, object]:
    return {
        "id": row.pk,
        "partnerId": row.partner_id,
        "name": row.name,
        "city": row.city,
        "country": str(row.country),
        "mayOpenDeals": may_open,
    }
