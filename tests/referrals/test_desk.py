"""The lists of registrations: who sees what, what waits, in which order, page by page."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock
from portal.models import Company, Person, Role
from referrals.actions import registration as actions
from referrals.lifecycle.registration import DECIDED
from referrals.listing import registrations as lists
from referrals.models import ExceptionRequest, Registration
from tests.conftest import make_person
from tests.referrals.conftest import Make
from tests.referrals.registering import asked, at, close, won

pytestmark = pytest.mark.django_db
DESK, REVIEW, EXCEPTIONS = "/registrations/", "?tab=review", "?tab=exceptions"
File = Callable[..., Registration]


@pytest.fixture
def file(make: Make) -> File:
    """A registration of Ana's company straight in the database, in this state."""

    def put(status: str = "review", *, since: datetime | None = None, **fields: Any) -> Any:
        leg = make(status="won", visible=True, **fields)
        moment = since or clock.now()
        values: dict[str, Any] = {"created_at": moment}
        if status != "draft":
            values |= {"submitted_at": moment, "pending_at": moment, "reasons": ["large"]}
        if status == "action":
            values |= {"action_at": moment, "question": "Page 3?"}
        if status in DECIDED:
            values |= {f"{status}_at": moment, "outcome": status}
            values["due_at"] = moment + timedelta(days=14)
        if status == "closed":
            values |= {"outcome": "failed", "closed_at": moment}
        worth = {"total_value": Decimal(90000), "currency": "USD"}
        row = Registration(referral=leg, deal=leg.deal, company=leg.company, status=status)
        for name, value in (values | worth).items():
            setattr(row, name, value)
        row.save()
        return row

    return put


def request_for(row: Registration, due_at: datetime) -> ExceptionRequest:
    request = ExceptionRequest(
        registration=row, company=row.company, explanation="Late.", due_at=due_at
    )
    request.created_at = due_at
    request.save()
    return request


def shown(client: Any, query: str = "") -> list[Any]:
    """The ids on a page of the list, in order."""
    page = client.get(DESK + query).context.get("page")
    return [row.pk for row in page.rows] if page else []


def counts(client: Any) -> list[int]:
    return [tab["count"] for tab in client.get(DESK).context["tabs"]]


STATES = "draft pending review validation action approved passed failed closed".split()


@pytest.mark.rule("REG-057")
def test_each_state_stands_in_one_tab_of_the_desk(file: File, login: Any, rita: Person) -> None:
    rows = {status: file(status) for status in STATES}
    client = login(rita)
    for tab, states in {
        "review": {"review", "validation"},
        "partner": {"action"},
        "decided": {"approved", "passed", "failed"},
        "closed": {"closed"},
    }.items():
        assert set(shown(client, f"?tab={tab}")) == {rows[status].pk for status in states}, tab
    assert counts(client) == [2, 0, 1, 3, 1]


def test_each_state_stands_in_one_tab_of_the_partner(file: File, login: Any, ana: Person) -> None:
    rows = {status: file(status) for status in STATES}
    client = login(ana)
    for tab, states in {
        "open": {"draft", "pending", "review", "validation"},
        "action": {"action"},
        "decided": {"approved", "passed", "failed"},
        "closed": {"closed"},
    }.items():
        assert set(shown(client, f"?tab={tab}")) == {rows[status].pk for status in states}, tab
    assert counts(client) == [4, 1, 3, 1]


@pytest.mark.rule("REG-057")
def test_a_draft_and_what_was_never_sent_is_the_partners_own(own_deal, ana, rita, login) -> None:
    draft = at("draft", won(own_deal, ana), ana)
    assert not Registration.objects.visible_to(rita).exists()
    client = login(rita)
    assert client.get(draft.get_absolute_url()).status_code == 404
    actions.forgo(draft, by=ana)
    assert not Registration.objects.visible_to(rita).exists()
    assert login(ana).get(draft.get_absolute_url()).status_code == 200


def test_others_see_nothing_of_it(
    file: File, login: Any, carla: Person, bruno: Person, paula: Person, sam: Person, otto: Person
) -> None:
    rows = [file(status) for status in STATES]
    requested = request_for(rows[-1], clock.now())
    for person in (carla, bruno, paula, sam, otto):
        client = login(person)
        tabs = [tab.name for tab in (*lists.DESK, *lists.OF_PARTNER)]
        assert not [pk for tab in tabs for pk in shown(client, f"?tab={tab}")], person
        assert b"Data platform" not in client.get(DESK).content
        for record in (*rows, requested):
            assert client.get(record.get_absolute_url()).status_code == 404, person


def test_a_user_sees_registrations_of_the_own_teams_only(own_deal, ana, contoso, login) -> None:
    row = at("review", won(own_deal, ana), ana)
    member = make_person("Mia Member", contoso, Role.REFERRALS_USER)
    assert shown(login(member)) == []
    own_deal.team.create(company=contoso, person=member, name="M", phone="+1", email="m@x.y")
    assert shown(login(Person.objects.get(pk=member.pk))) == [row.pk]


@pytest.mark.rule("REG-057")
def test_what_waits_longest_comes_first(file: File, login: Any, rita: Person) -> None:
    now = clock.now()
    ages = {"review": 3, "validation": 9, "pending": 20}
    rows = {s: file(s, since=now - timedelta(days=days)) for s, days in ages.items()}
    young = file("review", since=now)
    client = login(rita)
    assert shown(client) == [rows["validation"].pk, rows["review"].pk, young.pk]
    page = client.get(DESK)
    assert b"9 days ago" in page.content
    assert b"The annual value is above the limit" in page.content


def test_decisions_come_newest_first(file: File, login: Any, rita: Person, ana: Person) -> None:
    now = clock.now()
    rows = [file(s, since=now - timedelta(days=d)) for d, s in enumerate(DECIDED)]
    closed = [file("closed", since=now - timedelta(days=d)) for d in range(3)]
    for person in (rita, ana):
        client = login(person)
        assert shown(client, "?tab=decided") == [row.pk for row in rows]
        assert shown(client, "?tab=closed") == [row.pk for row in closed]


def test_what_was_answered_waits_from_its_answer(own_deal, ana, rita, login) -> None:
    row = at("action", won(own_deal, ana), ana)
    assert shown(login(rita)) == []
    actions.submit(row, by=ana)
    assert shown(login(rita)) == [row.pk]


# --- exceptions -------------------------------------------------------------------------


@pytest.mark.rule("REG-056")
def test_a_late_answer_shows_and_changes_nothing(own_deal, ana, rita, login) -> None:
    row = at("failed", won(own_deal, ana), ana)
    request = asked(row, ana)
    assert b"overdue" not in login(rita).get(DESK + EXCEPTIONS).content
    clock.move(request.due_at - clock.now() + timedelta(hours=1))
    actions.close_decided()
    page = login(rita).get(DESK + EXCEPTIONS)
    assert b'class="deadline bad"' in page.content
    assert b"overdue" in page.content
    fresh = ExceptionRequest.objects.get(pk=request.pk)
    assert (fresh.status, fresh.decided_at) == ("asked", None)
    assert b"overdue" in login(ana).get(request.get_absolute_url()).content


def test_exceptions_come_oldest_first(file: File, login: Any, rita: Person) -> None:
    now = clock.now()
    made = [request_for(file("failed"), now - timedelta(days=days)) for days in (1, 5, 3)]
    assert shown(login(rita), EXCEPTIONS) == [made[1].pk, made[2].pk, made[0].pk]
    assert counts(login(rita))[1] == 3


# --- pages ------------------------------------------------------------------------------


@pytest.mark.rule("REG-057")
def test_sixty_rows_are_three_pages_without_gaps_or_doubles(
    file: File, login: Any, rita: Person
) -> None:
    now = clock.now()
    rows = [file("review", since=now - timedelta(hours=n // 4)) for n in range(60)]
    client, query, found = login(rita), REVIEW, []
    while query and len(found) < 9:
        page = client.get(DESK + query).context["page"]
        found.append([row.pk for row in page.rows])
        query = f"{REVIEW}&after={page.next}" if page.next else ""
    assert [len(ids) for ids in found] == [25, 25, 10]
    expected = sorted(rows, key=lambda row: (row.pending_at, row.pk))
    assert [pk for ids in found for pk in ids] == [row.pk for row in expected]
    assert shown(client, f"{REVIEW}&before={page.previous}") == found[1]
    assert b"25 of 60" in client.get(DESK).content


def test_an_empty_page_behind_the_last_row_leads_back(file: File, login: Any, rita: Person) -> None:
    rows = [file("review") for _ in range(26)]
    client = login(rita)
    cursor = client.get(DESK).context["page"].next
    Registration.objects.filter(pk__in=[row.pk for row in rows]).update(status="validation")
    Registration.objects.all().delete()
    assert b"Back to the first page" in client.get(f"{DESK}?after={cursor}").content


@pytest.mark.parametrize("tab", ["review", "exceptions", "decided"])
def test_three_rows_and_thirty_ask_the_same_questions(
    file: File, login: Any, rita: Person, tab: str
) -> None:
    def fill(number: int) -> None:
        for _ in range(number):
            row = file("failed" if tab != "review" else "review")
            if tab == "exceptions":
                request_for(row, clock.now())

    def asking() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"{DESK}?tab={tab}&size=100").status_code == 200
        return len(queries)

    client = login(rita)
    fill(3)
    few = asking()
    fill(27)
    assert asking() == few
    assert len(shown(client, f"?tab={tab}&size=100")) == 30


def test_counts_stop_at_a_thousand(monkeypatch: Any, file: File, login: Any, rita: Person) -> None:
    monkeypatch.setattr(lists, "MANY", 2)
    for _ in range(4):
        file("review")
    assert lists.counts(rita)["review"] == 3


def test_an_empty_tab_says_why(login: Any, rita: Person, ana: Person, sam: Person) -> None:
    assert b"Nothing waits for a review" in login(rita).get(DESK).content
    assert b"No registration is open" in login(ana).get(DESK).content
    assert b"Nothing for your role here" in login(sam).get(DESK).content


# --- the first page ---------------------------------------------------------------------


@pytest.mark.rule("REG-057")
def test_a_reviewers_first_page_says_what_waits(
    file: File, login: Any, rita: Person, sam: Person
) -> None:
    now = clock.now()
    for days in (2, 6):
        file("review", since=now - timedelta(days=days))
    request_for(file("failed"), now - timedelta(days=1))
    desk = login(rita).get("/").context["desk"]
    assert (desk.to_review, desk.exceptions, desk.overdue) == (2, 1, 1)
    assert desk.oldest == now - timedelta(days=6)
    page = login(rita).get("/").content
    assert b"6 days ago" in page
    assert b"1 overdue" in page
    assert b'href="/registrations/?tab=review"' in page
    assert b"?tab=exceptions" not in login(sam).get("/").content


def test_an_empty_desk_waits_for_nothing(login: Any, rita: Person, vendor: Company) -> None:
    page = login(rita).get("/").content
    assert b"nothing waits" in page
    assert b"none overdue" in page


def test_what_is_closed_says_how_it_ended(own_deal, ana, login) -> None:
    row = at("passed", won(own_deal, ana), ana)
    close(row)
    assert b"Passed the review" in login(ana).get(f"{DESK}?tab=closed").content
