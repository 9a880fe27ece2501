"""A reviewer decides: through the door, with what follows, and who may not."""

from datetime import timedelta
from typing import Any

import pytest

from notifications.models import Message
from portal.models import Company, Event, Person
from portal.steps import steps
from referrals.actions import registration as actions
from referrals.lifecycle.decisions import other_eyes
from referrals.mail import registrations as mail
from referrals.models import Referral, Registration, TeamMember
from tests.referrals.registering import at, begun, reviewer, won

pytestmark = pytest.mark.django_db
Given = dict[str, Any]
# verb -> from, to, what is posted, the mail that follows
DECISIONS: dict[str, tuple[str, str, Given, str]] = {
    "approve": ("review", "passed", {}, mail.APPROVED),
    "ask_more": ("review", "action", {"question": "Which page?"}, mail.ACTION_REQUIRED),
    "fail": ("review", "failed", {"fail_reason": "dates", "fail_note": "2025."}, mail.FAILED),
    "pull_back": ("approved", "review", {"note": "The value looks odd."}, mail.SELECTED),
}
VERBS = list(DECISIONS)


@pytest.fixture
def leg(own_deal: Referral, ana: Person, rita: Person) -> Referral:
    return won(own_deal, ana)


def ready(verb: str, leg: Referral, by: Person) -> Registration:
    """A registration about which this can be decided; nothing was told of it yet."""
    row = at(DECISIONS[verb][0], leg, by)
    Message.objects.all().delete()
    return row


def address(row: Registration, verb: str) -> str:
    return f"{row.get_absolute_url()}{verb}/"


def post(client: Any, row: Registration, verb: str, **given: Any) -> Any:
    data = {"version": row.version, **DECISIONS[verb][2], **given}
    return client.post(address(row, verb), data)


def state(row: Registration) -> tuple[dict[str, Any], int, int]:
    values = Registration.objects.filter(pk=row.pk).values().get()
    lines = Event.objects.filter(record_id=row.pk).count()
    return values, lines, Message.objects.count()


@pytest.mark.parametrize("verb", VERBS)
def test_a_decision_through_the_door(verb: str, leg, ana, rita, login) -> None:
    row, client = ready(verb, leg, ana), login(rita)
    _before, after, given, kind = DECISIONS[verb]
    answer = post(client, row, verb)
    assert (answer.status_code, answer["Location"]) == (303, row.get_absolute_url())
    fresh = Registration.objects.get(pk=row.pk)
    assert fresh.status == after
    line = Event.objects.of(row)[0]
    assert (line.verb, line.actor_label, line.person_id) == (verb, rita.name, rita.pk)
    assert Message.objects.filter(kind=kind, person=ana).count() == 1
    page = login(ana).get(row.get_absolute_url()).content.decode()
    for text in set(given.values()) - {"dates"}:
        assert text in page


@pytest.mark.parametrize("verb", VERBS)
def test_the_form_stands_beside_what_is_decided(verb: str, leg, ana, rita, login) -> None:
    row = ready(verb, leg, ana)
    answer = login(rita).get(address(row, verb))
    page = answer.content.decode()
    assert answer.status_code == 200
    for text in ("contract.pdf", "Total contract value", "The value reaches the limit"):
        assert text in page
    assert f'name="version" value="{row.version}"' in page


@pytest.mark.parametrize("verb", VERBS)
def test_no_form_where_there_is_no_step(verb: str, leg, ana, rita, login) -> None:
    row = at("closed", leg, ana)
    for person in (rita, ana):
        answer = login(person).get(address(row, verb))
        assert (answer.status_code, answer["Location"]) == (302, row.get_absolute_url())


@pytest.mark.parametrize("verb", VERBS)
def test_a_refusal_keeps_what_was_typed(verb: str, leg, ana, rita, login) -> None:
    row, client = ready(verb, leg, ana), login(rita)
    assert post(client, row, verb).status_code == 303
    before = state(row)
    again = post(client, row, verb, version=before[0]["version"])
    assert again.status_code == 409
    page = again.content.decode()
    assert "This step is not possible now." in page
    for text in set(DECISIONS[verb][2].values()):
        assert text in page
    assert state(row) == before


@pytest.mark.parametrize("verb", VERBS)
def test_somebody_was_faster(verb: str, leg, ana, rita, login) -> None:
    row, client = ready(verb, leg, ana), login(rita)
    before = state(row)
    answer = post(client, row, verb, version=row.version - 1)
    assert answer.status_code == 412
    assert b"Somebody changed this" in answer.content
    assert f'name="version" value="{row.version}"' in answer.content.decode()
    assert state(row) == before


@pytest.mark.parametrize("verb", VERBS)
def test_only_reviewers_decide(verb: str, leg, ana, bruno, carla, sam, otto, login) -> None:
    row = ready(verb, leg, ana)
    before = state(row)
    for person, status in ((ana, 403), (bruno, 404), (carla, 404), (sam, 404), (otto, 404)):
        assert post(login(person), row, verb).status_code == status, person
        assert login(person).get(address(row, verb)).status_code in (302, 404), person
    assert state(row) == before


@pytest.mark.parametrize(
    ("verb", "field"), [("ask_more", "question"), ("fail", "fail_reason"), ("pull_back", "note")]
)
def test_words_are_asked_for(verb: str, field: str, leg, ana, rita, login) -> None:
    row = ready(verb, leg, ana)
    before = state(row)
    for empty in ("", "   "):
        answer = post(login(rita), row, verb, **{field: empty})
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {field}
    assert state(row) == before


def test_a_reason_is_one_of_the_list(leg, ana, rita, login) -> None:
    row = ready("fail", leg, ana)
    assert post(login(rita), row, "fail", fail_reason="mood").status_code == 422
    assert state(row)[0]["status"] == "review"


def test_the_end_of_a_line_counts_as_one_character(leg, ana, rita, login) -> None:
    row = ready("ask_more", leg, ana)
    long = "a\r\n" * 2499 + "ab"  # 5,000 characters as the box counts them
    too_long = login(rita).post(address(row, "ask_more"), {"question": long + "c"})
    assert too_long.status_code == 422
    assert login(rita).post(address(row, "ask_more"), {"question": long}).status_code == 303
    assert len(Registration.objects.get(pk=row.pk).question) == 5000


# --- the early win ----------------------------------------------------------------------


@pytest.mark.rule("REG-009")
def test_an_early_win_is_approved_with_a_reason_only(own_deal, ana, rita, login) -> None:
    row = begun(won(own_deal, ana, opened=timedelta(hours=2)), ana)
    row, client = actions.submit(row, by=ana), login(rita)
    assert b"Why the early win is accepted" in client.get(address(row, "approve")).content
    assert post(client, row, "approve", override=" ").status_code == 422
    assert state(row)[0]["status"] == "review"
    assert post(client, row, "approve", override="Opened late.").status_code == 303
    fresh = Registration.objects.get(pk=row.pk)
    assert (fresh.status, fresh.override) == ("passed", "Opened late.")


def test_no_reason_is_asked_where_nothing_was_early(leg, ana, rita, login) -> None:
    row = ready("approve", leg, ana)
    assert not login(rita).get(address(row, "approve")).context["form"].fields


# --- four eyes --------------------------------------------------------------------------


@pytest.mark.rule("REG-050")
@pytest.mark.parametrize("verb", VERBS)
def test_who_worked_on_the_deal_does_not_decide(verb: str, leg, ana, rita, login) -> None:
    row = ready(verb, leg, ana)
    _on_team(leg, rita)
    before, client = state(row), login(rita)
    page = client.get(row.get_absolute_url()).content.decode()
    assert str(other_eyes.refusal) in page
    assert f'href="{address(row, verb)}"' not in page
    assert client.get(address(row, verb)).status_code == 302
    answer = post(client, row, verb)
    assert answer.status_code == 409
    assert str(other_eyes.refusal) in answer.content.decode()
    assert state(row) == before
    assert post(login(reviewer("Rolf")), row, verb).status_code == 303


def _on_team(leg: Referral, person: Person) -> None:
    """As somebody who helped the partner to sell."""
    vendor = Company.objects.vendor()
    given = {"name": person.name, "phone": "+1", "email": person.email}
    TeamMember.objects.create(referral=leg, company=vendor, person=person, **given)


@pytest.mark.rule("REG-058")
def test_who_pulled_back_does_not_decide(leg, ana, rita, login) -> None:
    row = ready("pull_back", leg, ana)
    post(login(rita), row, "pull_back")
    row = Registration.objects.get(pk=row.pk)
    assert (row.status, row.outcome, row.due_at) == ("review", "", None)
    assert row.reasons == ["pulled"]
    barred = {step.verb: str(step.refusal) for step in steps(row, rita)}
    sentence = str(other_eyes.refusal)
    assert barred == {"approve": sentence, "ask_more": sentence, "fail": sentence}
    for verb in ("approve", "ask_more", "fail"):
        assert post(login(rita), row, verb).status_code == 409
    assert post(login(reviewer("Rolf")), row, "fail").status_code == 303
    assert Registration.objects.get(pk=row.pk).status == "failed"


@pytest.mark.rule("REG-058")
@pytest.mark.parametrize("status", ["passed", "failed", "closed"])
def test_only_what_was_approved_by_itself_is_pulled_back(status, leg, ana, rita, login) -> None:
    row = at(status, leg, ana)
    before = state(row)
    assert post(login(rita), row, "pull_back").status_code == 409
    assert state(row) == before


@pytest.mark.rule("REG-058")
def test_what_is_pulled_back_is_on_the_desk_and_told(leg, ana, rita, login) -> None:
    reviewer("Rolf")  # who acts is not told of it
    row = ready("pull_back", leg, ana)
    post(login(rita), row, "pull_back")
    desk = login(rita).get("/registrations/").content.decode()
    assert "It was pulled back after automatic approval" in desk
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert kinds == {mail.SELECTED, mail.WAITING}
    page = login(ana).get(row.get_absolute_url()).content.decode()
    assert "It was pulled back after automatic approval" in page
