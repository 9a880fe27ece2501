"""What was parked is seen and sent again: one, or a time range, on the page and by API."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from notifications.actions import deliveries
from notifications.actions import subscription as verbs
from notifications.models import Delivery
from notifications.webhooks import delivering
from portal import clock
from portal.workflow import NotAllowed, Refused
from tests.calling import caller
from tests.notifications.webhooks.test_delivering import fresh, queue

pytestmark = pytest.mark.django_db
PATH = "/v1.0/webhooks/deliveries"


@pytest.fixture
def own(ana, receiver, subscribe):
    return subscribe(ana, receiver)


def parked(own, many=1):
    rows = queue(own, many)
    Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
        state="parked", due_at=None, tries=10, code=500
    )
    return rows


@pytest.mark.rule("API-128")
def test_one_is_sent_again_with_all_its_tries_and_the_same_id(own, ana, receiver) -> None:
    [row] = parked(own)
    found = caller(ana).post(f"{PATH}/{row.pk}/replay")
    assert (found.status_code, found.json()["state"], found.json()["tries"]) == (200, "queued", 0)
    again = caller(ana).post(f"{PATH}/{row.pk}/replay")
    assert (again.status_code, again.json()["error"]["innerError"]["code"]) == (409, "waits")
    delivering.drain()
    assert fresh(row).state == "sent"
    assert receiver.taken[0].headers["webhook-id"] == str(row.pk)
    assert caller(ana).post(f"{PATH}/{row.pk}/replay").status_code == 200  # lost by them


@pytest.mark.rule("API-128")
def test_a_time_range_is_sent_again_in_order(own, ana, receiver) -> None:
    early = parked(own, 2)
    clock.move(timedelta(hours=2))
    start = clock.now()
    rows, sent = parked(own, 3), queue(own)
    delivering.drain()
    receiver.taken.clear()
    clock.move(timedelta(hours=2))
    parked(own)
    body = {"from": start.isoformat(), "to": (start + timedelta(hours=1)).isoformat()}
    assert caller(ana).post(f"{PATH}/replay", body).json() == {"replayed": 3}
    delivering.drain()
    assert [t.headers["webhook-id"] for t in receiver.taken] == [str(row.pk) for row in rows]
    assert {fresh(row).state for row in early} == {"parked"}
    assert caller(ana).post(f"{PATH}/replay", body).json() == {"replayed": 0}
    assert caller(ana).post(f"{PATH}/replay", body | {"sentToo": True}).json() == {"replayed": 4}
    assert fresh(sent[0]).state == "queued"


@pytest.mark.rule("API-129")
def test_nobody_else_sees_or_sends_them(own, ana, bruno, carla, sam) -> None:
    [row] = parked(own)
    for person in (bruno, carla, sam):
        call = caller(person)
        assert call.get(PATH).json() == {"value": []}
        assert call.get(f"{PATH}/{row.pk}").status_code == 404
        assert call.post(f"{PATH}/{row.pk}/replay").status_code == 404
        assert call.post(f"{PATH}/replay", {}).status_code == 404
        with pytest.raises(NotAllowed):
            deliveries.replay(row, by=person)
        with pytest.raises(NotAllowed):
            deliveries.replay_many(own, by=person, start=None, end=None)
        with pytest.raises(NotAllowed):
            verbs.rotate_secret(own, by=bruno)
    assert fresh(row).state == "parked"


def test_nothing_is_sent_again_where_it_is_switched_off(own, ana) -> None:
    [row] = parked(own)
    verbs.switch_off(own)
    with pytest.raises(Refused):
        deliveries.replay(fresh(row), by=ana)


@pytest.mark.rule("API-128")
def test_the_list_is_paged_and_narrowed(own, ana) -> None:
    rows = [*parked(own, 4), *queue(own, 3)]
    call, seen, path = caller(ana), [], f"{PATH}?$top=3"
    while path:
        page = call.get(path).json()
        seen += [row["id"] for row in page["value"]]
        link = page.get("@odata.nextLink", "")
        path = link and f"{urlsplit(link).path}?{urlsplit(link).query}"
    assert seen == [str(row.pk) for row in reversed(rows)]
    assert len(call.get(f"{PATH}?state=parked").json()["value"]) == 4
    assert call.get(f"{PATH}?event=referral-created").json()["value"] == []
    assert len(call.get(f"{PATH}?from={clock.now():%Y-%m-%dT00:00:00Z}").json()["value"]) == 7


def test_one_is_shown_with_each_try(own, ana, receiver) -> None:
    receiver.usual, receiver.words = 500, "broken\0 today"
    [row] = queue(own)
    delivering.drain()
    [attempt] = caller(ana).get(f"{PATH}/{row.pk}").json()["attempts"]
    assert (attempt["code"], attempt["text"], attempt["error"]) == (500, "broken today", "")


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("state=lost", "state"),
        ("event=nothing", "event"),
        ("from=yesterday", "from"),
        ("to=2026-13-40T00:00:00Z", "to"),
        ("from=2026-11-03T14:00:00", "from"),
        ("after=x", "after"),
        ("$top=201", "$top"),
        ("$top=-1", "$top"),
        ("$top=²", "$top"),
        ("$skip=1", "$skip"),
    ],
)
def test_what_can_not_be_asked_is_refused_by_name(own, ana, query, target) -> None:
    found = caller(ana).get(f"{PATH}?{query}")
    assert (found.status_code, found.json()["error"]["target"]) == (400, target)


@pytest.mark.parametrize(
    ("body", "target"),
    [({"from": 7}, "from"), ({"sentToo": "x"}, "sentToo"), ({"since": None}, "since")],
)
def test_a_range_that_is_none_is_refused_by_name(own, ana, body, target) -> None:
    found = caller(ana).post(f"{PATH}/replay", body)
    assert (found.status_code, found.json()["error"]["target"]) == (400, target)
