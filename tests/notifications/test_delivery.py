"""Talk with a real mail server: what each of its answers does to the row."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from notifications import delivery
from notifications.models import Message
from portal import clock
from portal.models import Person
from tests.notifications.conftest import Server, make_message

pytestmark = pytest.mark.django_db
Again = Callable[[Message], Message]


def test_accepted_mail_is_sent_and_its_words_are_wiped(smtp: Server) -> None:
    row = make_message(html="<p>secret link</p>")
    assert delivery.drain() == 1
    row = Message.objects.get(pk=row.pk)
    assert (row.state, row.attempts, row.due_at) == ("sent", 1, None)
    assert row.sent_at is not None
    assert (row.body, row.html) == ("", "")
    (mail,) = smtp.taken
    assert mail["Message-ID"] == row.message_id
    assert mail["To"] == "ana@contoso.example"
    assert delivery.drain() == 0
    assert len(smtp.taken) == 1


def test_one_connection_carries_a_batch(smtp: Server, settings: Any) -> None:
    settings.MAIL_BATCH = 3
    for n in range(5):
        make_message(f"p{n}@contoso.example")
    assert delivery.drain() == 5
    assert sorted(smtp.readers) == [f"p{n}@contoso.example" for n in range(5)]


@pytest.mark.rule("MAIL-005")
def test_451_waits_and_then_leaves_with_the_same_id(smtp: Server, again: Again) -> None:
    smtp.answers = ["451 try later"]
    row = make_message()
    before = clock.now()
    assert delivery.drain() == 0
    row = Message.objects.get(pk=row.pk)
    assert (row.state, row.attempts, row.last_error) == ("queued", 1, "451 try later")
    assert row.due_at is not None
    assert timedelta(seconds=20) < row.due_at - before < timedelta(seconds=45)
    assert delivery.drain() == 0
    assert len(smtp.seen) == 1  # not before its moment
    row = again(row)
    assert (row.state, row.attempts, row.last_error) == ("sent", 2, "")
    assert {mail["Message-ID"] for mail in smtp.seen} == {row.message_id}


@pytest.mark.parametrize("where", ["reader", "words"])
def test_550_is_dead_at_once(smtp: Server, where: str) -> None:
    if where == "reader":
        smtp.refuse = "550 no such mailbox"
    else:
        smtp.answers = ["554 no such mailbox"]
    row, other = make_message(), make_message("other@contoso.example")
    delivery.drain()
    row = Message.objects.get(pk=row.pk)
    assert (row.state, row.attempts, row.due_at) == ("dead", 1, None)
    assert "no such mailbox" in row.last_error
    other = Message.objects.get(pk=other.pk)
    assert other.state == ("dead" if where == "reader" else "sent")  # the next one is tried


def test_a_server_that_hangs_costs_one_timeout(smtp: Server, again: Again) -> None:
    smtp.answers = ["hang"]
    first, second = make_message(), make_message("second@contoso.example")
    assert delivery.drain() == 1  # a new connection carries the second
    first = Message.objects.get(pk=first.pk)
    assert (first.state, first.attempts) == ("queued", 1)
    assert smtp.readers == ["second@contoso.example"]
    assert again(first).state == "sent"
    assert Message.objects.get(pk=second.pk).attempts == 1


@pytest.mark.rule("MAIL-005")
def test_a_lost_answer_repeats_the_same_message_id(smtp: Server, again: Again) -> None:
    smtp.answers = ["cut"]
    row = make_message()
    assert delivery.drain() == 0
    row = again(row)
    assert row.state == "sent"
    assert [mail["Message-ID"] for mail in smtp.taken] == [row.message_id, row.message_id]


def test_no_server_postpones_the_batch_and_ends_the_drain(settings: Any) -> None:
    settings.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.MAIL_BATCH = "127.0.0.1", 9, 2
    rows = [make_message(f"p{n}@contoso.example") for n in range(3)]
    assert delivery.drain() == 0
    tries = [Message.objects.get(pk=row.pk).attempts for row in rows]
    assert sorted(tries) == [0, 1, 1]


def test_the_last_try_ends_dead_with_a_reason(smtp: Server, settings: Any) -> None:
    settings.MAIL_TRIES = 3
    smtp.answers = ["451 still busy"]
    row = make_message(attempts=2)
    delivery.drain()
    row = Message.objects.get(pk=row.pk)
    assert (row.state, row.attempts, row.last_error) == ("dead", 3, "451 still busy")


def test_nothing_leaves_before_its_moment(smtp: Server) -> None:
    make_message(due_at=clock.now() + timedelta(minutes=1))
    assert delivery.drain() == 0
    clock.move(timedelta(minutes=2))
    assert delivery.drain() == 1


def test_a_drain_that_ran_out_of_time_gives_rows_back(smtp: Server) -> None:
    smtp.pause = 0.3
    rows = [make_message(f"p{n}@contoso.example") for n in range(4)]
    assert 1 <= delivery.drain(seconds=0.4) < 4
    assert delivery.drain() >= 1  # at once, without waiting for the lease
    assert all(Message.objects.get(pk=row.pk).attempts == 1 for row in rows)


def test_a_claimed_row_is_nobody_elses(smtp: Server, settings: Any) -> None:
    row = make_message()
    assert [x.pk for x in delivery.claim()] == [row.pk]
    assert delivery.claim() == []
    clock.move(timedelta(seconds=settings.MAIL_LEASE_SECONDS + 1))
    assert [x.pk for x in delivery.claim()] == [row.pk]  # whoever held it was killed


def test_a_slow_deliverer_does_not_undo_what_another_did(smtp: Server, settings: Any) -> None:
    make_message()
    (slow,) = delivery.claim()
    clock.move(timedelta(seconds=settings.MAIL_LEASE_SECONDS + 1))
    assert delivery.drain() == 1
    delivery._fail(slow, "late")
    assert Message.objects.get(pk=slow.pk).state == "sent"


def test_somebody_deactivated_meanwhile_gets_nothing(smtp: Server, ana: Person) -> None:
    row = make_message(person=ana)
    Person.objects.filter(pk=ana.pk).update(is_active=False)
    assert delivery.drain() == 0
    assert smtp.seen == []
    assert Message.objects.get(pk=row.pk).state == "silent"


def test_a_broken_template_waits_for_its_repair(
    smtp: Server, caplog: pytest.LogCaptureFixture
) -> None:
    broken = make_message(kind="referrals/nothing")
    fine = make_message("fine@contoso.example")
    with caplog.at_level(logging.CRITICAL):
        assert delivery.drain() == 1
    broken = Message.objects.get(pk=broken.pk)
    assert (broken.state, broken.attempts) == ("queued", 1)
    assert "TemplateDoesNotExist" in broken.last_error
    assert Message.objects.get(pk=fine.pk).state == "sent"


@pytest.mark.parametrize(
    "address", ["no-at-sign", "a@b@c", "two@x.example, three@x.example", "a\x07b@x.example", "é@x"]
)
def test_odd_addresses_end_in_a_state(smtp: Server, address: str) -> None:
    row = make_message(address)
    delivery.drain()
    assert Message.objects.get(pk=row.pk).state in {"sent", "dead"}


def test_waits_double_and_stay_below_the_cap() -> None:
    for tries in range(1, 35):
        plain = min(timedelta(seconds=30) * 2 ** (tries - 1), timedelta(hours=12))
        assert plain * 0.75 <= delivery.wait(tries) <= plain * 1.25
    assert len({delivery.wait(3) for _ in range(5)}) > 1  # not all at the same second


def test_an_idle_drain_asks_once(django_assert_num_queries: Any) -> None:
    # savepoint, the clock, the look, the savepoint's end
    with django_assert_num_queries(4):
        assert delivery.drain() == 0
