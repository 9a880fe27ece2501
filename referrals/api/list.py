"""`/v1.0/engagements/referrals`: the list, and opening one."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.api.views import View
from portal.models import Person
from referrals.api import listing
from referrals.api import schema_wire as schema
from referrals.api.create import create
from referrals.api.filter_fields import Asked


class Referrals(View):
    scope = "referrals"

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        asked = Asked(cast(Person, request.user), clock.now())
        return Response(listing.page(listing.read(request.query_params), asked))

    @extend_schema(**schema.CREATE)
    def post(self, request: Request) -> Response:
        return create(request)
