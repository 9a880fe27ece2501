"""Asks a ClamAV daemon about a file, by its INSTREAM command.

The file travels in chunks, each behind its length as four bytes (network order), a length of
zero at the end. The daemon answers with one line: `stream: OK`, `stream: NAME FOUND`, or a
sentence that ends in `ERROR`.
"""

import re
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings

CONNECT_SECONDS = 5.0
SECONDS = 60.0  # for the whole conversation
ANSWER_MAX = 4096  # bytes
PORT = 3310
SIGNATURE_MAX = 150  # characters
FOUND = re.compile(r"stream: (.+) FOUND")


class Answer(Enum):
    CLEAN = "clean"
    FOUND = "found"
    TOO_LARGE = "too large"  # the daemon's own limit, StreamMaxLength: it will never take this one
    NONE = "none"  # not reached, too slow, cut off, or not understood: ask again later


@dataclass(frozen=True)
class Verdict:
    """What the scanner says, and the name of what it found."""

    answer: Answer
    signature: str = ""


def scan(chunks: Iterable[bytes], url: str = "") -> Verdict:
    """The verdict on a file; `url` is settings.CLAMAV_URL unless given. Never raises for what
    the daemon or the network does.
    """
    end = monotonic() + SECONDS
    try:
        with _connected(url or settings.CLAMAV_URL) as line:
            _send(line, chunks, end)
            return _understood(_receive(line, end))
    except (OSError, ValueError):  # a time-out is an OSError; an address may be malformed
        return Verdict(Answer.NONE)


def _connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "tcp":
        return socket.create_connection(
            (parts.hostname or "", parts.port or PORT), timeout=CONNECT_SECONDS
        )
    if parts.scheme != "unix":
        raise ValueError("CLAMAV_URL is tcp://host:port or unix:///path")
    line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        line.settimeout(CONNECT_SECONDS)
        line.connect(parts.path)
    except OSError:
        line.close()
        raise
    return line


def _send(line: socket.socket, chunks: Iterable[bytes], end: float) -> None:
    """A daemon that has enough answers and hangs up: then its answer is what counts."""
    try:
        _say(line, b"zINSTREAM\0", end)
        for chunk in chunks:
            if chunk:
                _say(line, struct.pack("!L", len(chunk)) + chunk, end)
        _say(line, struct.pack("!L", 0), end)
    except (BrokenPipeError, ConnectionResetError):
        return


def _say(line: socket.socket, words: bytes, end: float) -> None:
    line.settimeout(_remaining(end))
    line.sendall(words)


def _receive(line: socket.socket, end: float) -> str:
    """One line, up to its zero byte or the end of the conversation."""
    heard = b""
    while b"\0" not in heard and len(heard) < ANSWER_MAX:
        line.settimeout(_remaining(end))
        more = line.recv(ANSWER_MAX)
        if not more:
            break
        heard += more
    return heard.split(b"\0")[0].decode(errors="replace").strip()


def _remaining(end: float) -> float:
    left = end - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _understood(text: str) -> Verdict:
    if text == "stream: OK":
        return Verdict(Answer.CLEAN)
    if found := FOUND.fullmatch(text):
        name = "".join(c for c in found[1] if c.isprintable())
        return Verdict(Answer.FOUND, name[:SIGNATURE_MAX])
    if "size limit exceeded" in text:
        return Verdict(Answer.TOO_LARGE)
    return Verdict(Answer.NONE)
