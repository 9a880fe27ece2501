"""One message to one receiver: a bounded conversation with an address that was checked.

No redirect is followed, no proxy asked, no cookie kept, and of an answer not more than 64 kB
is read. Nothing here touches the database: it runs in threads.
"""

import email.utils
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from functools import lru_cache
from time import monotonic, time
from typing import Any

import httpcore2
from django.conf import settings
from httpcore2 import NetworkStream

from notifications.webhooks import targets
from notifications.webhooks.targets import Resolver, Target, Unfit

MOST_READ, MOST_KEPT = 64 * 1024, 2000
LONGEST_WAIT = timedelta(hours=24)  # a receiver may ask for this much patience


@dataclass(frozen=True)
class Request:
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """What a receiver said: a status and the beginning of its words, or our error."""

    code: int | None = None
    text: str = ""
    error: str = ""
    took_ms: int = 0
    wait: timedelta | None = None  # as it asked for by Retry-After

    @property
    def is_taken(self) -> bool:
        """3xx is a failure: what a receiver does not take itself it does not take."""
        return self.code is not None and 200 <= self.code < 300

    @property
    def is_gone(self) -> bool:
        return self.code == 410


class Bounded(NetworkStream):
    """A connection that ends at one moment, however slowly the other side drips."""

    def __init__(self, stream: NetworkStream, end: float) -> None:
        self._stream, self._end = stream, end

    def _left(self, timeout: float | None) -> float:
        left = self._end - monotonic()
        if left <= 0:
            raise httpcore2.ReadTimeout("The whole conversation took too long.")
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> NetworkStream:
        """The certificate is checked for the name, not for the number connected to."""
        limit = self._left(timeout)
        return Bounded(self._stream.start_tls(ssl_context, server_hostname, limit), self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Checked(httpcore2.NetworkBackend):
    """Connects to an address of the target that was checked, whatever name the library gives."""

    def __init__(self, target: Target, resolver: Resolver, end: float) -> None:
        self._target, self._resolver, self._end = target, resolver, end
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> NetworkStream:
        found = targets.addresses(self._target, self._resolver)[:3]
        for place, address in enumerate(found):
            limit = min(timeout or self._end, max(self._end - monotonic(), 0.001))
            try:
                stream = self._plain.connect_tcp(address, self._target.port, limit)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout):
                if place == len(found) - 1:
                    raise
            else:
                return Bounded(stream, self._end)
        raise httpcore2.ConnectError("No address.")


def send(request: Request, resolver: Resolver | None = None) -> Outcome:
    """POST it once. Never raises: what went wrong is the outcome."""
    start = monotonic()
    try:
        target = targets.read(request.url)
        outcome = _converse(request, target, resolver or targets.look_up)
    except Unfit as unfit:
        outcome = Outcome(error=str(unfit.sentence))
    except (TimeoutError, httpcore2.TimeoutException):
        outcome = Outcome(error="No answer in time.")
    except Exception as error:
        outcome = Outcome(error=f"{type(error).__name__}: {error}"[:300].replace("\0", ""))
    took = int((monotonic() - start) * 1000)
    return Outcome(outcome.code, outcome.text, outcome.error, took, outcome.wait)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """The certificates that this machine trusts; reading them takes longer than a delivery."""
    return ssl.create_default_context()


def _converse(request: Request, target: Target, resolver: Resolver) -> Outcome:
    end = monotonic() + settings.WEBHOOK_TOTAL_SECONDS
    limits = {
        "connect": settings.WEBHOOK_CONNECT_SECONDS,
        "read": settings.WEBHOOK_READ_SECONDS,
        "write": settings.WEBHOOK_READ_SECONDS,
    }
    with (
        httpcore2.ConnectionPool(
            ssl_context=_trust(),
            network_backend=Checked(target, resolver, end),
            max_connections=1,
            max_keepalive_connections=0,
        ) as pool,
        pool.stream(
            "POST",
            target.url,
            headers=list({**request.headers, "Connection": "close"}.items()),
            content=request.body,
            extensions={"timeout": limits},
        ) as response,
    ):
        headers = {name.lower(): value for name, value in response.headers}
        return Outcome(response.status, _words(response), wait=_wait(headers.get(b"retry-after")))


def _words(response: httpcore2.Response) -> str:
    """The beginning of the answer. What comes too late is not waited for: the status counts."""
    read = b""
    with suppress(httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError):
        for part in response.iter_stream():
            read += part
            if len(read) >= MOST_READ:
                break
    return read[: 4 * MOST_KEPT].decode("utf-8", "replace").replace("\0", "")[:MOST_KEPT]


def _wait(said: bytes | None) -> timedelta | None:
    """Retry-After in seconds or as a date, at most a day; nothing where it is neither."""
    if not said:
        return None
    text = said.decode("latin-1").strip()
    if text.isdecimal() and len(text) < 10:
        return min(timedelta(seconds=int(text)), LONGEST_WAIT)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    left = timedelta(seconds=moment.timestamp() - time())  # in real time, not a sandbox's
    return max(timedelta(0), min(left, LONGEST_WAIT))
