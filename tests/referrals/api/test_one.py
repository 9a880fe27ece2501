"""One referral: its eTag, and what needs no second answer."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock
from referrals.actions import referral as actions
from referrals.models import Referral
from tests.calling import caller
from tests.conftest import past
from tests.referrals.api.asking import LIST

pytestmark = pytest.mark.django_db


@pytest.mark.rule("API-044")
@pytest.mark.parametrize("end", ["", "/", "//"])
def test_a_referral_is_read_with_its_etag(ana, own_deal, end) -> None:
    found = caller(ana).get(f"{LIST}/{own_deal.pk}{end}")
    assert found.status_code == 200
    assert found["ETag"] == found.json()["eTag"]
    assert found["ETag"].startswith('"')
    assert found["ETag"].endswith(f'-{own_deal.version}"')
    assert found.json()["@odata.context"].endswith("/$metadata#referrals/$entity")


@pytest.mark.rule("API-044")
def test_the_same_version_again_is_304_without_a_body(ana, own_deal) -> None:
    call = caller(ana)
    tag = call.get(f"{LIST}/{own_deal.pk}")["ETag"]
    for said in (tag, f"W/{tag}", f'"other", {tag}'):
        again = call.get(f"{LIST}/{own_deal.pk}", If_None_Match=said)
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    actions.move_stage(own_deal, by=ana, stage=20)
    changed = call.get(f"{LIST}/{own_deal.pk}", If_None_Match=tag)
    assert (changed.status_code, changed.json()["salesStage"]) == (200, "Qualify")
    assert changed["ETag"] != tag


@pytest.mark.rule("API-044")
def test_what_the_clock_has_changed_is_told_though_the_version_is_the_same(
    carla, invited_leg
) -> None:
    call = caller(carla)
    tag = call.get(f"{LIST}/{invited_leg.pk}")["ETag"]
    past(invited_leg)
    found = call.get(f"{LIST}/{invited_leg.pk}", If_None_Match=tag)
    assert (found.status_code, found.json()["substatus"]) == (200, "Expired")


@pytest.mark.rule("API-044")
def test_what_changed_beside_a_referral_is_told_though_the_version_is_the_same(
    ana, own_deal
) -> None:
    call = caller(ana)
    tag = call.get(f"{LIST}/{own_deal.pk}")["ETag"]
    customer = own_deal.deal.customer
    type(customer).objects.filter(pk=customer.pk).update(
        name="Northwind Renamed", updated_at=clock.now() + timedelta(seconds=1)
    )
    found = call.get(f"{LIST}/{own_deal.pk}", If_None_Match=tag)
    assert found.json()["customerProfile"]["name"] == "Northwind Renamed"


@pytest.mark.rule("API-034")
def test_what_is_not_ones_own_to_see_is_404(ana, carla, sam, paula, bruno, own_deal) -> None:
    """Another partner, a private deal for the vendor, no role, not on the team."""
    for person in (carla, sam, paula, bruno):
        assert caller(person).get(f"{LIST}/{own_deal.pk}").status_code == 404
    for odd in (uuid4(), "0" * 33, "-" * 36):
        assert caller(ana).get(f"{LIST}/{odd}").status_code == 404


@pytest.mark.rule("API-043")
def test_a_parameter_that_is_not_known_is_refused(ana, own_deal) -> None:
    found = caller(ana).get(f"{LIST}/{own_deal.pk}?$select=id")
    assert found.status_code == 400
    assert found.json()["error"]["target"] == "$select"


def test_reading_takes_few_queries(ana, own_deal) -> None:
    """Two more than to know who calls, on a clock that a sandbox can move."""
    call = caller(ana)
    with CaptureQueriesContext(connection) as nobody:
        call.get("/v1.0/nowhere")
    with CaptureQueriesContext(connection) as found:
        assert call.get(f"{LIST}/{own_deal.pk}").status_code == 200
    assert len(found) - len(nobody) <= 3  # roles, clock, the referral
    assert Referral.objects.count() == 1
