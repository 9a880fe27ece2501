"""The feed of events: what changed, for whom, in the words of the pages and no others."""

from datetime import timedelta
from typing import Any

import pytest

from portal import clock
from portal.actions import people
from portal.models import Company, Location, Membership, Person, Role
from referrals.actions import deal, referral, team
from referrals.actions.opening import Member
from referrals.models import Referral, Solution
from tests.calling import Caller, caller, client_of, token_of
from tests.conftest import accept, invitation, make_person, opening
from tests.feeding import settle

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/v1.0/events"


def read(call: Caller, query: str = "") -> dict[str, Any]:
    settle()
    found = call.get(f"{PATH}?{query}")
    assert found.status_code == 200, found.content
    body: dict[str, Any] = found.json()
    return body


def told(call: Caller, query: str = "") -> list[tuple[str, str | None]]:
    return [(row["name"], row["verb"]) for row in read(call, query)["value"]]


@pytest.fixture
def ana_calls(ana: Person) -> Caller:
    return caller(ana)


@pytest.mark.rule("API-132")
def test_a_change_is_told_as_the_page_tells_it(ana, own_deal, ana_calls) -> None:
    start = read(ana_calls, "after=latest")["next"]
    referral.edit(own_deal, by=ana, value=7000, crm_id="C-1")
    (row,) = read(ana_calls, f"after={start}")["value"]
    assert (row["name"], row["verb"], row["tombstone"]) == ("referral-updated", "edit", False)
    assert row["resource"]["id"] == str(own_deal.pk)
    assert row["resource"]["uri"].endswith(f"/v1.0/engagements/referrals/{own_deal.pk}")
    assert row["engagementId"] == str(own_deal.deal_id)
    assert row["version"] == Referral.objects.get(pk=own_deal.pk).version
    assert row["actor"] == {"kind": "person", "label": str(ana)}
    assert row["changes"]["crmId"] == ["", "C-1"]
    assert list(row["changes"]) == ["value", "crmId"]


@pytest.mark.rule("API-132")
def test_a_step_tells_the_status_and_no_moments_that_the_page_leaves_out(
    ana, own_deal, ana_calls
) -> None:
    referral.close_as_error(own_deal, by=ana, reason="test")
    row = read(ana_calls)["value"][-1]
    assert row["changes"] == {"status": ["accepted", "error"], "reason": ["", "test"]}


@pytest.mark.rule("API-133")
def test_what_is_not_yours_never_appears(own_deal, carla, ana_calls) -> None:
    assert told(ana_calls) == [("referral-created", "open")]
    assert told(caller(carla)) == []


@pytest.mark.rule("API-133")
def test_a_neighbour_is_told_that_something_moved_and_led_to_its_own_leg(
    ana, own_deal, invited_leg, carla
) -> None:
    accept(invited_leg, carla)
    call = caller(carla)
    start = read(call, "after=latest")["next"]
    referral.edit(own_deal, by=ana, crm_id="secret", notes="secret too")
    page = read(call, f"after={start}")
    (row,) = page["value"]
    assert row["name"] == "related-referral-updated"
    assert row["resource"]["id"] == str(invited_leg.pk)
    assert (row["verb"], row["actor"], row["version"], row["changes"]) == (None, None, None, {})
    assert "secret" not in str(page)
    assert str(own_deal.pk) not in str(page)


@pytest.mark.rule("API-133")
def test_a_partner_that_declined_is_not_told_of_the_third(
    ana, own_deal, invited_leg, third_leg, carla
) -> None:
    referral.decline(invited_leg, by=carla, reason="timeline")
    call = caller(carla)
    start = read(call, "after=latest")["next"]
    dora = make_person("Dora", third_leg.company, Role.REFERRALS_ADMIN)
    referral.decline(third_leg, by=dora, reason="timeline")
    assert told(call, f"after={start}") == []
    referral.edit(own_deal, by=ana, notes="who sent it stays known")
    assert told(call, f"after={start}") == [("related-referral-updated", None)]


@pytest.fixture
def third_leg(own_deal, ana) -> Referral:
    """Another partner's pending leg of Ana's deal."""
    tailspin = Company.objects.create(name="Tailspin", country="US")
    Location.objects.create(company=tailspin, partner_id="3000", name="Tailspin", country="US")
    Solution.objects.create(
        code="SOL-3000-TST", name="Tailspin product", company=tailspin, status=Solution.Status.IP
    )
    return deal.invite(own_deal, invitation(tailspin), by=ana)


@pytest.mark.rule("API-133")
def test_the_vendor_reads_a_shared_deal_without_the_partners_own_numbers(ana, sam, co_sell) -> None:
    call = caller(sam)
    start = read(call, "after=latest")["next"]
    referral.edit(co_sell, by=ana, crm_id="C-7", notes="shown")
    (row,) = read(call, f"after={start}")["value"]
    assert row["name"] == "related-referral-updated"
    assert list(row["changes"]) == ["notes"]
    assert row["resource"]["id"] == str(co_sell.pk)


@pytest.mark.rule("API-133")
def test_a_person_of_one_location_reads_that_location_and_their_team(ana, bruno, customer) -> None:
    places = ana.company.locations.order_by("partner_id")
    on_team = deal.open(
        opening(ana, customer, team=(Member(bruno.name, "+351210000000", bruno.email),)), by=ana
    )
    deal.open(opening(ana, customer, location=places[1]), by=ana)
    deal.open(opening(ana, customer, location=places[0]), by=ana)
    found = read(caller(bruno))["value"]
    assert [row["resource"]["id"] for row in found] == [str(on_team.pk)]


@pytest.mark.rule("API-134")
def test_taken_off_the_team_one_is_told_that_the_record_is_gone_and_no_more(
    ana, bruno, customer
) -> None:
    members = (
        Member(ana.name, "+351210000000", ana.email),
        Member(bruno.name, "+351210000000", bruno.email),
    )
    leg = deal.open(opening(ana, customer, team=members), by=ana)
    call = caller(bruno)
    start = read(call, "after=latest")["next"]
    referral.edit(leg, by=ana, notes="while in sight")
    team.remove_member(leg, leg.team.get(person=bruno), by=ana)
    referral.edit(Referral.objects.get(pk=leg.pk), by=ana, notes="out of sight")
    (row,) = read(call, f"after={start}")["value"]
    assert row["tombstone"] is True
    assert row["resource"] == {"type": "referral", "id": str(leg.pk), "uri": None}
    assert (row["verb"], row["actor"], row["engagementId"], row["changes"]) == (
        None,
        None,
        None,
        {},
    )
    assert [r["tombstone"] for r in read(caller(ana), f"after={start}")["value"]] == [False] * 3


@pytest.mark.rule("API-134")
def test_whoever_is_given_other_roles_is_told_to_list_again(ana, paula) -> None:
    call = caller(ana)
    start = read(call, "after=latest")["next"]
    place = ana.company.locations.first()
    people.set_roles(ana, by=paula, grants=[people.Grant(Role.REFERRALS_ADMIN, (place,))])
    (row,) = read(call, f"after={start}")["value"]
    assert (row["name"], row["resource"]["type"]) == ("access-updated", "person")
    assert Membership.objects.get(person=ana).whole_company is False


@pytest.mark.rule("API-135")
def test_a_client_can_leave_out_what_it_did_itself(ana, own_deal) -> None:
    mine, other = client_of(ana, name="mine"), client_of(ana, name="other")
    call = Caller(token_of(mine, ana))
    start = read(call, "after=latest")["next"]
    for client, note in ((mine, "by mine"), (other, "by other"), (None, "on a page")):
        ana.client = client
        referral.edit(Referral.objects.get(pk=own_deal.pk), by=ana, notes=note)
    ana.client = None
    everything = read(call, f"after={start}")["value"]
    assert [row["client"] for row in everything] == [mine.client_id, None, None]
    left = read(call, f"after={start}&excludeOwn=true")["value"]
    assert [row["changes"]["notes"][1] for row in left] == ["by other", "on a page"]
    theirs = read(Caller(token_of(other, ana)), f"after={start}&excludeOwn=true")["value"]
    assert [row["changes"]["notes"][1] for row in theirs] == ["by mine", "on a page"]


@pytest.mark.rule("API-131")
def test_pages_follow_and_an_empty_page_is_the_end(ana, own_deal, ana_calls) -> None:
    for n in range(4):
        referral.edit(Referral.objects.get(pk=own_deal.pk), by=ana, notes=f"note {n}")
    seen, cursor = [], ""
    while True:
        page = read(ana_calls, f"after={cursor}&$top=2")
        cursor = page["next"]
        if not page["value"]:
            break
        seen += [row["id"] for row in page["value"]]
    assert len(seen) == len(set(seen)) == 5
    assert read(ana_calls, f"after={cursor}")["value"] == []


@pytest.mark.rule("API-131")
def test_a_reader_skips_what_others_did_and_meets_no_empty_page(ana, carla, customer) -> None:
    """Before and behind two lines of Carla's are many of Ana's."""
    mine = deal.open(opening(carla, customer), by=carla)
    hers = deal.open(opening(ana, customer), by=ana)
    for n in range(12):
        hers = referral.edit(hers, by=ana, notes=f"note {n}")
    referral.edit(mine, by=carla, notes="mine")
    page = read(caller(carla), "$top=1")
    assert [row["verb"] for row in page["value"]] == ["open"]
    page = read(caller(carla), f"after={page['next']}&$top=1")
    assert [row["verb"] for row in page["value"]] == ["edit"]


@pytest.mark.rule("API-131")
def test_a_cursor_of_thirty_days_is_gone(ana_calls) -> None:
    cursor = read(ana_calls, "after=latest")["next"]
    clock.move(timedelta(days=30, seconds=5))
    found = ana_calls.get(f"{PATH}?after={cursor}")
    assert found.status_code == 410
    assert found.json()["error"]["innerError"]["code"] == "cursorExpired"


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("after=nonsense", "after"),
        ("excludeOwn=yes", "excludeOwn"),
        ("$top=0", "$top"),
        ("$top=201", "$top"),
        ("$skiptoken=x", "$skiptoken"),
        ("from=now", "from"),
    ],
)
def test_what_can_not_be_understood_is_named(ana_calls, query, target) -> None:
    found = ana_calls.get(f"{PATH}?{query}")
    assert (found.status_code, found.json()["error"]["target"]) == (400, target)


def test_reading_needs_the_scope(ana) -> None:
    assert caller(ana, "referrals.read").get(PATH).status_code == 403
    assert caller(ana, "webhooks.read").get(PATH).status_code == 200


@pytest.mark.rule("API-131")
def test_the_number_of_queries_does_not_grow(
    ana, customer, ana_calls, django_assert_max_num_queries
) -> None:
    for _n in range(3):
        deal.open(opening(ana, customer), by=ana)
    settle()
    with django_assert_max_num_queries(14) as few:
        assert len(ana_calls.get(PATH).json()["value"]) == 3
    for _n in range(20):
        deal.open(opening(ana, customer), by=ana)
    settle()
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert len(ana_calls.get(PATH).json()["value"]) == 23
