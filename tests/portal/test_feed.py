"""The order of history: nothing missed, nothing told twice, whoever commits late."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from portal import clock, feed
from portal.models import Event, new_id
from tests.feeding import settle

pytestmark = pytest.mark.django_db(transaction=True)


def written(verb: str, **fields: Any) -> Event:
    said = {"record_type": "thing", "record_id": new_id(), "version": 1, "verb": verb}
    who = {"at": clock.now(), "actor_kind": "clock", "actor_label": "clock"}
    return Event.objects.create(**said | who | fields)


def verbs(cursor: str = "", limit: int = 100) -> tuple[list[str], str]:
    settle()
    rows, following = feed.after(cursor, limit)
    return [row.verb for row in rows], following


@pytest.mark.rule("API-130")
def test_lines_follow_in_the_order_of_writing_and_a_cursor_goes_on_behind_the_last() -> None:
    for n in range(5):
        written(f"v{n}")
    first, cursor = verbs(limit=2)
    second, cursor = verbs(cursor, limit=2)
    third, cursor = verbs(cursor, limit=2)
    assert (first, second, third) == (["v0", "v1"], ["v2", "v3"], ["v4"])
    assert verbs(cursor)[0] == []
    written("v5")
    assert verbs(cursor)[0] == ["v5"]


@pytest.mark.rule("API-130")
def test_lines_of_one_transaction_follow_as_they_were_written() -> None:
    with transaction.atomic():
        for n in range(20):
            written(f"v{n:02}", at=clock.now() - timedelta(days=n))
    assert verbs()[0] == [f"v{n:02}" for n in range(20)]


@pytest.mark.rule("API-130")
def test_the_end_is_a_place_too() -> None:
    written("before")
    settle()
    end = feed.latest()
    assert verbs(end)[0] == []
    written("behind")
    assert verbs(end)[0] == ["behind"]


@pytest.mark.rule("API-130")
def test_the_end_of_an_empty_history_misses_nothing() -> None:
    end = feed.latest()
    written("first")
    assert verbs(end)[0] == ["first"]


@pytest.mark.rule("API-130")
def test_a_narrow_reader_reads_its_rows_only() -> None:
    for n in range(6):
        written(f"v{n}", actor_kind="clock" if n % 2 else "person")
    settle()
    rows, cursor = feed.after("", 2, narrow=lambda rows: rows.filter(actor_kind="clock"))
    assert [row.verb for row in rows] == ["v1", "v3"]
    assert verbs(cursor)[0] == ["v4", "v5"]


@pytest.mark.rule("API-131")
@pytest.mark.parametrize("change", [lambda c: c[:-1], lambda c: "x" + c, lambda c: "nonsense"])
def test_a_cursor_that_was_changed_is_none_of_ours(change) -> None:
    with pytest.raises(feed.BadCursor):
        feed.after(change(feed.latest()), 1)


@pytest.mark.rule("API-131")
def test_a_cursor_ends_where_its_reader_says_and_only_there() -> None:
    cursor = feed.latest()
    month = timedelta(days=30)
    clock.move(month - timedelta(minutes=1))
    _rows, renewed = feed.after(cursor, 1, lifetime=month)
    clock.move(timedelta(minutes=2))
    with pytest.raises(feed.Expired):
        feed.after(cursor, 1, lifetime=month)
    feed.after(cursor, 1)
    feed.after(renewed, 1, lifetime=month)


@pytest.mark.postgres
@pytest.mark.rule("API-130")
def test_a_dump_in_another_server_goes_on_behind_its_last_line() -> None:
    """The other server counts from lower: here the lines are from a higher count."""
    old = written("old")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE portal_event DISABLE TRIGGER portal_event_only_added")
        cursor.execute("UPDATE portal_event SET xact = xact + 1000000")
        cursor.execute("ALTER TABLE portal_event ENABLE TRIGGER portal_event_only_added")
    assert verbs()[0] == []
    assert feed.restored() > 900_000
    assert feed.restored() == 0
    found, at_the_end = verbs()
    assert found == [old.verb]
    written("new")
    assert verbs(at_the_end)[0] == ["new"]
