"""One row for each event and reader, in the transaction of the event."""

from datetime import UTC, datetime
from typing import Any

import pytest

from notifications import outbox
from notifications.actions import preference
from notifications.models import Message
from notifications.outbox import News, digest_moment
from portal import clock
from portal.models import Person
from referrals.models import Referral

KIND = "referrals/accepted"


def tell(people: list[Person], about: Referral, **more: Any) -> None:
    outbox.tell(KIND, people, about=about, context={"deal": about.name}, **more)


def rows() -> list[Message]:
    return list(Message.objects.filter(kind=KIND).order_by("id"))


def test_a_row_says_who_what_and_where(own_deal: Referral, ana: Person) -> None:
    tell([ana], own_deal)
    (row,) = rows()
    assert (row.person, row.address, row.state) == (ana, ana.email, "queued")
    assert (row.record_type, row.record_id) == ("referral", own_deal.pk)
    assert row.url == own_deal.get_absolute_url()
    assert row.due_at is not None
    assert row.due_at <= clock.now()
    assert row.message_id == f"<{row.pk}@localhost>"


@pytest.mark.rule("MAIL-004")
def test_telling_again_adds_nothing(own_deal: Referral, ana: Person, bruno: Person) -> None:
    tell([ana, bruno], own_deal)
    tell([ana, bruno, ana], own_deal)
    assert len(rows()) == 2
    own_deal.version += 1
    tell([ana], own_deal)
    assert len(rows()) == 3


def test_one_reader_by_two_ways_is_told_once(own_deal: Referral, ana: Person) -> None:
    tell([ana], own_deal, addresses=[(ana.email.upper(), "Ana")])
    assert len(rows()) == 1


def test_an_address_gets_words_without_a_page(own_deal: Referral) -> None:
    tell([], own_deal, addresses=[("guest@else.example", "Gil Guest")])
    (row,) = rows()
    assert (row.person, row.url, row.context["reader"]) == (None, "", "Gil Guest")


def test_inactive_people_get_nothing(own_deal: Referral, ana: Person, bruno: Person) -> None:
    bruno.is_active = False
    tell([ana, bruno], own_deal)
    assert [row.person for row in rows()] == [ana]


def test_an_undeclared_kind_is_a_mistake(own_deal: Referral, ana: Person) -> None:
    with pytest.raises(KeyError):
        outbox.tell("referrals/typo", [ana], about=own_deal, context={})


@pytest.mark.rule("MAIL-004")
@pytest.mark.django_db(transaction=True)
def test_telling_needs_the_transaction_of_the_event(own_deal: Referral, ana: Person) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        tell([ana], own_deal)


@pytest.mark.rule("MAIL-006")
@pytest.mark.parametrize(("how", "state"), [("now", "queued"), ("never", "silent")])
def test_preferences_choose_the_state(
    own_deal: Referral, ana: Person, how: str, state: str
) -> None:
    preference.choose({KIND: how}, by=ana)
    tell([ana], own_deal)
    assert rows()[0].state == state


def test_preferences_are_one_persons_about_one_kind(
    own_deal: Referral, ana: Person, bruno: Person
) -> None:
    preference.choose({KIND: "never", "referrals/declined": "daily"}, by=ana)
    tell([ana, bruno], own_deal)
    assert {row.person.name: row.state for row in rows() if row.person} == {
        "Ana Souza": "silent",
        "Bruno Lima": "queued",
    }


def test_daily_waits_for_the_hour_of_the_person(own_deal: Referral, ana: Person) -> None:
    ana.time_zone = "America/Sao_Paulo"
    preference.choose({KIND: "daily"}, by=ana)
    tell([ana], own_deal)
    (row,) = rows()
    assert row.state == "digest"
    assert row.due_at == digest_moment(ana, row.created_at)


@pytest.mark.parametrize(
    ("zone", "now", "then"),
    [
        ("America/Sao_Paulo", "2026-11-03T10:59", "2026-11-03T11:00"),
        ("America/Sao_Paulo", "2026-11-03T11:00", "2026-11-04T11:00"),
        ("Asia/Kolkata", "2026-11-03T03:00", "2026-11-04T02:30"),
        ("Europe/Berlin", "2026-10-24T07:00", "2026-10-25T07:00"),  # the clocks go back
        ("Europe/Berlin", "2026-03-28T08:00", "2026-03-29T06:00"),  # the clocks go forward
        ("No/Where", "2026-11-03T09:00", "2026-11-04T08:00"),
    ],
)
def test_eight_in_the_morning_where_the_person_is(zone: str, now: str, then: str) -> None:
    person = Person(time_zone=zone)
    moment = digest_moment(person, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert moment.astimezone(UTC) == datetime.fromisoformat(then).replace(tzinfo=UTC)


def test_a_thousand_events_cost_as_many_queries_as_one(
    own_deal: Referral, ana: Person, on_postgres: bool, django_assert_max_num_queries: Any
) -> None:
    events = [type("Leg", (), {"pk": n, "version": 1}) for n in range(1000)]
    news = [News(KIND, [ana], own_deal, {}, (), event) for event in events]
    with django_assert_max_num_queries(6 if on_postgres else 30):  # SQLite takes fewer rows at once
        outbox.tell_many(news)
    assert len(rows()) == 1000


def test_odd_words_survive_the_way_into_the_row(own_deal: Referral, ana: Person) -> None:
    facts = {"deal": '“Ação” \\ "x" \' %s %(a)s {} 日本 🎉', "flag": True, "none": None, "n": 1.5}
    outbox.tell(KIND, [ana], about=own_deal, context=facts)
    (row,) = rows()
    assert row.context == facts
    assert (row.attempts, row.body, row.sent_at, row.read_at) == (0, "", None, None)
