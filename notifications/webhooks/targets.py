"""Where webhooks may go: to a name on the public internet, at the address that was checked.

An address is allowed, not forbidden: IPv6 must be global unicast, IPv4 outside of IANA's special
registry, both without the ranges that wrap another address. `ipaddress.is_private` says no to
too few. Whoever connects takes an address from `addresses` and never looks the name up again.
"""

import re
import socket
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from threading import Thread
from urllib.parse import urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.workflow import Text

LONGEST = 2000
BARRED_4 = [
    IPv4Network(range)
    for range in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 "
        "192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 "
        "192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 "
        "224.0.0.0/4 240.0.0.0/4"
    ).split()
]
GLOBAL_6 = IPv6Network("2000::/3")  # leaves out ::/8, 64:ff9b::, fc00::, fe80::, fec0::, ff00::
BARRED_6 = [
    IPv6Network(range)
    for range in "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20".split()
]
INSIDE = ("localhost", "local", "internal", "intranet", "lan", "corp", "home", "private", "arpa")
NUMBER = re.compile(r"^(\d+|0x[0-9a-f]*)$")
Resolver = Callable[[str, int], list[str]]


class Unfit(Exception):  # noqa: N818 — read as a sentence
    """Nothing is sent there, and why."""

    def __init__(self, sentence: Text, code: str) -> None:
        super().__init__(sentence)
        self.sentence, self.code = sentence, code


@dataclass(frozen=True)
class Target:
    """An address taken apart. `host` is in ASCII, as it goes into DNS, TLS and the header."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def is_test(self) -> bool:
        """A receiver on this machine, in a sandbox."""
        return settings.SANDBOX and f"{self.host}:{self.port}" in settings.WEBHOOK_TEST_TARGETS

    @property
    def url(self) -> str:
        port = "" if self.port == 443 else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}{self.path}"


def read(url: str) -> Target:
    """Take an address apart. Raises Unfit for what is not https to a public name."""
    if len(url) > LONGEST or not re.fullmatch(r"[\x21-\x5b\x5d-\x7e\x80-\U0010ffff]+", url):
        raise Unfit(_("This is not an address of the web."), "invalidUrl")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as broken:
        raise Unfit(_("This is not an address of the web."), "invalidUrl") from broken
    if "@" in parts.netloc or "#" in url:
        raise Unfit(_("Leave out user names and fragments."), "invalidUrl")
    query = f"?{parts.query}" if parts.query else ""
    port = port or {"https": 443, "http": 80}.get(parts.scheme, 0)
    target = Target(parts.scheme, host, port, _ascii((parts.path or "/") + query))
    return target if target.is_test else _public(target)


def _ascii(path: str) -> str:
    if not path.isascii():
        raise Unfit(_("Write other letters in the path as %XX."), "invalidUrl")
    return path


def _public(target: Target) -> Target:
    if target.scheme != "https":
        raise Unfit(_("The address must begin with https://."), "httpsNeeded")
    if target.port not in settings.WEBHOOK_PORTS:
        raise Unfit(_("This port is not open for webhooks."), "portBarred")
    return Target(target.scheme, _name(target.host), target.port, target.path)


def _name(host: str) -> str:
    """A public name in ASCII: no number in any spelling, nothing that means this network."""
    try:
        name = idna.encode(host, uts46=True, std3_rules=True).decode().rstrip(".")
    except (idna.IDNAError, UnicodeError) as broken:
        raise Unfit(_("Use the name of a host on the internet."), "hostBarred") from broken
    labels = name.split(".")
    if len(labels) < 2 or labels[-1] in INSIDE or NUMBER.match(labels[-1]):
        raise Unfit(_("Use the name of a host on the internet."), "hostBarred")
    return name


def is_public(address: str) -> bool:
    """May a webhook go to this address?"""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv4Address):
        return not any(found in barred for barred in BARRED_4)
    return _is_public_6(found)


def _is_public_6(found: IPv6Address) -> bool:
    barred = any(found in one for one in BARRED_6)
    return found.scope_id is None and found in GLOBAL_6 and not barred


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a name, by this machine's resolver."""
    rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def addresses(target: Target, resolver: Resolver = look_up) -> list[str]:
    """Where to connect. Raises Unfit where any address of the name is not public.

    One that is and one that is not would be a coin toss, and nobody honest has both.
    """
    try:
        found = _in_time(resolver, target)
    except (OSError, UnicodeError, TimeoutError) as unknown:
        raise Unfit(_("The name of the host is not known."), "hostUnknown") from unknown
    if not found:
        raise Unfit(_("The name of the host is not known."), "hostUnknown")
    if not target.is_test and not all(map(is_public, found)):
        raise Unfit(_("This address is not on the public internet."), "addressBarred")
    return found


def _in_time(resolver: Resolver, target: Target) -> list[str]:
    """Resolvers know no time limit: after ours nobody waits for the answer any more."""
    answer: Future[list[str]] = Future()

    def ask() -> None:
        try:
            answer.set_result(resolver(target.host, target.port))
        except Exception as error:
            answer.set_exception(error)

    Thread(target=ask, daemon=True).start()
    return answer.result(settings.WEBHOOK_CONNECT_SECONDS)


def check(url: str, resolver: Resolver | None = None) -> None:
    """Is this an address that webhooks may go to, as far as can be known now? Raises Unfit."""
    addresses(read(url), resolver or look_up)
