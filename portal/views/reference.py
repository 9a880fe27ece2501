"""What the API can do, as a page."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal.reference import groups, refusals


@require_GET
def reference(request: HttpRequest) -> HttpResponse:
    """Every operation, for everybody who signed in: it tells nobody's data."""
    given = {"groups": groups(), "refusals": refusals(), "base": settings.BASE_URL}
    return render(request, "portal/reference.html", given | {"scopes": settings.SCOPES.items()})
