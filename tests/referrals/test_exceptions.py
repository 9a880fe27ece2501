"""The one exception to a registration: who asks, how, until when, and what its answer does."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from notifications.models import Message
from portal import clock
from portal.models import Event, Person, Role
from portal.workflow import Refused
from referrals.actions import exception as actions
from referrals.actions import registration as registrations
from referrals.exception_story import changes
from referrals.lifecycle.decisions import exception_unused
from referrals.lifecycle.exception import changes_fit
from referrals.mail import registrations as mail
from referrals.models import ExceptionRequest, Referral, Registration
from tests.conftest import make_person
from tests.referrals.registering import asked, at, close, reviewer, today, won

pytestmark = pytest.mark.django_db
WHY = "The notary was late.\nSee the letter."


@pytest.fixture
def failed(own_deal: Referral, ana: Person, rita: Person, sam: Person) -> Registration:
    """Failed by Ruth, so that Rita may decide about the exception."""
    row = at("failed", won(own_deal, ana), ana)
    Message.objects.all().delete()
    return row


def form_of(row: Registration) -> str:
    return f"{row.get_absolute_url()}ask_exception/"


def ask(client: Any, row: Registration, **given: Any) -> Any:
    data = {"version": row.version, "explanation": WHY} | given
    return client.post(form_of(row), data)


def state(row: Registration) -> tuple[dict[str, Any], int, int]:
    values = Registration.objects.filter(pk=row.pk).values().get()
    return values, Event.objects.count(), ExceptionRequest.objects.count()


# --- asking -----------------------------------------------------------------------------


@pytest.mark.rule("REG-051")
def test_an_exception_is_requested_through_the_door(failed, ana, rita, login) -> None:
    signed = today() - timedelta(days=80)
    answer = ask(login(ana), failed, signed_on=signed.isoformat(), total_value="120000.00")
    request = ExceptionRequest.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, request.get_absolute_url())
    assert request.changes == {"total_value": Decimal(120000), "signed_on": signed}
    assert (request.explanation, request.status) == (WHY, "asked")
    assert Registration.objects.get(pk=failed.pk).status == "failed"
    assert Event.objects.of(failed)[0].verb == "ask_exception"
    assert Message.objects.filter(kind=mail.EXCEPTION_ASKED, person=rita).count() == 1
    for person in (ana, rita):
        page = login(person).get(request.get_absolute_url()).content.decode()
        for text in ("See the letter.", "USD\N{NO-BREAK SPACE}120,000.00", "Signed on"):
            assert text in page


@pytest.mark.rule("REG-051")
@pytest.mark.parametrize("end", ["asked", "granted", "refused"])
def test_there_is_one_exception_for_a_deal(end, failed, ana, rita, login) -> None:
    request = asked(failed, ana)
    if end != "asked":
        decide = {"granted": actions.grant, "refused": actions.refuse}[end]
        decide(request, by=rita, note="Seen.")
    row = Registration.objects.get(pk=failed.pk)
    before, client = state(row), login(ana)
    assert client.get(form_of(row)).status_code == 302
    assert str(exception_unused.refusal) in client.get(row.get_absolute_url()).content.decode()
    again = ask(client, row)
    assert again.status_code == 409
    assert WHY.splitlines()[1] in again.content.decode()
    assert state(row) == before


@pytest.mark.rule("REG-052")
@pytest.mark.parametrize(
    ("age", "allowed"),
    [(timedelta(days=60, minutes=-1), True), (timedelta(days=60, minutes=1), False)],
)
def test_sixty_days_after_the_first_registration(age, allowed, failed, ana, login) -> None:
    """The last submission does not count: here it was yesterday."""
    yesterday = clock.now() - timedelta(days=1)
    rows = Registration.objects.filter(pk=failed.pk)
    rows.update(submitted_at=clock.now() - age, pending_at=yesterday)
    close(failed)
    client, row = login(ana), rows.get()
    assert (client.get(form_of(row)).status_code == 200) is allowed
    answer = ask(client, row)
    assert answer.status_code == (303 if allowed else 409)
    assert ExceptionRequest.objects.exists() is allowed
    if not allowed:
        assert b"within 60 days of the first registration" in answer.content


@pytest.mark.rule("REG-053")
@pytest.mark.parametrize(
    ("text", "status"),
    [("x" * 5000, 303), ("x" * 5001, 422), ("a\r\n" * 2499 + "bc", 303), ("", 422), (" ", 422)],
)
def test_five_thousand_characters(text: str, status: int, failed, ana, login) -> None:
    answer = ask(login(ana), failed, explanation=text)
    assert answer.status_code == status
    assert ExceptionRequest.objects.exists() is (status == 303)
    if status == 422 and text.strip():
        assert text in answer.content.decode()  # nothing that was typed is lost


@pytest.mark.rule("REG-053")
def test_the_rule_holds_without_the_form(failed, ana) -> None:
    with pytest.raises(Refused):
        actions.ask_exception(failed, by=ana, explanation="x" * 5001)
    with pytest.raises(Refused):
        actions.ask_exception(failed, by=ana, explanation="  ")


@pytest.mark.rule("REG-054")
def test_what_an_exception_may_change(failed, ana, login) -> None:
    page = login(ana).get(form_of(failed))
    form = page.context["form"]
    assert set(form.fields) == {"explanation", *ExceptionRequest.CHANGEABLE}
    text = page.content.decode()
    assert "Registered: USD\N{NO-BREAK SPACE}3,000,000.00" in text
    assert "Registered: For a certain time" in text
    for words in ("tenant", "where the solution runs", "part of the value", "the customer"):
        assert words in text
    sent = {"solution_value": "1", "tenant": "partner", "pricing": "payg", "deployment": "other"}
    assert ask(login(ana), failed, **sent).status_code == 303
    assert ExceptionRequest.objects.get().changes == {}


@pytest.mark.rule("REG-054")
def test_on_the_marketplace_only_the_value_may_change(own_deal, ana, rita, login) -> None:
    row = at("validation", won(own_deal, ana), ana)
    row = registrations.fail(row, by=reviewer("Ruth"), fail_reason="marketplace")
    form = login(ana).get(form_of(row)).context["form"]
    assert set(form.fields) == {"explanation", "total_value"}


CONTRADICTIONS: dict[str, dict[str, Any]] = {
    "the end before the start": {"ends_on": date(2020, 1, 1)},
    "the start after the end": {"starts_on": date(2040, 1, 1)},
    "less than the solution's part": {"total_value": Decimal("59999.99")},
    "perpetual, and an end": {"term": "perpetual", "ends_on": date(2040, 1, 1)},
}


@pytest.mark.rule("REG-054")
@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_changes_that_contradict_are_refused(case: str, failed, ana, login) -> None:
    before = state(failed)
    answer = ask(login(ana), failed, **CONTRADICTIONS[case])
    assert answer.status_code == 409
    assert str(changes_fit.refusal) in answer.content.decode()
    assert state(failed) == before  # the one request is not used up


@pytest.mark.rule("REG-054")
@pytest.mark.parametrize("value", ["0", "-5", "x"])
def test_a_value_is_an_amount_above_zero(value: str, failed, ana, login) -> None:
    assert ask(login(ana), failed, total_value=value).status_code == 422
    with pytest.raises(Refused):
        actions.ask_exception(failed, by=ana, explanation=WHY, total_value=Decimal(0))


def test_a_perpetual_contract_becomes_finite_with_an_end_only(failed, ana) -> None:
    Registration.objects.filter(pk=failed.pk).update(term="perpetual", ends_on=None)
    row = Registration.objects.get(pk=failed.pk)
    with pytest.raises(Refused):
        asked(row, ana, term="finite")
    assert asked(row, ana, term="finite", ends_on=today() + timedelta(days=300)).fits


def test_who_may_ask(failed, ana, bruno, carla, sam, rita, otto, contoso, login) -> None:
    before = state(failed)
    hidden = [(person, 404) for person in (bruno, carla, sam, otto)]
    for person, status in ((rita, 403), *hidden):
        assert ask(login(person), failed).status_code == status, person
    assert state(failed) == before
    member = make_person("Mia Member", contoso, Role.REFERRALS_USER)
    failed.referral.team.create(
        company=contoso, person=member, name="M", phone="+1", email="m@x.example"
    )
    assert ask(login(member), failed).status_code == 303


@pytest.mark.rule("REG-056")
def test_the_answer_is_due_within_fourteen_working_days(failed, ana) -> None:
    request = asked(failed, ana)
    days = [clock.now().date() + timedelta(days=n) for n in range(1, 60)]
    until = request.due_at.date()
    working = [day for day in days if day.weekday() < 5 and day <= until]
    assert len(working) >= 14  # the vendor's holidays come on top
    assert until.weekday() < 5


# --- deciding ---------------------------------------------------------------------------


@pytest.fixture
def request_(failed: Registration, ana: Person) -> ExceptionRequest:
    made = asked(failed, ana, signed_on=today() - timedelta(days=200), total_value=Decimal(70000))
    close(Registration.objects.get(pk=failed.pk))
    Message.objects.all().delete()
    return ExceptionRequest.objects.get(pk=made.pk)


def decide(client: Any, request: ExceptionRequest, verb: str, **given: Any) -> Any:
    data = {"version": request.version, "note": "The letter says so."} | given
    return client.post(f"{request.get_absolute_url()}{verb}/", data)


@pytest.mark.rule("REG-054")
def test_a_granted_exception_passes_with_its_changes(request_, failed, rita, ana, login) -> None:
    assert Registration.objects.get(pk=failed.pk).status == "closed"
    answer = decide(login(rita), request_, "grant")
    assert (answer.status_code, answer["Location"]) == (303, request_.get_absolute_url())
    row = Registration.objects.get(pk=failed.pk)
    assert (row.status, row.outcome, row.closed_at) == ("passed", "passed", None)
    assert (row.total_value, row.signed_on) == (70000, today() - timedelta(days=200))
    assert row.due_at is not None
    assert row.due_at > clock.now() + timedelta(days=13)
    assert Event.objects.of(row)[0].verb == "reconsider"
    assert Message.objects.filter(kind=mail.EXCEPTION_DECIDED, person=ana).count() == 1
    for record in (request_, row):
        page = login(ana).get(record.get_absolute_url()).content.decode()
        assert "The letter says so." in page
    assert f"{rita.name} granted the exception" in page


def test_what_was_registered_before_stays_readable(request_, rita) -> None:
    before = changes(request_)
    assert ("Total contract value", "USD\xa03,000,000.00", "USD\xa070,000.00") in before
    actions.grant(request_, by=rita, note="Seen.")
    assert changes(ExceptionRequest.objects.get(pk=request_.pk)) == before


@pytest.mark.rule("REG-051")
def test_a_refused_exception_changes_nothing(request_, failed, rita, ana, login) -> None:
    before = Registration.objects.filter(pk=failed.pk).values().get()
    assert decide(login(rita), request_, "refuse").status_code == 303
    assert Registration.objects.filter(pk=failed.pk).values().get() == before
    assert Event.objects.of(request_)[0].verb == "refuse"
    assert Message.objects.filter(kind=mail.EXCEPTION_DECIDED, person=ana).count() == 1


@pytest.mark.rule("REG-051")
@pytest.mark.parametrize("verb", ["grant", "refuse"])
@pytest.mark.parametrize("again", ["grant", "refuse"])
def test_the_answer_is_final(verb, again, request_, rita, login) -> None:
    client = login(rita)
    assert decide(client, request_, verb).status_code == 303
    decided = ExceptionRequest.objects.get(pk=request_.pk)
    assert decide(client, decided, again, note="Another word.").status_code == 409
    assert client.get(f"{decided.get_absolute_url()}{again}/").status_code == 302
    assert ExceptionRequest.objects.get(pk=decided.pk).note == "The letter says so."
