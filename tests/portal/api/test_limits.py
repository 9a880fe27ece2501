"""How often a client may call, and what it is told about it."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.cache import caches

from portal import usage
from portal.models import Client
from tests.calling import Caller, client_of, token_of

pytestmark = pytest.mark.django_db
START = 1_800_000_000.0  # a whole minute


@pytest.fixture
def at(monkeypatch):
    """Set the machine's clock, in seconds of the minute."""

    def move(seconds: float) -> None:
        monkeypatch.setattr(usage.time, "time", lambda: START + seconds)

    move(0)
    return move


@pytest.fixture
def client(ana) -> Client:
    made = client_of(ana)
    made.per_minute = 3
    made.save()
    return made


@pytest.fixture
def call(client, ana) -> Caller:
    return Caller(token_of(client, ana))


@pytest.mark.rule("API-016")
def test_every_answer_tells_what_is_left(call, at) -> None:
    found = call.get("/v1.0/nowhere")
    assert found.status_code == 404
    assert found["RateLimit-Policy"] == '"minute";q=3;w=60'
    assert found["RateLimit"] == '"minute";r=2;t=60'
    at(20.5)
    found = call.get("/v1.0/nowhere")
    assert found["RateLimit"] == '"minute";r=1;t=40'
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    assert [found[name] for name in names] == ["3", "1", "40"]


@pytest.mark.rule("API-016")
def test_too_many_are_refused_until_the_minute_ends(call, at) -> None:
    at(17.2)
    assert [call.get("/v1.0/nowhere").status_code for _ in range(5)] == [404, 404, 404, 429, 429]
    over = call.get("/v1.0/nowhere")
    assert over["Retry-After"] == "43"
    assert over["RateLimit"] == '"minute";r=0;t=43'
    assert over.json() == {
        "statusCode": 429,
        "message": "Rate limit is exceeded. Try again in 43 seconds.",
        "error": {
            "code": "serviceNotAvailable",
            "message": "Rate limit is exceeded. Try again in 43 seconds.",
            "innerError": {
                "code": "activityLimitReached",
                "message": "Rate limit is exceeded. Try again in 43 seconds.",
            },
        },
    }
    at(59.9)
    assert call.get("/v1.0/nowhere")["Retry-After"] == "1"
    at(60)
    assert call.get("/v1.0/nowhere").status_code == 404


def test_a_refused_request_does_nothing_and_counts(call, client, ana, at) -> None:
    without = Caller(token_of(client_of(ana, "customers.read"), ana))
    denied = without.get("/v1.0/engagements/referrals")
    assert "RateLimit" in denied
    assert denied["RateLimit-Remaining"] == "599"


def test_the_limit_is_the_client_s_and_not_the_person_s(call, client, ana, bruno, at) -> None:
    other = Caller(token_of(client, bruno))
    assert [one.get("/v1.0/nowhere").status_code for one in (call, other, call, other)] == [
        404, 404, 404, 429,
    ]  # fmt: skip
    assert Caller(token_of(client_of(ana), ana)).get("/v1.0/nowhere").status_code == 404


def test_a_stranger_is_told_nothing_of_limits() -> None:
    assert "RateLimit" not in Caller("x").get("/v1.0/nowhere")


def test_without_a_number_of_its_own_a_client_has_everybody_s(ana, settings, at) -> None:
    settings.API_PER_MINUTE = 7
    call = Caller(token_of(client_of(ana), ana))
    assert call.get("/v1.0/nowhere")["RateLimit-Limit"] == "7"


@pytest.mark.rule("API-017")
def test_a_cache_that_is_away_stops_nobody(call, at, settings, monkeypatch) -> None:
    away = {"BACKEND": "portal.cache.ForgivingCache", "LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {**settings.CACHES, "default": away}
    monkeypatch.setattr("portal.cache.ForgivingCache.away_until", 0.0)
    assert type(caches["default"]).__name__ == "ForgivingCache"
    found = [call.get("/v1.0/nowhere") for _ in range(2)]
    assert [one.status_code for one in found] == [404, 404]
    assert found[1]["RateLimit-Remaining"] == "1"


def test_many_at_once_are_counted_each() -> None:
    name = uuid4().hex
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _n: usage.add(name, 60), range(200)))
    assert sorted(numbers) == list(range(1, 201))
