"""Registrations: the list, one of them, and its verbs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.errors import Problem
from portal.api.fields import Shape, read
from portal.api.gates import caller
from portal.api.paging import known, page
from portal.api.records import RecordView, expected
from portal.api.views import View
from portal.keyset import Order
from portal.models import Person
from portal.pages import get_visible
from portal.workflow import lock
from referrals.actions import exception as exceptions
from referrals.actions import registration as actions
from referrals.api import reading_registrations as reading
from referrals.api import registration_story as story
from referrals.api import schema_registrations as schema
from referrals.lifecycle.registration import Status
from referrals.models import Registration

LISTED = ("company", "referral", "deal__customer", "solution", "exception")


@dataclass(frozen=True)
class Verb:
    """As of a referral: see referrals/api/verbs.py."""

    action: Callable[..., Any]
    shape: Callable[[Registration | None], Shape] = reading.nothing
    turn: Callable[[Registration, reading.Given], dict[str, Any]] = reading.as_given
    versioned: bool = True

    def run(self, found: Registration, body: Any, *, by: Person, version: int | None) -> Any:
        given = self.turn(found, read(body, self.shape(found)))
        if self.versioned:
            given["version"] = version
        elif version is not None:
            lock(found, version)
        return self.action(found, by=by, **given)


VERBS = {
    "edit": Verb(actions.edit, reading.said, reading.saying),
    "submit": Verb(actions.submit, reading.said, reading.saying),
    "forgo": Verb(actions.forgo),
    "approve": Verb(actions.approve, reading.approve),
    "ask_more": Verb(actions.ask_more, reading.ask_more, reading.asking_more),
    "fail": Verb(actions.fail, reading.fail, reading.failing),
    "pull_back": Verb(actions.pull_back, reading.noted),
    "ask_exception": Verb(
        exceptions.ask_exception, reading.ask_exception, reading.asking_exception
    ),
    "detach": Verb(actions.detach, reading.detach, reading.detaching, versioned=False),
}


def seen(person: Person, pk: UUID) -> Registration:
    """The registration, if this person may see it; 404 otherwise. One set of legs for all."""
    rows = Registration.objects.visible_to(person).with_details()
    found: Registration = get_visible(rows, pk)
    found.referral.deal = found.deal
    return found


class Registrations(View):
    """What the caller may see of them, the newest first."""

    scope = "referrals"

    @extend_schema(**schema.LIST)
    def get(self, request: Request) -> Response:
        status = known(request, "status")["status"]
        if status and status not in Status.values:
            message = f"Choose one of: {', '.join(Status.values)}."
            raise Problem(message, target="status")
        rows = Registration.objects.visible_to(caller(request)).select_related(*LISTED)
        rows = rows.filter(status=status) if status else rows
        return page(request, rows, Order("created_at", down=True), story.row)


class OneRegistration(RecordView):
    scope = "referrals"

    @extend_schema(**schema.ONE)
    def get(self, request: Request, pk: UUID) -> Response:
        found = seen(caller(request), pk)
        return self.answer(found, story.whole(found, caller(request)))


class RegistrationVerb(RecordView):
    """One verb, which its subclass names."""

    scope = "referrals"
    name = ""

    def post(self, request: Request, pk: UUID) -> Response:
        found = seen(caller(request), pk)
        self.seen, version = found, expected(request, found)
        VERBS[self.name].run(found, request.data, by=caller(request), version=version)
        found = seen(caller(request), pk)
        return self.answer(found, story.compact(found, caller(request)))


def view_of(name: str) -> type[RegistrationVerb]:
    """The address of one verb, described apart from the others."""
    view = type(f"Registration_{name}", (RegistrationVerb,), {"name": name, "__doc__": None})
    described = schema.verb(name, VERBS[name].shape(None))
    found: type[RegistrationVerb] = extend_schema_view(post=extend_schema(**described))(view)
    return found
