"""What a page offers the API offers by the same word, with the same answer."""

from typing import Any

import pytest

from portal.models import Event, Person
from portal.steps import steps
from referrals import registration_banner
from referrals.actions import deal, team
from referrals.actions.opening import Member
from referrals.api import verbs
from referrals.api.referral_story import verbs as answers
from referrals.api.registration_story import verbs as registration_answers
from referrals.models import Comment, ExceptionRequest, Referral, Registration
from tests import conftest
from tests.calling import caller
from tests.referrals import registering
from tests.referrals.api.doors import of_referral, of_registration, offered_on

pytestmark = pytest.mark.django_db
NOT_VERBS = {"preview", "documents"}


@pytest.mark.rule("API-080")
@pytest.mark.parametrize(
    ("pages", "api"),
    [
        ("deals", "v1.0/referrals"),
        ("registrations", "v1.0/registrations"),
        ("exceptions", "v1.0/exceptions"),
    ],
)
def test_every_verb_of_a_page_is_a_verb_of_the_api(pages: str, api: str) -> None:
    offered = offered_on(pages) - NOT_VERBS
    assert offered
    assert offered <= offered_on(api)


def test_every_button_of_a_record_is_a_verb_of_the_api() -> None:
    assert set(Referral.VERBS) <= set(verbs.VERBS)
    assert set(Registration.VERBS) <= offered_on("v1.0/registrations")
    assert set(ExceptionRequest.VERBS) <= offered_on("v1.0/exceptions")


def compare(call: Any, path: str, bodies: dict[str, Any], found: dict[str, Any]) -> None:
    """A verb that is open is taken by a dry run; one that is not is refused in the same words."""
    before = Event.objects.count(), Comment.objects.count()
    for verb, body in bodies.items():
        answer = call.post(f"{path}/{verb}?validateOnly=true", body)
        refused = found[verb]
        if refused is None:
            assert answer.status_code in (200, 204), (verb, answer.content)
            continue
        said = answer.json()["error"]
        expected = 403 if refused.code == "notAllowed" else 409
        assert (answer.status_code, said["innerError"]["code"]) == (expected, refused.code), verb
        if verb != "edit":  # whose sentence names the field that was sent
            assert said["message"] == str(refused.args[0]), verb
    assert (Event.objects.count(), Comment.objects.count()) == before


def compare_leg(leg: Referral, person: Person, partner: Any) -> None:
    rows = Referral.objects.visible_to(person).with_registration()
    seen = rows.filter(pk=leg.pk).first()
    call, path = caller(person), f"/v1.0/referrals/{leg.pk}"
    if seen is None:
        assert call.get(path).status_code == call.post(f"{path}/favour").status_code == 404
        return
    found = answers(seen, person)
    assert set(found) == set(verbs.VERBS)
    shown = call.get(path).json()["allowedActions"]
    assert {verb for verb, said in shown.items() if said["allowed"]} == {
        verb for verb, refused in found.items() if refused is None
    }
    for button in [*steps(seen, person), *registration_banner.register_steps(seen, person)]:
        if button.verb in found:
            refused = found[button.verb]
            assert str(button.refusal) == (str(refused.args[0]) if refused else ""), button.verb
    compare(call, path, of_referral(seen, partner), found)


@pytest.mark.rule("API-081")
@pytest.mark.parametrize("status", sorted(conftest.WALKS))
def test_a_received_referral_answers_as_its_page(
    status, vendor_leg, ana, carla, sam, sue, rita, fabrikam
) -> None:
    leg = conftest.at(status, vendor_leg, sam)
    if status == "accepted":
        team.add_member(leg, Member(sue.name, "+351210000001", sue.email), by=sam)
    for person in (ana, carla, sam, rita):
        compare_leg(leg, person, fabrikam)


@pytest.mark.rule("API-081")
@pytest.mark.parametrize("status", sorted(conftest.WALKS))
def test_an_invited_partner_is_answered_as_on_its_page(status, invited_leg, ana, carla) -> None:
    leg = conftest.at(status, invited_leg, carla)
    if status == "accepted":
        team.add_member(leg, Member("Bela", "+351210000001", "bela@x.pt"), by=carla)
    third = conftest._partner("Tailspin", "ES", 300)
    for person in (ana, carla):
        compare_leg(leg, person, third)


@pytest.mark.parametrize("shared", [False, True])
def test_an_own_deal_answers_as_its_page(
    shared, own_deal, ana, bruno, paula, carla, sam, rita, otto, fabrikam
) -> None:
    team.add_member(own_deal, Member("Bruno", "+351210000001", bruno.email), by=ana)
    if shared:
        deal.share(own_deal, by=ana)
    for person in (ana, bruno, paula, carla, sam, rita, otto):
        compare_leg(own_deal, person, fabrikam)


def test_a_won_deal_answers_as_its_page(own_deal, ana, bruno, sam, rita, fabrikam) -> None:
    won = registering.won(own_deal, ana)
    for person in (ana, bruno, sam, rita):
        compare_leg(won, person, fabrikam)


@pytest.mark.rule("API-082")
@pytest.mark.parametrize("status", sorted(registering.WALKS))
def test_a_registration_answers_as_its_page(
    status, own_deal, ana, bruno, carla, sam, rita, otto
) -> None:
    found = registering.at(status, registering.won(own_deal, ana), ana)
    for person in (ana, bruno, carla, sam, rita, otto):
        compare_registration(found, person)


def compare_registration(record: Registration, person: Person) -> None:
    call, path = caller(person), f"/v1.0/registrations/{record.pk}"
    found = Registration.objects.visible_to(person).with_details().filter(pk=record.pk).first()
    bodies = of_registration(record)
    if found is None:
        assert call.get(path).status_code == call.post(f"{path}/forgo").status_code == 404
        return
    said = registration_answers(found, person)
    assert call.get(path).json()["allowedActions"].keys() == said.keys()
    for button in steps(found, person):
        refused = said[button.verb]
        assert str(button.refusal) == (str(refused.args[0]) if refused else ""), button.verb
    compare(call, path, bodies, said)


@pytest.mark.rule("API-082")
def test_an_exception_answers_as_its_page(own_deal, ana, sam, rita) -> None:
    decided = registering.at("failed", registering.won(own_deal, ana), ana)
    asked = registering.asked(decided, ana)
    path = f"/v1.0/exceptions/{asked.pk}"
    for person in (ana, rita, decided.reviewer):
        found = ExceptionRequest.objects.get(pk=asked.pk)
        buttons = {button.verb: str(button.refusal) for button in steps(found, person)}
        said = caller(person).get(path).json()["allowedActions"]
        for verb in ("grant", "refuse"):
            answer = caller(person).post(f"{path}/{verb}?validateOnly=true", {"note": "So be it."})
            assert said[verb]["allowed"] == (answer.status_code == 200)
            if answer.status_code != 200:
                error = answer.json()["error"]
                assert (error["innerError"]["code"], error["message"]) == (
                    said[verb]["code"],
                    said[verb]["message"],
                )
                assert buttons.get(verb, error["message"]) == error["message"]
    assert caller(sam).get(path).status_code == 404


@pytest.mark.rule("API-081")
def test_the_page_says_the_same_sentence(own_deal, ana, login) -> None:
    deal.share(own_deal, by=ana)
    answer = caller(ana).post(f"/v1.0/referrals/{own_deal.pk}/share")
    sentence = answer.json()["error"]["message"]
    page = login(ana).post(f"/deals/{own_deal.pk}/share/", follow=True)
    assert sentence in page.content.decode().replace("&#x27;", "'")
    assert answer.json()["error"]["innerError"]["code"] == "not_shared"
