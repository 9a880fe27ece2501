"""Who may answer a request for an exception, and who may read it."""

from typing import Any

import pytest

from portal.models import Company, Person
from portal.steps import steps
from referrals.lifecycle.exception import fresh_eyes
from referrals.models import ExceptionRequest, Registration, TeamMember
from tests.referrals.registering import asked, at, reviewer, won
from tests.referrals.test_exceptions import decide

pytestmark = pytest.mark.django_db
VERBS = ["grant", "refuse"]


@pytest.fixture
def request_(own_deal: Any, ana: Person, rita: Person) -> ExceptionRequest:
    """To a registration that Ruth failed."""
    return asked(at("failed", won(own_deal, ana), ana), ana)


def state(request: ExceptionRequest) -> tuple[dict[str, Any], dict[str, Any]]:
    rows = Registration.objects.filter(pk=request.registration_id)
    return ExceptionRequest.objects.filter(pk=request.pk).values().get(), rows.values().get()


def barred(client: Any, request: ExceptionRequest, verb: str) -> None:
    """The button says why, the form does not open, and what is sent is refused."""
    before, sentence = state(request), str(fresh_eyes.refusal)
    page = client.get(request.get_absolute_url()).content.decode()
    assert sentence in page
    assert f'href="{request.get_absolute_url()}{verb}/"' not in page
    assert client.get(f"{request.get_absolute_url()}{verb}/").status_code == 302
    answer = decide(client, request, verb)
    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert state(request) == before


@pytest.mark.rule("REG-055")
@pytest.mark.parametrize("verb", VERBS)
def test_who_decided_before_does_not_decide_again(verb, request_, rita, login) -> None:
    barred(login(request_.registration.reviewer), request_, verb)
    assert decide(login(rita), request_, verb).status_code == 303


@pytest.mark.rule("REG-055")
@pytest.mark.parametrize("verb", VERBS)
def test_who_worked_on_the_deal_does_not_decide(verb, request_, rita, login) -> None:
    given = {"name": rita.name, "phone": "+1", "email": rita.email}
    referral = request_.registration.referral
    TeamMember.objects.create(
        referral=referral, company=Company.objects.vendor(), person=rita, **given
    )
    barred(login(rita), request_, verb)
    assert decide(login(reviewer("Rolf")), request_, verb).status_code == 303


@pytest.mark.rule("REG-055")
def test_who_pulled_back_does_not_decide(request_, rita) -> None:
    Registration.objects.filter(pk=request_.registration_id).update(pulled_back_by=rita)
    request = ExceptionRequest.objects.get(pk=request_.pk)
    assert {str(step.refusal) for step in steps(request, rita)} == {str(fresh_eyes.refusal)}


@pytest.mark.parametrize("verb", VERBS)
def test_only_reviewers_decide(verb, request_, ana, bruno, carla, sam, otto, login) -> None:
    before = state(request_)
    for person, status in ((ana, 403), (bruno, 404), (carla, 404), (sam, 404), (otto, 404)):
        assert decide(login(person), request_, verb).status_code == status, person
    assert login(ana).get(f"{request_.get_absolute_url()}{verb}/").status_code == 302
    assert state(request_) == before


def test_who_reads_it(request_, ana, rita, bruno, carla, sam, otto, paula, login) -> None:
    for person in (ana, rita):
        page = login(person).get(request_.get_absolute_url())
        assert page.status_code == 200
        assert b"The notary was late." in page.content
    for person in (bruno, carla, sam, otto, paula):
        assert login(person).get(request_.get_absolute_url()).status_code == 404, person
        assert not ExceptionRequest.objects.visible_to(person).exists()


@pytest.mark.parametrize("verb", VERBS)
def test_a_decision_says_why(verb, request_, rita, login) -> None:
    before = state(request_)
    for note in ("", "  "):
        assert decide(login(rita), request_, verb, note=note).status_code == 422
    assert decide(login(rita), request_, verb, version=request_.version - 1).status_code == 412
    assert state(request_) == before


def test_the_form_stands_beside_what_is_requested(request_, rita, login) -> None:
    page = login(rita).get(f"{request_.get_absolute_url()}grant/").content.decode()
    for text in ("The notary was late.", "contract.pdf", "Total contract value", "This is final."):
        assert text in page
