import pytest
from health_check.checks import Cache, Database
from health_check.exceptions import ServiceUnavailable

pytestmark = pytest.mark.django_db


def fails(_check):
    raise ServiceUnavailable("gone")


async def fails_later(_check):
    raise ServiceUnavailable("gone")


def test_health_names_its_checks(client):
    answer = client.get("/health/")
    assert (answer.status_code, answer.json()) == (200, {"Database": "OK", "Cache": "OK"})
    assert answer["Content-Type"] == "application/json"
    assert "no-store" in answer["Cache-Control"]


def test_health_is_json_whatever_is_asked_for(client):
    for accept in ("text/html", "application/rss+xml", "nonsense"):
        assert client.get("/health/", headers={"accept": accept}).json()["Database"] == "OK"
    assert client.get("/health/?format=openmetrics").json()["Database"] == "OK"


def test_lost_database_is_told_by_both(client, monkeypatch):
    monkeypatch.setattr(Database, "run", fails)
    for path in ("/health/", "/health/live/"):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "gone" in answer.json()["Database"]


def test_lost_cache_does_not_take_a_server_away(client, monkeypatch):
    monkeypatch.setattr(Cache, "run", fails_later)
    assert client.get("/health/").status_code == 500
    assert client.get("/health/live/").json() == {"Database": "OK"}


def test_health_needs_no_https_and_leaves_no_cookie(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/health/live/")
    assert answer.status_code == 200
    assert not answer.cookies
