"""Two people register, decide or sweep at once. PostgreSQL and real processes."""

import pytest
from django.db.models import Count

from notifications.models import Message
from portal import clock
from portal.models import Document, Event, Person
from referrals.actions import deal, referral
from referrals.models import ExceptionRequest, Referral, Registration
from tests.conftest import accept, invitation, make_person
from tests.processes import finish, race, start
from tests.referrals.registering import age, asked, at, begun, reviewer, won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def done(outcomes: list[str]) -> list[str]:
    return [outcome for outcome in outcomes if outcome.startswith("done")]


def assert_history_is_whole(found: Registration) -> None:
    """One line of history for each version, and each automatic step once."""
    fresh = Registration.objects.get(pk=found.pk)
    rows = Event.objects.filter(record_id=found.pk)
    assert sorted(rows.values_list("version", flat=True)) == list(range(1, fresh.version + 1))


@pytest.fixture
def colleague(ana: Person) -> Person:
    return make_person("Andre Souza", ana.company, "referrals_admin")


@pytest.mark.rule("REG-037")
def test_two_people_register_the_same_deal_at_once(own_deal, ana, colleague) -> None:
    """Both go on with the one registration that there is."""
    leg = won(own_deal, ana)
    one, other = race(
        ("register", str(leg.pk), str(ana.pk)), ("register", str(leg.pk), str(colleague.pk))
    )
    assert one == other
    found = Registration.objects.get(referral=leg)
    assert one == f"done {found.pk}"
    assert_history_is_whole(found)


@pytest.mark.rule("REG-037")
def test_two_people_submit_the_same_registration_at_once(own_deal, ana, colleague) -> None:
    """One is approved, once; the other reads where it stands."""
    leg = won(own_deal, ana)
    found = begun(leg, ana)
    outcomes = race(
        ("submit", str(leg.pk), str(ana.pk)), ("submit", str(leg.pk), str(colleague.pk))
    )
    assert done(outcomes) == ["done approved"]
    assert any("This registration is approved" in outcome for outcome in outcomes)
    assert Event.objects.filter(record_id=found.pk, verb="auto_approve").count() == 1
    assert_history_is_whole(found)
    told = Message.objects.filter(kind="referrals/registration_approved").order_by()
    assert set(told.values("address").annotate(n=Count("pk")).values_list("n", flat=True)) == {1}


@pytest.mark.rule("REG-008", "REG-037")
def test_two_partners_of_a_deal_submit_at_once(own_deal, ana, carla) -> None:
    """Both say that they hold the contract. Whoever is first, holds it."""
    terms = invitation(carla.company, value=own_deal.value, currency="USD")
    theirs = deal.invite(own_deal, terms, by=ana)
    mine = won(own_deal, ana)
    theirs = referral.win(accept(age(theirs, theirs.now - mine.created_at), carla), by=carla)
    begun(mine, ana, holds_contract=True)
    begun(theirs, carla, holds_contract=True)
    outcomes = race(
        ("submit", str(mine.pk), str(ana.pk)), ("submit", str(theirs.pk), str(carla.pk))
    )
    assert done(outcomes) == ["done review"]
    assert sum("registers this deal" in outcome for outcome in outcomes) == 1
    assert sorted(Registration.objects.values_list("status", flat=True)) == ["draft", "review"]


@pytest.mark.rule("REG-037")
def test_two_reviewers_decide_at_once(own_deal, ana, rita) -> None:
    leg = won(own_deal, ana)
    found = at("review", leg, ana)
    outcomes = race(
        ("approve", str(leg.pk), str(rita.pk)), ("fail", str(leg.pk), str(reviewer().pk))
    )
    assert len(done(outcomes)) == 1
    assert Registration.objects.get(pk=found.pk).status == done(outcomes)[0].removeprefix("done ")
    assert_history_is_whole(found)


@pytest.mark.rule("REG-051")
def test_an_exception_is_requested_and_decided_once(own_deal, ana, colleague, rita) -> None:
    leg = won(own_deal, ana)
    found = at("failed", leg, ana)
    ask = (("ask_exception", str(leg.pk), str(person.pk)) for person in (ana, colleague))
    assert len(done(race(*ask))) == 1
    assert ExceptionRequest.objects.count() == 1
    outcomes = race(
        ("grant", str(leg.pk), str(rita.pk)), ("refuse", str(leg.pk), str(reviewer().pk))
    )
    assert len(done(outcomes)) == 1
    status = {"done granted": "passed", "done refused": "failed"}[done(outcomes)[0]]
    assert Registration.objects.get(pk=found.pk).status == status
    assert_history_is_whole(found)


@pytest.mark.rule("REG-051")
def test_a_grant_against_the_close_at_the_same_second(own_deal, ana, rita) -> None:
    """Closed first or passed first: the exception counts, and its days begin anew."""
    leg = won(own_deal, ana)
    found = at("failed", leg, ana)
    asked(found, ana, total_value=70000)
    Registration.objects.filter(pk=found.pk).update(due_at=clock.now())
    race(("grant", str(leg.pk), str(rita.pk)), ("close", str(leg.pk)), ("close", str(leg.pk)))
    fresh = Registration.objects.get(pk=found.pk)
    assert (fresh.status, fresh.total_value) == ("passed", 70000)
    assert fresh.due_at > clock.now()
    assert_history_is_whole(found)


@pytest.fixture
def scanned(own_deal: Referral, ana: Person) -> Registration:
    found = at("pending", won(own_deal, ana), ana)
    Document.objects.of(found).update(state="ready", scan_at=None, scanned_at=clock.now())
    return found


@pytest.mark.rule("REG-027")
def test_several_sweepers_settle_once(scanned) -> None:
    sweepers = [start("manage.py", "sweep") for _ in range(3)]
    assert [finish(process) for process in sweepers] == [0, 0, 0]
    assert Event.objects.filter(record_id=scanned.pk, verb="auto_approve").count() == 1
    assert_history_is_whole(scanned)
