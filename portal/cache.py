"""The shared cache, whose loss nobody may notice but by slowness.

Limits on sign-in are counted in Redis. While it is away or frozen each program counts in
its own memory: the limits are wider then, and people still sign in.
"""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

AWAY_SECONDS = 10.0  # a frozen Redis costs a time-out; not each call should pay it again

log = logging.getLogger(__name__)


def _or_near(name: str) -> Callable[..., Any]:
    """The same method of the near cache where Redis does not answer."""

    def call(self: "ForgivingCache", *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= ForgivingCache.away_until:
            try:
                return getattr(super(ForgivingCache, self), name)(*args, **kwargs)
            except RedisError as error:
                log.warning("cache does not answer", extra={"error": str(error)})
                ForgivingCache.away_until = time.monotonic() + AWAY_SECONDS
        return getattr(self.near, name)(*args, **kwargs)

    return call


class ForgivingCache(RedisCache):
    """Redis, or this program's memory while Redis does not answer."""

    away_until: ClassVar[float] = 0.0  # by the monotonic clock; shared by all threads

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.near = LocMemCache("near", {})

    add = _or_near("add")
    get = _or_near("get")
    set = _or_near("set")
    touch = _or_near("touch")
    delete = _or_near("delete")
    incr = _or_near("incr")
    has_key = _or_near("has_key")
    get_many = _or_near("get_many")
    set_many = _or_near("set_many")
    delete_many = _or_near("delete_many")
    clear = _or_near("clear")
