"""How often a client may call: a number for each minute, counted in the shared cache.

While the cache is away each program counts in its own memory (portal/cache.py), so that
requests go through.
"""

import hashlib
import math
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import Throttled

from portal import usage
from portal.models import Client


@dataclass(frozen=True)
class Window:
    """One minute of one client: how many requests it may make, and how many it made."""

    limit: int
    used: int
    ends_in: int  # seconds, at least 1

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def is_over(self) -> bool:
        return self.used > self.limit

    def headers(self) -> dict[str, str]:
        """The fields of the IETF's draft, in the form of today and in that of before."""
        return {
            "RateLimit-Policy": f'"minute";q={self.limit};w={usage.MINUTE}',
            "RateLimit": f'"minute";r={self.left};t={self.ends_in}',
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.ends_in),
        }


class OverLimit(Throttled):
    """Too many requests in this minute. `wait` is in seconds."""

    default_code = "activityLimitReached"

    def __init__(self, wait: int) -> None:
        super().__init__(detail=f"Rate limit is exceeded. Try again in {wait} seconds.")
        self.wait = wait


def take(name: str, limit: int) -> Window:
    """Count one request under this name, also where it is one too many (facts 1.9)."""
    now = time.time()
    used = usage.add(f"limit:{name}:{int(now // usage.MINUTE)}", 2 * usage.MINUTE)
    return Window(limit, used, math.ceil(usage.MINUTE - now % usage.MINUTE))


def of_client(client: Client) -> Window:
    """Count one request of a client of the API."""
    return take(client.pk.hex, client.per_minute or settings.API_PER_MINUTE)


def for_token(request: HttpRequest, client_id: str) -> Window:
    """Count one request for a token: of a client at an address, and of the address.

    The address counts too, so that nobody tries one client after another; the client does
    not count alone, so that nobody elsewhere can use its number up.
    """
    address = address_of(request)
    limit = settings.API_TOKENS_PER_MINUTE
    here = take(f"token:{address}", 4 * limit)
    own = take(f"token:{hashlib.sha256(f'{address} {client_id}'.encode()).hexdigest()}", limit)
    return here if here.is_over else own


def address_of(request: Any) -> str:
    """Where a request comes from, as sign-in counts it."""
    from allauth.account.adapter import get_adapter

    return str(get_adapter().get_client_ip(request))
