"""Writing on the wire from several connections at once. PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from portal.models import Event
from referrals.actions import registration
from referrals.models import Referral, Registration
from tests.calling import caller
from tests.referrals.api.bodies import CONTACT, ROOT, body, fresh, of, op
from tests.referrals.api.test_registration_wire import ON_MARKETPLACE, begin
from tests.referrals.registering import won

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
MANY = 8


def at_once(call: Callable[[int], Any], many: int = MANY) -> list[Any]:
    """What each of so many calls returned, each on a connection of its own."""
    gate = Barrier(many)

    def one(number: int) -> Any:
        try:
            gate.wait(timeout=30)
            return call(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


@pytest.mark.rule("API-075")
def test_one_tag_is_good_for_one_change(own_deal, ana) -> None:
    call = caller(ana)
    tag = call.get(of(own_deal))["ETag"]

    def change(number: int) -> int:
        document = [op("/details/notes", f"By {number}"), op("/externalReferenceId", str(number))]
        status: int = call.patch(of(own_deal), document, If_Match=tag).status_code
        return status

    assert Counter(at_once(change)) == {204: 1, 412: MANY - 1}
    leg = fresh(own_deal)
    assert leg.notes == f"By {leg.crm_id}"
    assert Event.objects.filter(record_id=leg.pk, verb="edit").count() == 1


@pytest.mark.rule("API-066")
def test_the_same_post_at_once_opens_one_deal(ana) -> None:
    call, asked = caller(ana), body(ana)
    answers = at_once(lambda _n: call.post(ROOT, asked, Idempotency_Key="once"))
    assert {a.status_code for a in answers} == {200}
    assert len({a.content for a in answers}) == 1
    assert Referral.objects.count() == 1


@pytest.mark.rule("API-056")
def test_the_vendor_is_asked_once(own_deal, ana, sam) -> None:
    asked = body(ana, engagementId=str(own_deal.deal_id))
    asked["target"] = [{"type": "BusinessProfileLocation", "id": "msft"}]
    asked["customerProfile"]["team"] = [CONTACT]
    asked["inviteContext"] = {"assistanceRequestCode": "GeneralOrOther"}
    call = caller(ana)
    found = Counter(at_once(lambda _n: call.post(ROOT, asked).status_code))
    assert found == {200: 1, 409: MANY - 1}
    assert own_deal.deal.legs.count() == 2


@pytest.mark.rule("API-079")
def test_page_and_wire_register_one_after_the_other(own_deal, ana) -> None:
    """Neither waits for what the other holds (a deadlock would be a 500)."""
    leg, call = won(own_deal, ana), caller(ana)

    def register(number: int) -> Any:
        if number % 2:
            return registration.register(leg, by=ana).pk
        return call.patch(of(leg), begin(ON_MARKETPLACE)).status_code

    found = at_once(register)
    assert Counter(found[::2]) == {204: 1, 409: MANY // 2 - 1}
    assert Registration.objects.count() == 1
    assert Registration.objects.get().status == "validation"
