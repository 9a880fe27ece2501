"""The verbs on a referral: read the body, call one action, say where the referral stands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.fields import Shape, read
from portal.api.gates import caller
from portal.api.records import RecordView, expected, is_dry
from portal.models import Person
from portal.pages import get_visible
from portal.workflow import lock
from referrals.actions import deal as deals
from referrals.actions import referral as actions
from referrals.actions import registration as registrations
from referrals.actions import team as teams
from referrals.api import reading_verbs as reading
from referrals.api import referral_story as story
from referrals.api import schema_verbs as schema
from referrals.models import Referral

Turn = Callable[[Referral, reading.Given], dict[str, Any]]


@dataclass(frozen=True)
class Verb:
    """`turn` makes the action's arguments of the body. An action that takes no version is
    given one by the lock before it."""

    action: Callable[..., Any]
    shape: Callable[[Referral | None], Shape] = reading.nothing
    turn: Turn = reading.as_given
    versioned: bool = True

    def run(self, referral: Referral, body: Any, *, by: Person, version: int | None) -> Any:
        given = self.turn(referral, read(body, self.shape(referral)))
        if self.versioned:
            given["version"] = version
        elif version is not None:
            lock(referral, version)
        return self.action(referral, by=by, **given)


VERBS = {
    "accept": Verb(actions.accept, reading.accept, reading.accepting),
    "decline": Verb(actions.decline, reading.decline, reading.reasoned),
    "move_stage": Verb(actions.move_stage, reading.move_stage),
    "win": Verb(actions.win),
    "lose": Verb(actions.lose, reading.decline, reading.reasoned),
    "close_as_error": Verb(actions.close_as_error, reading.close_as_error, reading.reasoned),
    "share": Verb(deals.share),
    "ask_help": Verb(deals.ask_help, reading.ask_help, reading.asking_help),
    "invite": Verb(deals.invite, reading.invite, reading.inviting),
    "add_member": Verb(teams.add_member, reading.add_member, reading.adding),
    "remove_member": Verb(teams.remove_member, reading.remove_member, reading.removing),
    "set_solutions": Verb(deals.set_solutions, reading.set_solutions),
    "reveal_contact": Verb(actions.reveal_contact, versioned=False),
    "comment": Verb(actions.comment, reading.comment, versioned=False),
    "edit": Verb(actions.edit, reading.edit),
    "favour": Verb(actions.favour, versioned=False),
    "unfavour": Verb(actions.unfavour, versioned=False),
    "register": Verb(registrations.register, versioned=False),
}


def seen(person: Person, pk: UUID) -> Referral:
    """The referral, if this person may see it; 404 otherwise."""
    found: Referral = get_visible(Referral.objects.visible_to(person).with_registration(), pk)
    return found


class OneReferral(RecordView):
    """Where a referral stands. Its fields are those of the vendor's contract, at `links.wire`."""

    scope = "referrals"

    @extend_schema(**schema.ONE)
    def get(self, request: Request, pk: UUID) -> Response:
        referral = seen(caller(request), pk)
        return self.answer(referral, story.whole(referral, caller(request)))


class ReferralVerb(RecordView):
    """One verb, which its subclass names."""

    scope = "referrals"
    name = ""

    def post(self, request: Request, pk: UUID) -> Response:
        referral = seen(caller(request), pk)
        self.seen, version = referral, expected(request, referral)
        VERBS[self.name].run(referral, request.data, by=caller(request), version=version)
        try:
            referral = seen(caller(request), pk)
        except Http404:  # who leaves the team sees the deal no more
            return Response(status=204)
        return self.answer(referral, self.told(request, referral))

    def told(self, request: Request, referral: Referral) -> dict[str, Any]:
        return story.compact(referral, caller(request))


class RevealContact(ReferralVerb):
    """Each look is a line of history, and a dry run writes none: so it shows nothing either."""

    def told(self, request: Request, referral: Referral) -> dict[str, Any]:
        contact = None if is_dry(request) else _contact(referral)
        return super().told(request, referral) | {"contact": contact}


def _contact(referral: Referral) -> dict[str, str]:
    deal = referral.deal
    names = ("name", "title", "phone", "email")
    return {name: str(getattr(deal, f"contact_{name}") or "") for name in names}


def view_of(name: str) -> type[ReferralVerb]:
    """The address of one verb, described apart from the others."""
    base = RevealContact if name == "reveal_contact" else ReferralVerb
    view = type(f"Referral_{name}", (base,), {"name": name, "__doc__": None})
    described = schema.verb(name, VERBS[name].shape(None))
    found: type[ReferralVerb] = extend_schema_view(post=extend_schema(**described))(view)
    return found
