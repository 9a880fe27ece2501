"""`/v1.0/openapi.json`: the description, for whoever signed in or has a token."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.authentication import Bearer
from portal.api.scopes import IsKnown
from portal.api.views import View
from portal.reference import description


class OpenAPI(View):
    """It holds nobody's data, but tells strangers nothing either."""

    authentication_classes = (Bearer, SessionAuthentication)
    permission_classes = (IsKnown,)
    described = False

    def get(self, request: Request) -> Response:
        return Response(description())
