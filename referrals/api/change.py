"""Changing a referral on the wire: PATCH by paths, PUT as a whole. Both become the same verbs."""

from typing import cast
from uuid import UUID

import orjson
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.body import dumps
from portal.api.errors import Problem
from portal.models import Person
from portal.workflow import Stale
from referrals.api import answers, patching, rows, wire
from referrals.api.applying import apply
from referrals.api.patching import Changes
from referrals.api.replacing import differences
from referrals.models import Referral, Registration

CHANGED = _("Somebody changed this in the meantime. Look at it again, then repeat.")


def patch(request: Request, pk: str) -> Response:
    """All operations of a document, or none. 204, or 200 with `Prefer: return=representation`."""
    by = cast(Person, request.user)
    document = request.data
    leg = _locked(request, pk, by)
    apply(leg, patching.read(document, _changes(leg, by)), by=by)
    return answers.changed(request, leg.pk, by)


def replace(request: Request, pk: str) -> Response:
    """What differs is changed, where the public contract lets it be. `If-Match` is required."""
    by = cast(Person, request.user)
    body = request.data
    if "If-Match" not in request.headers:
        raise Problem("Send the eTag that you read as If-Match.", target="If-Match", status=412)
    leg = _locked(request, pk, by)
    changes = _changes(leg, by)
    for path, value in differences(body, orjson.loads(dumps(answers.told(leg.pk, by)))):
        patching.into(changes, path, value)
    apply(leg, changes, by=by)
    return answers.replaced(leg.pk, by)


def _changes(leg: Referral, by: Person) -> Changes:
    return Changes(by, region=str(leg.deal.customer.country))


def _locked(request: Request, pk: str, by: Person) -> Referral:
    """The referral as nobody else can change it now, at the version that was asked for."""
    try:
        found = rows.visible(by).filter(pk=UUID(pk))
    except ValueError:
        raise Http404 from None
    locked = found.select_for_update(of=("self",), no_key=True)
    leg = locked.select_related("deal__customer", "company").first()
    if leg is None:
        raise Http404
    registered = Registration.objects.filter(referral=leg).values_list("version", flat=True)
    _check_tag(request, wire.etag(leg.pk, leg.version, registered.first()))
    return leg


def _check_tag(request: Request, now: str) -> None:
    """A proxy that packs an answer may have weakened its tag."""
    asked = request.headers.get("If-Match")
    if asked is None or asked.strip() == "*":
        return
    if now not in {tag.strip().removeprefix("W/") for tag in asked.split(",")}:
        said = f"{CHANGED} {now}"
        raise Problem(said, target="If-Match", status=412, code=Stale.usual, headers={"ETag": now})
