"""`/v1.0/engagements/referrals`: the list, and opening one."""

from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.views import View


class Referrals(View):
    scope = "referrals"

    def get(self, request: Request) -> Response:
        raise NotImplementedError

    def post(self, request: Request) -> Response:
        from referrals.api.create import create

        return create(request)
