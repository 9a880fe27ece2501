"""Requests for an exception: one for a deal, decided once."""

from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.fields import read
from portal.api.gates import caller
from portal.api.records import RecordView, expected
from portal.models import Person
from portal.pages import get_visible
from referrals.actions import exception as actions
from referrals.api import reading_registrations as reading
from referrals.api import registration_story as story
from referrals.api import schema_registrations as schema
from referrals.models import ExceptionRequest

VERBS = {"grant": actions.grant, "refuse": actions.refuse}


def seen(person: Person, pk: UUID) -> ExceptionRequest:
    """The request, if this person may see it; 404 otherwise."""
    rows = ExceptionRequest.objects.visible_to(person).with_details()
    found: ExceptionRequest = get_visible(rows, pk)
    found.registration.referral.deal = found.registration.deal
    return found


class OneException(RecordView):
    scope = "referrals"

    @extend_schema(**schema.EXCEPTION)
    def get(self, request: Request, pk: UUID) -> Response:
        found = seen(caller(request), pk)
        return self.answer(found, story.exception(found, caller(request)))


class ExceptionVerb(RecordView):
    """One verb, which its subclass names."""

    scope = "referrals"
    name = ""

    def post(self, request: Request, pk: UUID) -> Response:
        found = seen(caller(request), pk)
        self.seen, version = found, expected(request, found)
        given = read(request.data, reading.decided(found))
        VERBS[self.name](found, by=caller(request), version=version, **{"note": "", **given})
        found = seen(caller(request), pk)
        return self.answer(found, story.exception(found, caller(request)))


def view_of(name: str) -> type[ExceptionVerb]:
    """The address of one verb, described apart from the others."""
    view = type(f"Exception_{name}", (ExceptionVerb,), {"name": name, "__doc__": None})
    described = schema.decision(name, reading.decided(None))
    found: type[ExceptionVerb] = extend_schema_view(post=extend_schema(**described))(view)
    return found
