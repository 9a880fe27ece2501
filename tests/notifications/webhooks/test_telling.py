"""Who is told of what: the own leg, the others of its deal, registrations; each change once."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from notifications import topics
from notifications.models import Delivery, Subscription, Told
from notifications.webhooks import telling
from portal import clock
from portal.models import Event
from referrals.actions import deal, referral, registration
from tests.calling import client_of
from tests.conftest import HELP, accept, invitation, opening
from tests.feeding import settle

# The feed tells what is committed only.
pytestmark = pytest.mark.django_db(transaction=True)


def tell() -> int:
    settle()
    return telling.tell_all()


def told(subscription: Subscription) -> list[tuple[str, str]]:
    """(name, id at the end of the address), in order, and then forgotten."""
    tell()
    rows = list(subscription.deliveries.order_by("pk"))
    subscription.deliveries.all().delete()
    return [(row.name, row.payload["ResourceUri"].rsplit("/", 1)[1]) for row in rows]


@pytest.mark.rule("API-100")
def test_a_company_is_told_of_its_own_leg(ana, customer, subscribe, receiver) -> None:
    own = subscribe(ana, receiver)
    leg = deal.open(opening(ana, customer), by=ana)
    assert told(own) == [("referral-created", str(leg.pk))]
    referral.move_stage(leg, by=ana, stage=20)
    assert told(own) == [("referral-updated", str(leg.pk))]


@pytest.mark.rule("API-101")
def test_the_message_is_thin_and_says_where_to_read(ana, customer, subscribe, receiver) -> None:
    subscribe(ana, receiver)
    leg = deal.open(opening(ana, customer), by=ana)
    tell()
    payload = Delivery.objects.get().payload
    assert payload.pop("ResourceChangeUtcDate").endswith("Z")
    assert payload == {
        "EventName": "referral-created",
        "ResourceUri": f"http://localhost:8000/v1.0/engagements/referrals/{leg.pk}",
        "ResourceName": "referral",
        "AuditUri": None,
    }


@pytest.mark.rule("API-102")
def test_other_legs_are_told_as_far_as_the_page_shows_them(
    ana, carla, sam, customer, fabrikam, subscribe, receiver
) -> None:
    anas, carlas, sams = (subscribe(who, receiver) for who in (ana, carla, sam))
    own = deal.open(opening(ana, customer, **HELP), by=ana)
    vendors = own.deal.legs.get(company__kind="vendor")
    assert told(anas) == [
        ("referral-created", str(own.pk)),
        ("related-referral-created", str(own.pk)),
    ]
    assert told(sams) == [
        ("related-referral-created", str(own.pk)),
        ("referral-created", str(vendors.pk)),
    ]
    assert told(carlas) == []
    invited = deal.invite(own, invitation(fabrikam), by=ana)
    assert told(carlas) == [  # who sent it is known; the vendor's leg is not, before she accepts
        ("related-referral-updated", str(invited.pk)),
        ("referral-created", str(invited.pk)),
    ]
    told(anas), told(sams)
    accept(vendors, sam)
    assert told(carlas) == []
    invited = accept(invited, carla)
    told(carlas), told(anas)
    referral.win(vendors, by=sam)
    assert told(carlas) == [("related-referral-updated", str(invited.pk))]
    assert told(anas) == [("related-referral-updated", str(own.pk))]


@pytest.mark.rule("API-103")
def test_the_vendor_is_told_of_what_its_sellers_see_and_of_nothing_private(
    ana, sam, customer, subscribe, receiver
) -> None:
    sams = subscribe(sam, receiver)
    leg = deal.open(opening(ana, customer), by=ana)
    assert told(sams) == []
    deal.share(leg, by=ana)
    assert told(sams) == [("related-referral-updated", str(leg.pk))]


@pytest.mark.rule("API-104")
def test_only_what_was_asked_for(ana, customer, subscribe, receiver) -> None:
    own = subscribe(ana, receiver, events=("referral-updated",))
    leg = deal.open(opening(ana, customer), by=ana)
    referral.win(leg, by=ana)
    assert [name for name, _id in told(own)] == ["referral-updated"]


@pytest.mark.rule("API-105")
@pytest.mark.parametrize("skip", [True, False])
def test_its_own_changes_can_be_left_out(ana, customer, subscribe, receiver, skip) -> None:
    ana.client = client_of(ana)
    own = subscribe(ana, receiver, skip_own=skip)
    leg = deal.open(opening(ana, customer), by=ana)
    assert [name for name, _id in told(own)] == ([] if skip else ["referral-created"])
    ana.client = client_of(ana, name="Another")
    referral.win(leg, by=ana)
    ana.client = None
    assert [name for name, _id in told(own)] == ["referral-updated"]


@pytest.mark.rule("API-106")
def test_what_was_rolled_back_is_not_told(ana, customer, subscribe, receiver) -> None:
    own = subscribe(ana, receiver)
    with transaction.atomic():
        deal.open(opening(ana, customer), by=ana)
        transaction.set_rollback(True)
    assert told(own) == []


@pytest.mark.rule("API-107")
def test_what_was_before_the_subscription_is_not_told(ana, customer, subscribe, receiver) -> None:
    deal.open(opening(ana, customer), by=ana)
    clock.move(timedelta(hours=1))
    own = subscribe(ana, receiver)
    assert told(own) == []


@pytest.mark.rule("API-108")
def test_switched_off_companies_and_programs_are_not_told(
    ana, customer, subscribe, receiver
) -> None:
    ana.client = client_of(ana)
    own = subscribe(ana, receiver)
    ana.client.is_active = False
    ana.client.save()
    leg = deal.open(opening(ana, customer), by=ana)
    assert told(own) == []
    ana.client.is_active = True
    ana.client.save()
    referral.move_stage(leg, by=ana, stage=20)
    type(ana.company).objects.filter(pk=ana.company_id).update(is_active=False)
    assert told(own) == []


def test_telling_asks_a_constant_number_of_times(ana, customer, subscribe, receiver) -> None:
    counts = []
    subscribe(ana, receiver)
    for many in (3, 30):
        for _number in range(many):
            deal.open(opening(ana, customer), by=ana)
        settle()
        with CaptureQueriesContext(connection) as seen:
            telling.tell_all()
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_telling_again_adds_nothing(ana, customer, subscribe, receiver) -> None:
    own = subscribe(ana, receiver)
    deal.open(opening(ana, customer), by=ana)
    assert (tell(), tell()) == (1, 0)
    assert own.deliveries.count() == 1


@pytest.mark.rule("API-106")
def test_a_lost_place_in_history_loses_and_doubles_nothing(
    ana, customer, subscribe, receiver
) -> None:
    own = subscribe(ana, receiver)
    deal.open(opening(ana, customer), by=ana)
    tell()
    leg = deal.open(opening(ana, customer), by=ana)
    Told.objects.update(cursor="signed by another key")
    tell()
    assert own.deliveries.count() == 2
    assert own.deliveries.filter(record_id=leg.pk).count() == 1
    assert Told.objects.get().cursor != "signed by another key"


def test_who_comes_when_nobody_listened_hears_of_what_follows(
    ana, customer, subscribe, receiver
) -> None:
    deal.open(opening(ana, customer), by=ana)
    tell()
    own = subscribe(ana, receiver)
    leg = deal.open(opening(ana, customer), by=ana)
    assert told(own) == [("referral-created", str(leg.pk))]


@pytest.mark.rule("API-102")
def test_registrations_are_told_to_the_vendor_from_the_first_submission(
    ana, sam, customer, subscribe, receiver
) -> None:
    anas, sams = subscribe(ana, receiver), subscribe(sam, receiver)
    leg = referral.win(deal.open(opening(ana, customer, visible=True), by=ana), by=ana)
    found = registration.register(leg, by=ana)
    names = ("registration-created", "registration-updated")
    only = {"events": names}
    Subscription.objects.update(**only)
    assert told(anas) == [("registration-created", str(found.pk))]
    assert told(sams) == []
    found = registration.edit(found, by=ana, holds_contract=True)
    assert told(anas) == [("registration-updated", str(found.pk))]
    assert told(sams) == []
    lines = [
        Event(record_type="registration", record_id=found.pk, verb=verb, before=before, after=after)
        for verb, before, after in (
            ("submit", "draft", "pending"),
            ("select", "pending", "review"),
            ("forgo", "draft", "closed"),
        )
    ]
    heard = [(t.event.verb, t.name, t.company_id) for t in topics.resolve(lines)]
    partner, vendor = ana.company_id, sam.company_id
    assert heard == [
        ("submit", "registration-updated", partner),
        ("submit", "registration-created", vendor),
        ("select", "registration-updated", partner),
        ("select", "registration-updated", vendor),
        ("forgo", "registration-updated", partner),
    ]
