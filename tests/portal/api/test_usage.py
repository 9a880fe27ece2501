"""How often a client called, by day."""

import threading

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from oauth2_provider.models import AccessToken

from portal import usage
from portal.models import Client, Usage
from portal.tasks import keep_usage, remove_old_tokens
from tests.calling import Caller, client_of, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(ana) -> Client:
    made = client_of(ana)
    made.per_minute = 4
    made.save()
    return made


def counted(client: Client) -> list[tuple[int, int, int]]:
    rows = Usage.objects.of(client, 30)
    return [(row.requests, row.errors, row.throttled) for row in rows]


@pytest.mark.rule("API-018")
@pytest.mark.urls("tests.portal.api.probe")
def test_requests_errors_and_refusals_are_counted_by_day(client, ana, monkeypatch) -> None:
    monkeypatch.setattr(usage.time, "time", lambda: 1_800_000_001.0)
    call = Caller(token_of(client, ana))
    for path in ("/probe", "/probe", "/v1.0/nowhere", "/probe", "/probe", "/probe"):
        call.get(path)
    assert not Usage.objects.exists()
    assert keep_usage() == 1
    assert counted(client) == [(6, 1, 2)]
    assert keep_usage() == 0
    monkeypatch.setattr(usage.time, "time", lambda: 1_800_000_061.0)
    call.get("/probe")
    monkeypatch.setattr(usage.time, "time", lambda: 1_800_086_401.0)  # tomorrow
    call.get("/probe")
    assert keep_usage() == 1
    assert counted(client) == [(1, 0, 0), (7, 1, 2)]
    assert Client.objects.get(pk=client.pk).last_used_at is not None
    assert Client.objects.get(pk=client.pk).version == client.version


def test_what_nobody_knows_is_not_counted(client) -> None:
    Caller("x").get("/v1.0/nowhere")
    assert keep_usage() == 0
    assert Client.objects.get(pk=client.pk).last_used_at is None


def test_counting_asks_the_database_nothing(client, ana) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        usage.count(client.pk, 500)
    assert len(queries) == 0


@pytest.mark.rule("API-017")
def test_an_empty_cache_loses_counts_and_nothing_else(client, ana) -> None:
    call = Caller(token_of(client, ana))
    call.get("/v1.0/nowhere")
    cache.clear()
    assert call.get("/v1.0/nowhere").status_code == 404
    keep_usage()
    assert counted(client) == [(1, 1, 0)]


def test_what_comes_while_it_is_written_down_is_kept_for_the_next_time(client) -> None:
    done, prefix = [], caches["default"].key_prefix

    def work() -> None:
        caches["default"].key_prefix = prefix  # each thread has a cache of its own
        for _ in range(300):
            usage.count(client.pk, 200)
        done.append(True)

    worker = threading.Thread(target=work)
    worker.start()
    while not done:
        keep_usage()
    worker.join()
    keep_usage()
    assert counted(client) == [(300, 0, 0)]


def test_the_page_shows_the_days(client, paula) -> None:
    for _ in range(12):
        usage.count(client.pk, 200)
    keep_usage()
    browser = Browser()
    browser.force_login(paula)
    page = browser.get(client.get_absolute_url()).content.decode()
    assert "<svg" in page
    assert str(usage.today()) in page
    assert '<td class="num">12</td>' in page


def test_tokens_that_ran_out_are_removed(client, ana) -> None:
    token_of(client, ana, hours=-24)
    kept = token_of(client, ana)
    remove_old_tokens()
    assert [row.is_valid() for row in AccessToken.objects.all()] == [True]
    assert Caller(kept).get("/v1.0/nowhere").status_code == 404
