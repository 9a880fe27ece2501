"""An address of the API that does not exist: 404 in the API's shape, for whoever is known."""

from typing import Any

from django.http import Http404
from rest_framework.request import Request

from portal.api.scopes import IsKnown
from portal.api.views import View


class Nothing(View):
    permission_classes = (IsKnown,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise Http404
