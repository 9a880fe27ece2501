"""The verbs on a referral, as programs call them."""

from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as outbox
from django.utils import translation

from notifications.models import Message
from portal.models import Event, Role
from referrals.actions import deal, referral
from referrals.models import Comment, Favourite, Referral
from tests.calling import Caller, caller, program_of, token_of
from tests.conftest import CONTACT, accept, make_person
from tests.referrals.api.doors import of_referral
from tests.referrals.registering import won

pytestmark = pytest.mark.django_db


def url(leg: Referral, verb: str = "") -> str:
    return f"/v1.0/referrals/{leg.pk}{'/' if verb else ''}{verb}"


def fresh(leg: Referral) -> Referral:
    return Referral.objects.get(pk=leg.pk)


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        ("move_stage", "accepted"),
        ("win", "won"),
        ("lose", "lost"),
        ("close_as_error", "error"),
        ("share", "accepted"),
        ("ask_help", "accepted"),
        ("invite", "accepted"),
        ("add_member", "accepted"),
        ("set_solutions", "accepted"),
        ("comment", "accepted"),
        ("edit", "accepted"),
    ],
)
def test_each_verb_takes_its_step(verb, status, own_deal, ana, sam, fabrikam) -> None:
    body = of_referral(own_deal, fabrikam)[verb]
    answer = caller(ana).post(url(own_deal, verb), body)
    assert answer.status_code == 200, answer.content
    leg = fresh(own_deal)
    assert (leg.status, answer.json()["status"]) == (status, status)
    line = Event.objects.get(record_id=leg.pk, verb=verb)
    assert (line.actor_label, line.person_id) == ("Ana Souza (CRM connector)", ana.pk)
    assert line.client_id is not None
    assert answer["ETag"] == answer.json()["eTag"] == f'"{leg.pk.hex[:8]}-{leg.version}"'


def test_accept_keeps_what_is_not_sent(vendor_leg, sam) -> None:
    body = {
        "value": "70000.50",
        "team": [{"name": "Eva", "phone": "+351210000009", "email": "e@x.pt"}],
    }
    answer = caller(sam).post(url(vendor_leg, "accept"), body)
    assert answer.status_code == 200, answer.content
    leg = fresh(vendor_leg)
    assert (leg.status, leg.name, str(leg.value)) == ("accepted", vendor_leg.name, "70000.50")
    assert set(leg.team.values_list("email", flat=True)) >= {sam.email, "e@x.pt"}


def test_decline_gives_the_reason(vendor_leg, sam) -> None:
    answer = caller(sam).post(url(vendor_leg, "decline"), {"reason": "no_seller"})
    assert answer.json()["status"] == "declined"
    assert fresh(vendor_leg).reason == "no_seller"


def test_a_reason_of_the_vendor_is_none_of_a_partner(invited_leg, carla) -> None:
    answer = caller(carla).post(url(invited_leg, "decline"), {"reason": "no_seller"})
    assert (answer.status_code, answer.json()["error"]["target"]) == (400, "reason")


def test_a_program_acts_in_its_role(own_deal, ana) -> None:
    call = Caller(token_of(program_of(ana)))
    assert call.post(url(own_deal, "move_stage"), {"stage": 60}).status_code == 200
    line = Event.objects.get(record_id=own_deal.pk, verb="move_stage")
    assert (line.actor_kind, line.actor_label) == ("program", "CRM connector")
    weak = Caller(token_of(program_of(ana, role=Role.ACCOUNT_ADMIN)))
    assert weak.post(url(own_deal, "win")).status_code == 404


@pytest.mark.rule("API-083")
@pytest.mark.parametrize(
    ("verb", "body", "target"),
    [
        ("win", {"really": True}, "really"),
        ("win", [], ""),
        ("move_stage", {}, "stage"),
        ("move_stage", {"stage": 41}, "stage"),
        ("move_stage", {"stage": True}, "stage"),
        ("lose", {"reason": "because"}, "reason"),
        ("lose", {"reason": ["budget"]}, "reason"),
        ("edit", {"value": "a lot"}, "value"),
        ("edit", {"value": 1.005}, "value"),
        ("edit", {"value": "NaN"}, "value"),
        ("edit", {"value": 1e300}, "value"),
        ("edit", {"closeOn": "2027-02-30"}, "closeOn"),
        ("edit", {"closeOn": 20270230}, "closeOn"),
        ("edit", {"name": "  "}, "name"),
        ("edit", {"name": "x" * 201}, "name"),
        ("edit", {"name": None}, "name"),
        ("edit", {"currency": "XXX"}, "currency"),
        ("edit", {"status": "won"}, "status"),
        ("add_member", {"name": "E", "phone": "12", "email": "e@x.pt"}, "phone"),
        ("add_member", {"name": "E", "phone": "+351210000009", "email": "e"}, "email"),
        ("add_member", {"name": "E", "phone": "+351210000009"}, "email"),
        ("set_solutions", {"solutions": ["x"]}, "solutions/0"),
        ("set_solutions", {"solutions": {}}, "solutions"),
        ("comment", {"text": ""}, "text"),
        ("comment", {"text": "Words", "internal": "yes"}, "internal"),
        ("comment", {"text": "Words", "id": 7}, "id"),
        ("ask_help", {"help": "proof", "ask": "x", "contact": {"name": "N"}}, "contact/phone"),
        ("ask_help", {"help": "", "ask": "x"}, "help"),
    ],
)
def test_what_is_wrong_is_named(verb, body, target, own_deal, ana) -> None:
    before = Event.objects.count()
    answer = caller(ana).post(url(own_deal, verb), body)
    assert answer.status_code == 400, answer.content
    assert answer.json()["error"].get("target", "") == target
    assert Event.objects.count() == before


def test_an_invitation_names_what_others_can_bring(own_deal, ana, fabrikam, contoso) -> None:
    body = of_referral(own_deal, fabrikam)["invite"]
    wrong = {
        "company": str(contoso.pk),
        "solutions": [str(contoso.solutions.first().pk)],
        "team": ["nobody@x.pt"],
    }
    for name, value in wrong.items():
        answer = caller(ana).post(url(own_deal, "invite"), body | {name: value})
        assert answer.status_code == 400
        assert answer.json()["error"]["target"].split("/")[0] == name
    own = own_deal.team.get()
    assert (
        caller(ana).post(url(own_deal, "invite"), body | {"team": [own.email]}).status_code == 200
    )
    leg = own_deal.deal.legs.get(company=fabrikam)
    assert (leg.value, leg.team.get().email) == (5000, own.email)


def test_help_is_asked_with_a_contact_that_agreed(own_deal, ana, sam, fabrikam) -> None:
    body = of_referral(own_deal, fabrikam)["ask_help"]
    without = {name: value for name, value in body.items() if name != "contact"}
    bare = caller(ana).post(url(own_deal, "ask_help"), without)
    assert bare.json()["error"]["innerError"]["code"] == "contact_known"
    forced = caller(ana).post(
        url(own_deal, "ask_help"), body | {"contact": body["contact"] | {"agreed": False}}
    )
    assert forced.json()["error"]["target"] == "contact/agreed"
    asked = caller(ana).post(url(own_deal, "ask_help"), body)
    assert asked.status_code == 200
    assert fresh(own_deal).deal.has_contact


@pytest.mark.rule("API-084")
def test_a_stale_write_is_told_the_etag(own_deal, ana, sam, fabrikam) -> None:
    call = caller(ana)
    read = call.get(url(own_deal))["ETag"]
    referral.move_stage(own_deal, by=ana, stage=20)
    for verb, body in of_referral(own_deal, fabrikam).items():
        answer = call.post(url(own_deal, verb), body, If_Match=read)
        if verb in ("accept", "decline", "reveal_contact", "remove_member"):
            continue  # not from here, or nobody to remove
        assert answer.status_code == 412, (verb, answer.content)
        assert answer["ETag"] == f'"{own_deal.pk.hex[:8]}-2"'
        assert answer.json()["error"]["code"] == "preconditionFailed"
    assert fresh(own_deal).version == 2
    assert call.post(url(own_deal, "win"), If_Match='"else-2"').status_code == 412
    right = call.get(url(own_deal))["ETag"]
    assert call.post(url(own_deal, "win"), If_Match=f'"else-2", {right}').status_code == 200


@pytest.mark.rule("API-085")
def test_a_dry_run_changes_nothing(own_deal, ana, sam, fabrikam) -> None:
    def all_there_is() -> tuple[Any, ...]:
        counts = (m.objects.count() for m in (Event, Comment, Message, Favourite, Referral))
        row = fresh(own_deal)
        return (*counts, row.status, row.version, row.team.count(), row.deal.visible_to_vendor)

    before = all_there_is()
    for verb, body in of_referral(own_deal, fabrikam).items():
        answer = caller(ana).post(f"{url(own_deal, verb)}?validateOnly=true", body)
        assert answer.status_code < 500
        assert all_there_is() == before, verb
    tried = caller(ana).post(f"{url(own_deal, 'win')}?validateOnly=true")
    assert tried.json()["status"] == "won"
    assert not outbox.outbox


@pytest.mark.rule("API-085")
def test_the_same_key_is_done_once(own_deal, ana) -> None:
    call, body = caller(ana), {"text": "Said once"}
    first = call.post(url(own_deal, "comment"), body, Idempotency_Key="k1")
    again = call.post(url(own_deal, "comment"), body, Idempotency_Key="k1")
    assert first.content == again.content
    assert (again["ETag"], again["Idempotency-Replayed"]) == (first["ETag"], "true")
    assert Comment.objects.count() == 1


@pytest.mark.rule("API-086")
def test_each_look_at_the_contact_is_a_line(vendor_leg, sam) -> None:
    call, leg = caller(sam), accept(vendor_leg, sam)
    tried = call.post(f"{url(leg, 'reveal_contact')}?validateOnly=true")
    assert (tried.status_code, tried.json()["contact"]) == (200, None)
    assert CONTACT.email not in tried.content.decode()
    shown = call.post(url(leg, "reveal_contact"))
    assert shown.json()["contact"]["email"] == CONTACT.email
    assert Event.objects.filter(record_id=leg.pk, verb="reveal_contact").count() == 1
    assert CONTACT.email not in call.get(url(leg)).content.decode()


def test_who_leaves_the_team_sees_no_more(own_deal, ana, bruno) -> None:
    member = {"name": "Bruno", "phone": "+351210000001", "email": bruno.email}
    caller(ana).post(url(own_deal, "add_member"), member)
    gone = caller(bruno).post(url(own_deal, "remove_member"), {"email": bruno.email.upper()})
    assert (gone.status_code, gone.content) == (204, b"")
    assert caller(bruno).get(url(own_deal)).status_code == 404
    nobody = caller(ana).post(url(own_deal, "remove_member"), {"email": "nobody@x.pt"})
    assert nobody.status_code == 404


def test_favourites_are_ones_own_also_on_closed_deals(own_deal, ana) -> None:
    referral.win(own_deal, by=ana)
    call = caller(ana)
    for verb, marked in (("favour", True), ("favour", True), ("unfavour", False)):
        assert call.post(url(own_deal, verb)).status_code == 200
        assert call.get(url(own_deal)).json()["favourite"] is marked


def test_register_begins_once(own_deal, ana) -> None:
    early = caller(ana).post(url(own_deal, "register"))
    assert early.json()["error"]["message"] == "The deal is still open."
    leg = won(own_deal, ana)
    first = caller(ana).post(url(leg, "register")).json()["registrationId"]
    assert caller(ana).post(url(leg, "register")).json()["registrationId"] == first
    assert fresh(leg).registration.pk.hex == first.replace("-", "")


def test_another_company_finds_nothing(own_deal, carla, sam) -> None:
    for person in (carla, sam):
        theirs = caller(person).post(url(own_deal, "win"))
        nothing = caller(person).post(f"/v1.0/referrals/{uuid4()}/win")
        assert (theirs.status_code, nothing.status_code) == (404, 404)
        assert theirs.json() == nothing.json()


def test_reading_and_writing_are_scopes_apart(own_deal, ana) -> None:
    reader = caller(ana, "referrals.read")
    assert reader.get(url(own_deal)).status_code == 200
    assert reader.post(url(own_deal, "win")).status_code == 403
    assert caller(ana, "settings.read").get(url(own_deal)).status_code == 403


def test_a_refusal_is_in_the_persons_language(own_deal, contoso) -> None:
    bia = make_person("Bia Nunes", contoso, Role.REFERRALS_ADMIN, language="pt-br")
    deal.share(own_deal, by=bia)
    answer = caller(bia).post(url(own_deal, "share"))
    assert answer["Content-Language"] == "pt-br"
    with translation.override("pt-br"):
        expected = translation.gettext(
            "The vendor's sellers see this deal already. That can't be taken back."
        )
    assert answer.json()["error"]["message"] == expected
