"""The certificate by which receivers check that a message is ours."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from notifications.webhooks import signing


@login_not_required
@require_safe
def certificate(request: HttpRequest) -> HttpResponse:
    """PEM, for everybody; its address stands in every message."""
    kept = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    return HttpResponse(signing.certificate(), content_type="application/x-pem-file", headers=kept)
