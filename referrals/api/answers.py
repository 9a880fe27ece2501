"""What a write on the wire is answered with: the referral afterwards, or nothing."""

from typing import Any
from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from portal import clock
from portal.models import Person
from referrals.api import rows, wire
from referrals.models import Referral

PREFERRED = "return=representation"


def told(pk: UUID, by: Person) -> dict[str, Any]:
    """The referral as this person may know it. The vendor's or a partner's part, which their
    own request has just made, is told once, like this."""
    found = rows.read(Referral.objects.filter(pk=pk), by, clock.now())
    return next(wire.referral(row, by) for row in found)


def made(referral: Referral, by: Person) -> Response:
    """200 (D23). `Location` only where the caller can go on reading it."""
    body = told(referral.pk, by)
    headers = {"ETag": body["eTag"]}
    if referral.company_id == by.company_id:
        headers["Location"] = wire.address(referral.pk)
    return Response(wire.entity(body), headers=headers)


def changed(request: Request, pk: UUID, by: Person) -> Response:
    """204 with nothing, or as `Prefer` asks, 200 with all of it."""
    preferred = request.headers.get("Prefer", "").replace(" ", "").lower()
    shown = rows.visible(by).filter(pk=pk).exists()  # who leaves the team can't read it any more
    if shown and PREFERRED in preferred.split(","):
        response = replaced(pk, by)
        response["Preference-Applied"] = PREFERRED
        return response
    versions = Referral.objects.values_list("version", "registration__version").get(pk=pk)
    return Response(status=204, headers={"ETag": wire.etag(pk, *versions)})


def replaced(pk: UUID, by: Person) -> Response:
    body = told(pk, by)
    return Response(wire.entity(body), headers={"ETag": body["eTag"]})
