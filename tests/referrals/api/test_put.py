"""`PUT /v1.0/engagements/referrals/{id}`: what differs is changed, and only what may be."""

import copy
from typing import Any

import pytest

from portal.models import Event
from referrals.api.replacing import same
from referrals.models import Favourite
from tests.calling import caller
from tests.referrals.api.bodies import MEMBER, SHARED, fresh, of
from tests.referrals.api.test_create import refused

pytestmark = pytest.mark.django_db


def read(leg: Any, person: Any) -> tuple[dict[str, Any], str]:
    answer = caller(person).get(of(leg))
    body = answer.json()
    body.pop("links")  # as the contract asks; left in they are tolerated
    return body, answer["ETag"]


@pytest.mark.rule("API-075")
def test_if_match_is_needed_and_honoured(own_deal, ana) -> None:
    body, tag = read(own_deal, ana)
    call = caller(ana)
    assert refused(call.put(of(own_deal), body))[:2] == (412, "If-Match")
    body["details"]["notes"] = "By PUT"
    answer = call.put(of(own_deal), body, If_Match=tag)
    assert (answer.status_code, answer.json()["details"]["notes"]) == (200, "By PUT")
    assert answer["ETag"] == answer.json()["eTag"] != tag
    late = call.put(of(own_deal), body, If_Match=tag)
    assert (late.status_code, late["ETag"]) == (412, answer["ETag"])


def test_the_same_again_changes_nothing(co_sell, ana) -> None:
    body = caller(ana).get(of(co_sell)).json()  # with its links
    tag = body["eTag"]
    assert caller(ana).put(of(co_sell), body, If_Match=tag).status_code == 200
    assert fresh(co_sell).version == co_sell.version
    assert Event.objects.filter(record_id=co_sell.pk).count() == 1


def test_everything_that_may_change(own_deal, ana, contoso) -> None:
    body, tag = read(own_deal, ana)
    body |= {"name": "Renamed", "externalReferenceId": "C2", "favorite": True}
    body |= {"salesStage": "Develop", "campaignId": None, "referralProgram": "GTM"}
    body["consent"][SHARED] = True
    body["details"] |= {"dealValue": "77", "closingDateTime": "2027-06-30T00:00:00Z"}
    second = contoso.solutions.order_by("code")[1]
    body["details"]["requirements"]["solutions"] = [{"id": second.code, "type": "Name"}]
    body["team"] += [MEMBER]
    answer = caller(ana).put(of(own_deal), body, If_Match=tag)
    assert answer.status_code == 200, answer.content
    leg = fresh(own_deal)
    assert (leg.name, leg.crm_id, leg.stage, leg.value) == ("Renamed", "C2", 40, 77)
    assert list(leg.solutions.all()) == [second]
    assert leg.deal.visible_to_vendor
    assert leg.team.count() == 2
    assert leg.wire["referralProgram"] == "GTM"
    assert Favourite.objects.filter(referral=leg, person=ana).exists()


FIXED: list[tuple[str, Any]] = [
    ("mpnId", "2000"), ("type", "Shared"), ("engagementId", "x"), ("direction", "Incoming"),
    ("registrationStatus", "Approved"), ("colour", 1), ("organizationName", "Other"),
    ("customerProfile/name", "Other"), ("customerProfile/address/city", "Porto"),
    ("customerProfile/ids", [{"profileType": "Duns", "id": "1"}]),
    ("consent/consentToContact", "x"), ("details/customerAction", "Call"), ("details/colour", 1),
    ("registrations", [{"id": "1"}]), ("target", []), ("isSpam", True),
]  # fmt: skip


@pytest.mark.rule("API-070")
@pytest.mark.parametrize(("path", "value"), FIXED, ids=[f[0] for f in FIXED])
def test_what_may_not_change_is_named(path, value, own_deal, ana) -> None:
    body, tag = read(own_deal, ana)
    body["details"]["notes"] = "Not kept either"
    spoiled = copy.deepcopy(body)
    parent, _slash, name = path.rpartition("/")
    within = spoiled
    for step in parent.split("/") if parent else ():
        within = within[step]
    within[name] = value
    answer = caller(ana).put(of(own_deal), spoiled, If_Match=tag)
    assert refused(answer)[:2] == (400, path)
    assert fresh(own_deal).version == own_deal.version


def test_closing_by_put(own_deal, ana) -> None:
    body, tag = read(own_deal, ana)
    body |= {"status": "Closed", "substatus": "Lost", "statusReason": "Timeline is too short"}
    assert caller(ana).put(of(own_deal), body, If_Match=tag).status_code == 200
    assert (fresh(own_deal).status, fresh(own_deal).reason) == ("lost", "timeline")


@pytest.mark.parametrize("body", [None, [], "x", 1, [{"op": "replace"}]])
def test_what_is_no_referral(body, own_deal, ana) -> None:
    tag = caller(ana).get(of(own_deal))["ETag"]
    assert caller(ana).put(of(own_deal), body, If_Match=tag).status_code in (200, 400)
    assert fresh(own_deal).version == own_deal.version


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (None, "", True), ([], None, True), ({}, [], True), ("10", 10.0, True), (1, True, False),
        ("2027-01-01T00:00:00.0000000Z", "2027-01-01T00:00:00Z", True), ("a", "b", False),
        ("2027-01-01T00:00:00Z", "2027-01-01T01:00:00Z", False), ([1], ["1"], True),
        ([1], [1, 2], False), ({"a": None}, {}, True), ({"a": 1}, {"a": 2}, False),
        (0, None, False),
        (False, None, False), ("NaN", "NaN", True), ("Infinity", 1, False), ({"a": 1}, [1], False),
    ],
)  # fmt: skip
def test_same(one, other, expected) -> None:
    assert same(one, other) is expected
    assert same(other, one) is expected
