"""Addresses of the API that only tests have: writing through a real action, and failing."""

from django.http import Http404
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.errors import Problem
from portal.api.views import View
from portal.urls import urlpatterns as real
from referrals.actions import deal
from referrals.models import Draft


class Drafts(View):
    """Saves a draft of a deal for each POST, and refuses one that has no step."""

    scope = "referrals"

    def get(self, request: Request) -> Response:
        return Response({"count": Draft.objects.count()})

    def post(self, request: Request) -> Response:
        made = deal.save_draft(Draft(), by=request.user, step="customer", data={})
        if "step" not in request.data:
            raise Problem("Name the step.", target="step")
        return Response({"id": str(made.pk)}, headers={"ETag": '"1"', "X-Other": "x"})

    def patch(self, request: Request) -> Response:
        deal.save_draft(Draft(), by=request.user, step="customer", data={})
        return Response(None, status=204)

    def put(self, request: Request) -> Response:
        raise Http404

    def delete(self, request: Request) -> Response:
        raise RuntimeError("broken")


urlpatterns = [path("probe", Drafts.as_view(), name="probe"), path("", include(real))]
