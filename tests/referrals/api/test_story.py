"""Where a referral stands, as programs read it."""

import pytest

from portal import clock
from referrals.actions import referral
from tests.calling import caller
from tests.conftest import past
from tests.referrals.api.test_verbs import url

pytestmark = pytest.mark.django_db


def test_the_story_is_that_of_the_page(co_sell, vendor_leg, ana, sam, rita) -> None:
    referral.comment(co_sell, by=ana, text="Shared words")
    referral.comment(co_sell, by=ana, text="Ours alone", internal=True)
    referral.edit(co_sell, by=ana, crm_id="CRM-4711")
    mine = caller(ana).get(url(co_sell)).json()
    assert [said["text"] for said in mine["conversation"]] == ["Shared words", "Ours alone"]
    assert mine["history"][0]["changes"][0]["new"] == "CRM-4711"
    assert mine["links"]["wire"].endswith(f"/v1.0/engagements/referrals/{co_sell.pk}")
    codes = {one["code"]: one["state"] for one in mine["registration"]["criteria"]}
    assert (codes["won"], codes["own_product"]) == ("unknown", "met")
    theirs = caller(sam).get(url(co_sell)).content.decode()
    assert "Shared words" in theirs
    assert "Ours alone" not in theirs
    assert "CRM-4711" not in theirs
    pending = caller(sam).get(url(vendor_leg)).json()
    assert (pending["conversation"], pending["registration"]) == ([], None)


@pytest.mark.rule("API-081")
def test_expired_is_true_at_the_second(vendor_leg, sam) -> None:
    past(vendor_leg)
    found = caller(sam).get(url(vendor_leg)).json()
    assert found["status"] == "expired"
    assert found["allowedActions"]["accept"]["code"] == "in_time"
    clock.move(-clock.offset())


def test_the_story_costs_the_same_with_more_history(
    own_deal, ana, django_assert_max_num_queries
) -> None:
    call = caller(ana)
    for stage in (20, 40, 60, 80):
        referral.move_stage(own_deal, by=ana, stage=stage)
        referral.comment(own_deal, by=ana, text="More")
    with django_assert_max_num_queries(24):
        call.get(url(own_deal))
