import pytest
from redis.exceptions import TimeoutError as Frozen

from portal.cache import AWAY_SECONDS, ForgivingCache, RedisCache


@pytest.fixture
def asked(monkeypatch):
    """How often Redis was asked; it never answers."""
    calls = []

    def frozen(_self, key, *args, **kwargs):
        calls.append(key)
        raise Frozen("frozen")

    for name in ("add", "get", "set", "delete"):
        monkeypatch.setattr(RedisCache, name, frozen)
    monkeypatch.setattr(ForgivingCache, "away_until", 0.0)
    return calls


def test_a_limit_is_counted_in_memory_while_redis_is_away(asked):
    cache = ForgivingCache("redis://127.0.0.1:1", {})
    assert cache.add("failed", 1, 60)
    assert not cache.add("failed", 1, 60)
    other_thread = ForgivingCache("redis://127.0.0.1:1", {})
    assert other_thread.get("failed") == 1
    cache.delete("failed")
    assert cache.get("failed", 0) == 0


def test_a_frozen_redis_costs_one_time_out(asked):
    cache = ForgivingCache("redis://127.0.0.1:1", {})
    for _ in range(5):
        cache.get("key")
    assert asked == ["key"]
    ForgivingCache.away_until -= AWAY_SECONDS
    cache.get("key")
    assert len(asked) == 2
