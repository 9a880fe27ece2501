"""`/v1.0/engagements/referrals/{id}`: one referral, and changing it."""

from typing import cast

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.body import Parser, PatchParser
from portal.api.errors import Problem
from portal.api.views import View
from portal.models import Person
from referrals.api import change, wire
from referrals.api import schema_wire as schema


class Referral(View):
    scope = "referrals"
    parser_classes = (Parser, PatchParser)

    @extend_schema(**schema.ONE)
    def get(self, request: Request, pk: str) -> Response:
        """Answers 304 without a body where the caller has it as it is."""
        for name in request.query_params:
            raise Problem("There is no such parameter here.", target=name[:100])
        row, person = wire.find(pk, cast(Person, request.user)), cast(Person, request.user)
        tag = wire.etag(row["id"], row["version"], row["registration__version"])
        if _has(request, tag) and wire.is_settled(row):
            return Response(status=304, headers={"ETag": tag})
        return Response(wire.one(row, person), headers={"ETag": tag})

    @extend_schema(**schema.REPLACE)
    def put(self, request: Request, pk: str) -> Response:
        return change.replace(request, pk)

    @extend_schema(**schema.PATCH)
    def patch(self, request: Request, pk: str) -> Response:
        return change.patch(request, pk)


def _has(request: Request, tag: str) -> bool:
    said = request.headers.get("If-None-Match", "")
    return tag in (one.strip().removeprefix("W/") for one in said.split(","))
