"""From a row to a request: signed, tried again, parked, and never in anybody else's way."""

import base64
import time
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from standardwebhooks import Webhook, WebhookVerificationError

from notifications.actions import deliveries
from notifications.actions import subscription as verbs
from notifications.models import Attempt, Delivery, Subscription
from notifications.webhooks import delivering, secrets, signing
from notifications.webhooks.sending import Outcome
from portal import clock
from portal.models import Event, Person, new_id
from tests.notifications.webhooks.receiver import Receiver, receiving

pytestmark = pytest.mark.django_db


def queue(subscription: Subscription, many: int = 1, **fields) -> list[Delivery]:
    now = clock.now()
    rows = [
        Delivery(
            subscription=subscription,
            event_id=new_id(),
            name="referral-updated",
            payload={"EventName": f"n{number}"},
            due_at=now,
            created_at=now,
            **fields,
        )
        for number in range(many)
    ]
    return Delivery.objects.bulk_create(rows)


def fresh(row):
    return type(row).objects.get(pk=row.pk)


@pytest.fixture
def own(ana: Person, receiver: Receiver, subscribe) -> Subscription:
    return subscribe(ana, receiver)


@pytest.mark.rule("API-112")
def test_every_message_is_signed_in_both_ways(own, receiver, client) -> None:
    queue(own)
    assert delivering.drain() == 1
    [taken] = receiver.taken
    assert Webhook(own.told_secret).verify(taken.raw, taken.headers) == {"EventName": "n0"}
    assert taken.headers["X-MS-Signature-Algorithm"] == "rsa-sha256"
    address = taken.headers["X-MS-Certificate-Url"].removeprefix("http://localhost:8000")
    pem = client.get(address)
    assert pem["Content-Type"] == "application/x-pem-file"
    certificate = x509.load_pem_x509_certificate(pem.content)
    word, signature = taken.headers["Authorization"].split()
    assert word == "Signature"
    key = certificate.public_key()
    key.verify(base64.b64decode(signature), taken.raw, padding.PKCS1v15(), hashes.SHA256())
    assert "x-ms-signature" not in taken.headers


@pytest.mark.rule("API-112")
def test_the_signature_stands_in_its_own_header_where_asked(ana, receiver, subscribe) -> None:
    queue(subscribe(ana, receiver, own_header=True))
    delivering.drain()
    [taken] = receiver.taken
    assert taken.headers["x-ms-signature"].startswith("Signature ")
    assert "Authorization" not in taken.headers


@pytest.mark.rule("API-113")
def test_both_secrets_sign_while_a_new_one_is_taken_over(own, ana, receiver) -> None:
    new = verbs.rotate_secret(own, by=ana)
    queue(own)
    delivering.drain()
    for secret in (new, own.told_secret):
        assert Webhook(secret).verify(receiver.taken[0].raw, receiver.taken[0].headers)
    Subscription.objects.update(before_until=clock.now() - timedelta(seconds=1))
    queue(own)
    delivering.drain()
    last = receiver.taken[-1]
    assert Webhook(new).verify(last.raw, last.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(own.told_secret).verify(last.raw, last.headers)


@pytest.mark.rule("API-113")
def test_a_secret_is_kept_encrypted_and_stands_in_no_history(own, ana) -> None:
    new = verbs.rotate_secret(own, by=ana)
    row = fresh(own)
    stored = str(Subscription.objects.filter(pk=own.pk).values().get())
    said = str(list(Event.objects.of(own).values()))
    for secret in (new, own.told_secret):
        assert secret not in stored + said
        assert row.secret not in said
    assert secrets.decrypt(row.secret) == new


@pytest.mark.rule("API-114")
def test_ten_tries_in_75_hours_then_parked(own, receiver) -> None:
    receiver.usual = 500
    [row] = queue(own)
    start, spent = clock.now(), timedelta(0)
    for number in range(1, 11):
        delivering.drain()
        row = fresh(row)
        assert (row.tries, row.code) == (number, 500)
        if row.due_at:
            pause = row.due_at - clock.now()
            usual = delivering.WAITS[number - 1]
            assert usual * 0.85 < pause < usual * 1.15
            clock.move(pause + timedelta(seconds=1))
            spent += pause
    assert row.state == "parked"
    assert timedelta(hours=66) < spent < timedelta(hours=84)
    clock.move(timedelta(days=5))
    delivering.drain()
    assert len(receiver.taken) == 10
    assert {one.headers["webhook-id"] for one in receiver.taken} == {str(row.pk)}
    assert Attempt.objects.filter(delivery=row).count() == 10
    assert clock.now() > start


def test_pauses_differ_by_chance(own) -> None:
    assert len({delivering.pause(3, Outcome()) for _ in range(20)}) > 10


@pytest.mark.rule("API-115")
@pytest.mark.parametrize(
    ("said", "least", "most"),
    [("3600", 3590, 3610), ("9999999", 86390, 86410), ("soon", 4, 7), ("-5", 4, 7)],
)
def test_a_receiver_may_ask_for_patience_up_to_a_day(own, receiver, said, least, most) -> None:
    receiver.usual, receiver.headers = 503, {"Retry-After": said}
    [row] = queue(own)
    delivering.drain()
    assert least < (fresh(row).due_at - clock.now()).total_seconds() < most


@pytest.mark.rule("API-116")
def test_410_switches_off_and_parks_what_waits(own, receiver, ana) -> None:
    receiver.usual = 410
    rows = queue(own, 3)
    delivering.drain()
    assert len(receiver.taken) == 1
    assert {fresh(row).state for row in rows} == {"parked"}
    assert fresh(own).off == "gone"
    assert Event.objects.of(own).first().verb == "switch_off"
    receiver.usual = 200
    wish = verbs.Wish.of(fresh(own))
    assert verbs.change(own, wish, by=ana).off == ""
    deliveries.replay_many(own, by=ana, start=None, end=None)
    assert delivering.drain() == 3


@pytest.mark.rule("API-117")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_a_failure_and_is_not_followed(own, receiver, status) -> None:
    with receiving() as inside:
        receiver.usual, receiver.headers = status, {"Location": inside.url}
        [row] = queue(own)
        delivering.drain()
        assert inside.taken == []
    assert (fresh(row).state, fresh(row).code, fresh(row).tries) == ("queued", status, 1)


@pytest.mark.rule("API-118")
def test_of_an_endless_answer_64_kb_are_read(own, receiver) -> None:
    receiver.usual = "huge"
    [row] = queue(own)
    start = time.monotonic()
    delivering.drain()
    assert time.monotonic() - start < 3
    assert fresh(row).state == "sent"
    assert len(fresh(row).text) == 2000
    time.sleep(0.1)
    assert receiver.written < 20_000_000  # what fits into the sockets between us


@pytest.mark.rule("API-118")
@pytest.mark.parametrize("manner", ["hang", "drip"])
def test_nobody_is_waited_for_longer_than_the_limits(own, receiver, settings, manner) -> None:
    settings.WEBHOOK_READ_SECONDS, settings.WEBHOOK_TOTAL_SECONDS = 0.5, 1.0
    receiver.usual = manner
    [row] = queue(own)
    start = time.monotonic()
    delivering.drain()
    assert time.monotonic() - start < 2
    assert (fresh(row).tries, fresh(row).code) == (1, None)
    assert Attempt.objects.get(delivery=row).error == "No answer in time."


@pytest.mark.parametrize("manner", ["cut"])
def test_a_broken_conversation_is_tried_again(own, receiver, manner) -> None:
    receiver.usual = manner
    [row] = queue(own)
    delivering.drain()
    assert (fresh(row).state, fresh(row).tries) == ("queued", 1)


@pytest.mark.rule("API-119")
def test_a_dead_receiver_does_not_delay_another(
    ana, carla, sam, subscribe, receiver, settings
) -> None:
    """Two that hang, with a hundred messages each, and one that answers."""
    settings.WEBHOOK_READ_SECONDS = 3.0
    alive = subscribe(ana, receiver)
    signing.certificate()  # made before the time is taken
    with receiving(usual="hang") as dead, receiving(usual="hang") as deader:
        for who, where in ((carla, dead), (sam, deader)):
            queue(subscribe(who, where), 100)
        rows = queue(alive, 40)
        start = time.monotonic()
        delivering.drain(seconds=2.5)
        assert max(taken.at for taken in receiver.taken) - start < 2.5  # they hang still
        assert (len(dead.taken), len(deader.taken)) == (1, 1)
    assert {fresh(row).state for row in rows} == {"sent"}
    assert receiver.names == [f"n{number}" for number in range(40)]  # in order


@pytest.mark.rule("API-119")
def test_those_that_failed_leave_room_for_those_that_answer(own, monkeypatch) -> None:
    monkeypatch.setattr(delivering, "LANE", 1)
    Subscription.objects.update(failures=3)
    busy = delivering.Turn(fresh(own), clock.now())
    queue(own)
    assert delivering._turns([busy]) == []  # their lane is full
    Subscription.objects.update(failures=0)
    assert [turn.subscription.pk for turn in delivering._turns([busy])] == [own.pk]


@pytest.mark.rule("API-120")
def test_who_is_held_by_one_sender_is_left_alone_by_another(own, receiver) -> None:
    queue(own)
    [turn] = delivering._turns([])
    assert delivering.drain() == 0
    clock.move(timedelta(seconds=61))  # the first was killed
    assert delivering.drain() == 1
    assert delivering._renew(turn, clock.now()) is False


def test_a_change_counts_for_the_next_request(own, ana, receiver, settings) -> None:
    with receiving() as other:
        settings.WEBHOOK_TEST_TARGETS = [*settings.WEBHOOK_TEST_TARGETS, f"127.0.0.1:{other.port}"]
        queue(own)
        [turn] = delivering._turns([])
        verbs.change(own, verbs.Wish(other.url, ("referral-updated",)), by=ana)
        assert delivering._renew(turn, clock.now())
        assert turn.subscription.url == other.url


@pytest.mark.rule("API-121")
def test_old_rows_are_forgotten(own, receiver) -> None:
    [row] = queue(own)
    delivering.drain()
    clock.move(timedelta(days=8))
    delivering.remove_old()
    assert not Attempt.objects.exists()
    assert fresh(row).state == "sent"
    clock.move(timedelta(days=23))
    delivering.remove_old()
    assert not Delivery.objects.exists()
