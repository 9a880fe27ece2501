"""The sample client of docs/client against the portal itself: its table is the portal's, whatever
happens on either side and to the line between them."""

import http.client
import random
from collections.abc import Iterator
from datetime import timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Event as Bell
from threading import Thread
from typing import Any

import pytest
from django.conf import settings as known

from notifications import topics
from notifications.actions import subscription
from notifications.webhooks import delivering, telling
from portal.actions import clients, people
from portal.models import Answered, Client, Event, Location, Person, Role
from referrals.actions import deal, referral, team
from referrals.actions.opening import Member
from referrals.models import Referral, TeamMember
from tests.calling import program_of
from tests.conftest import invitation, opening, terms
from tests.feeding import settle
from tests.lines import Line
from tests.referrals.api.bodies import body

pytestmark = pytest.mark.django_db(transaction=True)
SECRET = "a secret of the tests"


@pytest.fixture
def line(live_server: Any, settings: Any) -> Iterator[str]:
    """The portal's address, over a line that can be cut."""
    Line.target, Line.cuts, Line.writes = live_server.url.removeprefix("http://"), 0, 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Line)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.BASE_URL = f"http://127.0.0.1:{server.server_port}"
    yield settings.BASE_URL
    server.shutdown()
    server.server_close()


@pytest.fixture
def crm(line: str, ana: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The sample client of Ana's company, with an empty table."""
    monkeypatch.syspath_prepend(known.BASE_DIR / "docs" / "client")
    from crm import Crm
    from portal_api import Portal

    client = program_of(ana)
    client.client_secret = SECRET
    client.save()
    pause = lambda seconds: None  # noqa: E731
    found = Crm(tmp_path / "crm.sqlite3", Portal(line, client.client_id, SECRET, pause=pause))
    yield found
    found.table.close()


def table(crm: Any) -> dict[str, tuple[Any, ...]]:
    rows = crm.table.execute("SELECT id, name, value, notes, crm_id, substatus, etag FROM deals")
    return {row["id"]: tuple(row)[1:] for row in rows}


SAID = {"accepted": "Accepted", "won": "Won", "lost": "Lost", "error": "Error"}


def portal(person: Person) -> dict[str, tuple[Any, ...]]:
    return {
        str(leg.pk): (
            leg.name, leg.value, leg.notes, leg.crm_id, SAID[leg.status],
            f'"{leg.pk.hex[:8]}-{leg.version}"',
        )
        for leg in Referral.objects.filter(company=person.company_id)
    }  # fmt: skip


def in_step(crm: Any, person: Person) -> None:
    settle()
    crm.catch_up()
    assert table(crm) == portal(person)


def happen(chance: random.Random, person: Person, customer: Any) -> None:
    """Something that a person does to one of the deals, or to a new one."""
    legs = list(Referral.objects.filter(company=person.company_id, status="accepted"))
    if not legs or chance.random() < 0.3:
        named = terms(f"Deal {chance.random()}")
        deal.open(opening(person, customer, terms=named), by=person)
        return
    leg = chance.choice(legs)
    member = Member("Eva", "+351210000009", f"{chance.random()}@contoso.example")
    chance.choice(
        [
            lambda: referral.edit(leg, by=person, value=chance.randint(1, 10**6)),
            lambda: referral.edit(leg, by=person, notes=f"Note {chance.random()}"),
            lambda: referral.lose(leg, by=person, reason="budget"),
            lambda: referral.close_as_error(leg, by=person, reason="test"),
            lambda: team.add_member(leg, member, by=person),
        ]
    )()


@pytest.mark.rule("API-140")
@pytest.mark.parametrize("seed", [1, 2])
def test_after_a_list_and_the_feed_the_table_is_the_portal(ana, customer, crm, seed) -> None:
    chance = random.Random(seed)
    for _round in range(4):
        for _n in range(chance.randint(3, 8)):
            happen(chance, ana, customer)
        in_step(crm, ana)


@pytest.mark.rule("API-140")
def test_the_first_list_goes_through_its_pages(ana, customer, crm, settings) -> None:
    settings.API_PAGE = 2
    for n in range(5):
        deal.open(opening(ana, customer, terms=terms(f"Deal {n}")), by=ana)
    get, asked = crm.portal.get, []
    crm.portal.get = lambda path, **query: asked.append(path) or get(path, **query)
    in_step(crm, ana)
    assert sum("skiptoken" in path for path in asked) == 2


@pytest.mark.rule("API-141")
def test_a_line_cut_after_a_post_makes_one_deal(ana, crm) -> None:
    in_step(crm, ana)
    Line.cuts = 2
    crm.open(body(ana, name="Made once"))
    crm.push()
    assert (Line.cuts, Line.writes) == (0, 3)
    assert [leg.name for leg in Referral.objects.all()] == ["Made once"]
    assert Answered.objects.count() == 1
    in_step(crm, ana)


@pytest.mark.rule("API-141")
def test_a_line_that_stays_cut_leaves_it_in_the_outbox_and_the_next_push_makes_none_anew(
    ana, crm
) -> None:
    from portal_api import TRIES, Away

    in_step(crm, ana)
    crm.open(body(ana, name="Made once"))
    Line.cuts = TRIES
    with pytest.raises(Away):
        crm.push()
    assert Referral.objects.count() == 1
    crm.push()
    assert Referral.objects.count() == 1
    assert crm.table.execute("SELECT count(*) FROM outbox").fetchone()[0] == 0
    in_step(crm, ana)


@pytest.mark.rule("API-142")
def test_a_change_goes_back_also_where_somebody_changed_another_field(ana, own_deal, crm) -> None:
    in_step(crm, ana)
    leg = str(own_deal.pk)
    crm.change(leg, "crm_id", "CRM-77")
    referral.edit(own_deal, by=ana, notes="meanwhile")
    crm.push()
    fresh = Referral.objects.get(pk=leg)
    assert (fresh.crm_id, fresh.notes) == ("CRM-77", "meanwhile")
    assert Event.objects.filter(record_id=leg).latest("version").client_id is not None
    in_step(crm, ana)


@pytest.mark.rule("API-142")
def test_where_both_changed_one_field_the_portal_stands_and_the_refusal_is_kept(
    ana, own_deal, crm
) -> None:
    in_step(crm, ana)
    crm.change(str(own_deal.pk), "notes", "ours")
    referral.edit(own_deal, by=ana, notes="theirs")
    crm.push()
    assert Referral.objects.get(pk=own_deal.pk).notes == "theirs"
    (refusal,) = crm.table.execute("SELECT why FROM refusals").fetchall()
    assert refusal["why"].startswith("412")
    in_step(crm, ana)


@pytest.mark.rule("API-142")
def test_what_a_rule_refuses_is_kept_with_its_reason(ana, own_deal, crm) -> None:
    in_step(crm, ana)
    referral.lose(own_deal, by=ana, reason="budget")
    in_step(crm, ana)
    crm.change(str(own_deal.pk), "notes", "too late")
    crm.push()
    (refusal,) = crm.table.execute("SELECT why FROM refusals").fetchall()
    assert refusal["why"].startswith("409")


@pytest.mark.rule("API-140")
def test_a_month_away_it_lists_again(ana, customer, own_deal, crm, monkeypatch) -> None:
    in_step(crm, ana)
    monkeypatch.setattr("notifications.feed.LIFETIME", timedelta(seconds=-1))
    deal.open(opening(ana, customer), by=ana)
    in_step(crm, ana)


@pytest.mark.rule("API-140")
def test_a_program_that_loses_a_location_loses_its_deals(ana, paula, customer, crm) -> None:
    """The role of the program is narrowed on its page: the table follows."""
    places = ana.company.locations.order_by("partner_id")
    for place in places:
        deal.open(opening(ana, customer, location=place), by=ana)
    in_step(crm, ana)
    client = Client.objects.get(client_id=crm.portal.client_id)
    kept = Location.objects.get(pk=places[0].pk)
    grants = [people.Grant(Role.REFERRALS_ADMIN, (kept,))]
    clients.edit(client, by=paula, grants=grants)
    settle()
    crm.catch_up()
    assert [*table(crm)] == [str(Referral.objects.get(location=kept).pk)]


@pytest.mark.rule("API-143")
def test_a_webhook_only_wakes_the_reader_and_a_forged_one_does_not(
    ana, own_deal, crm, settings
) -> None:
    from receiver import listen

    in_step(crm, ana)
    bell = Bell()
    door = listen(("127.0.0.1", 0), "", bell)
    port = door.server_port
    door.shutdown()
    door.server_close()
    settings.WEBHOOK_TEST_TARGETS = [f"127.0.0.1:{port}"]
    wish = subscription.Wish(f"http://127.0.0.1:{port}/", tuple(topics.names()))
    _row, secret = subscription.subscribe(wish, by=ana)
    door = listen(("127.0.0.1", port), secret, bell)
    forged = http.client.HTTPConnection(f"127.0.0.1:{port}", timeout=10)
    forged.request("POST", "/", b"{}", {"webhook-timestamp": "1", "webhook-signature": "v1,x"})
    assert forged.getresponse().status == 401
    assert not bell.is_set()
    referral.edit(own_deal, by=ana, notes="told by webhook")
    settle()
    telling.tell_all()
    delivering.drain()
    assert bell.wait(5)
    in_step(crm, ana)
    door.shutdown()
    door.server_close()


@pytest.mark.rule("API-140")
def test_a_neighbours_step_costs_one_look_at_the_own_deal(
    ana, own_deal, carla, fabrikam, crm
) -> None:
    in_step(crm, ana)
    leg = deal.invite(own_deal, invitation(fabrikam), by=ana)
    referral.accept(leg, by=carla, name=leg.name, value=leg.value, close_on=leg.close_on)
    in_step(crm, ana)
    assert TeamMember.objects.filter(referral=leg).exists()
