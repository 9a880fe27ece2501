"""The directory of customers, as programs search it."""

import pytest
from django.conf import settings

from portal.models import Account, Event
from tests.calling import caller
from tests.conftest import make_account

pytestmark = pytest.mark.django_db
PATH = "/v1.0/customers"


def names(answer) -> list[str]:
    return [row["name"] for row in answer.json()["value"]]


@pytest.mark.rule("API-090")
def test_a_customer_is_found_as_in_the_wizard(ana, sam) -> None:
    make_account("Northwind Traders", duns="123456789", has_macc=True)
    make_account("Northwind Bakery", Account.Kind.REGISTER)
    for person in (ana, sam):
        found = caller(person).get(f"{PATH}?search=northwind").json()
        [row] = found["value"]
        assert (row["name"], row["country"], row["duns"]) == (
            "Northwind Traders",
            "PT",
            "123456789",
        )
        assert (row["hasMacc"], "tpid" in row) == (True, False)
        assert found["counts"] == {"managed": "1", "unmanaged": "0", "other": "1"}
    other = caller(ana).get(f"{PATH}?search=northwind&kind=other")
    assert names(other) == ["Northwind Bakery"]
    assert names(caller(ana).get(f"{PATH}?search=nortwhind&location=lisbon")) == [
        "Northwind Traders"
    ]


@pytest.mark.rule("API-090")
def test_what_another_partner_entered_is_not_found(ana, carla, sam) -> None:
    make_account("Handmade Works", Account.Kind.MANUAL, entered_by=ana.company)
    path = f"{PATH}?search=handmade&kind=other"
    assert names(caller(ana).get(path)) == names(caller(sam).get(path)) == ["Handmade Works"]
    theirs = caller(carla).get(path)
    assert (names(theirs), theirs.json()["counts"]["other"]) == ([], "0")


def test_linked_accounts_are_one_row(ana) -> None:
    group = "018f3c2e-7a10-7cc0-8000-000000000001"
    make_account("Northwind Traders", group=group)
    make_account("Northwind Traders Porto", group=group)
    [row] = caller(ana).get(f"{PATH}?search=northwind traders").json()["value"]
    assert [one["name"] for one in row["linked"]] == ["Northwind Traders Porto"]


def test_pages_follow_each_other(ana) -> None:
    for number in range(5):
        make_account(f"Northwind {'abcde'[number] * 4}")
    path, found = f"{PATH}?search=northwind&$top=2", []
    while path:
        answer = caller(ana).get(path)
        found += names(answer)
        path = answer.json().get("@odata.nextLink", "").removeprefix(settings.BASE_URL)
    assert len(found) == len(set(found)) == 5


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("", "search"),
        ("search=no", "search"),
        ("search=" + "n" * 201, "search"),
        ("search=north&kind=rich", "kind"),
        ("search=north&wide=maybe", "wide"),
        ("search=north&$skiptoken=x", "$skiptoken"),
        ("search=north&$skiptoken=99999", "$skiptoken"),
        ("search=north&$top=0", "$top"),
        ("search=north&$filter=x", "$filter"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(query, target, ana) -> None:
    answer = caller(ana).get(f"{PATH}?{query}")
    assert (answer.status_code, answer.json()["error"]["target"]) == (400, target)


@pytest.mark.rule("API-091")
def test_only_who_works_on_deals_searches(paula, rita, otto, ana) -> None:
    for person in (paula, rita, otto):
        answer = caller(person).get(f"{PATH}?search=northwind")
        assert answer.status_code == 403
        assert answer.json()["error"]["innerError"]["code"] == "notAllowed"
    scoped = caller(ana, "referrals.read", "settings.read").get(f"{PATH}?search=northwind")
    assert scoped.status_code == 403


def test_searching_writes_nothing_and_nothing_is_written_here(ana) -> None:
    before = Event.objects.count()
    caller(ana).get(f"{PATH}?search=northwind")
    assert caller(ana, "customers.read").post(PATH, {}).status_code in (403, 405)
    assert Event.objects.count() == before
