"""What is asked of the scanner and what is understood, over real sockets."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal import antivirus
from portal.antivirus import Answer, Verdict, scan
from tests.portal.clamd import EICAR, Clamd

NONE = Verdict(Answer.NONE)


@pytest.fixture(params=["tcp", "unix"])
def clamd(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clamd]:
    made = Clamd(tmp_path / "clamd.sock" if request.param == "unix" else None)
    yield made
    made.close()


def test_the_file_arrives_whole_and_is_clean(clamd: Clamd) -> None:
    assert scan([b"one", b"", b"two" * 30_000], clamd.url) == Verdict(Answer.CLEAN)
    assert clamd.seen == [b"one" + b"two" * 30_000], "an empty chunk would have ended it"


def test_an_empty_file_is_clean(clamd: Clamd) -> None:
    assert scan([], clamd.url) == Verdict(Answer.CLEAN)


def test_what_is_found_is_named(clamd: Clamd) -> None:
    assert scan([b"a", EICAR], clamd.url) == Verdict(Answer.FOUND, "Eicar-Test-Signature")


def test_a_name_without_end_is_cut(clamd: Clamd) -> None:
    clamd.answer = b"stream: \x1b[31m" + b"x" * 500 + b" FOUND\0"
    signature = scan([b"a"], clamd.url).signature
    assert len(signature) == antivirus.SIGNATURE_MAX
    assert signature.isprintable()


def test_a_file_beyond_the_scanners_limit(clamd: Clamd) -> None:
    """The daemon answers and hangs up while the file is still being sent."""
    clamd.limit = 100_000
    assert scan((b"x" * 65_536 for _n in range(400)), clamd.url) == Verdict(Answer.TOO_LARGE)


@pytest.mark.parametrize(
    "answer",
    [
        *(b"", b"\0", b"OK\0", b"stream: OKAY\0", b"stream:  FOUND\0", b"\xff\xfe\0"),
        *(b"stream: OK\nstream: X FOUND\0", b"x" * 20_000, b"INSTREAM: Can't open ERROR\0"),
    ],
)
def test_what_is_not_understood_is_no_verdict(clamd: Clamd, answer: bytes) -> None:
    clamd.answer = answer
    assert scan([b"a"], clamd.url) == NONE


def test_an_answer_without_its_zero_byte_counts_when_the_line_ends(clamd: Clamd) -> None:
    clamd.answer = b"stream: OK\n"
    assert scan([b"a"], clamd.url) == Verdict(Answer.CLEAN)


def test_a_cut_connection_is_no_verdict(clamd: Clamd) -> None:
    clamd.cuts = True
    assert scan((b"x" * 65_536 for _n in range(100)), clamd.url) == NONE


@pytest.mark.parametrize("how", ["silent", "piecemeal"])
def test_a_slow_scanner_is_given_up(
    clamd: Clamd, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that says a little again and again: the limit is for the whole conversation."""
    monkeypatch.setattr(antivirus, "SECONDS", 0.5)
    clamd.delay, clamd.piecemeal = (3, False) if how == "silent" else (0, True)
    began = time.monotonic()
    assert scan([b"a"], clamd.url) == NONE
    assert time.monotonic() - began < 2


def test_nobody_there_is_no_verdict(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for url in (f"tcp://127.0.0.1:{port}", f"unix://{tmp_path}/none", "http://x", "tcp://", "x:"):
        assert scan([b"a"], url) == NONE, url
    assert scan([b"a"], "tcp://127.0.0.1:99999999") == NONE


def test_a_file_that_can_not_be_read_is_no_verdict(clamd: Clamd) -> None:
    def broken() -> Iterator[bytes]:
        yield b"a"
        raise OSError

    assert scan(broken(), clamd.url) == NONE
