"""`/v1.0/engagements/referrals/{id}`: one referral, and changing it."""

from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.views import View


class Referral(View):
    scope = "referrals"

    def get(self, request: Request, pk: str) -> Response:
        raise NotImplementedError

    def put(self, request: Request, pk: str) -> Response:
        from referrals.api.change import replace

        return replace(request, pk)

    def patch(self, request: Request, pk: str) -> Response:
        from referrals.api.change import patch

        return patch(request, pk)
