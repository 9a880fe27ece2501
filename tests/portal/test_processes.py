"""The process tree: what starts together ends together, whatever ends it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal.processes import Tree, ends_on_signals

STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True);"
    " time.sleep(99)",
]
PARENT_OF_ONE = ["sh", "-c", "sleep 97 & echo $!; sleep 98"]


@pytest.fixture
def tree(tmp_path):
    one = Tree(dict(os.environ), tmp_path / "logs")
    yield one
    one.stop()


def alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(condition, seconds: float = 10.0):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come true in time")


def test_program_reads_its_start_and_writes_its_log(tree):
    tree.start("cat", ["cat"], stdin=b"hello")
    until(tree.ended)
    assert tree.wait() == "cat"
    assert tree.tail("cat") == "hello"


def test_stop_ends_a_program_that_will_not_and_what_it_started(tree, monkeypatch):
    monkeypatch.setattr("portal.processes.GRACE_SECONDS", 0.3)
    tree.start("stubborn", STUBBORN)
    tree.start("parent", PARENT_OF_ONE)
    until(lambda: tree.tail("stubborn") == "up")
    grandchild = int(until(lambda: tree.tail("parent")))
    children = [one.pid for one in tree.running.values()]
    tree.stop()
    until(lambda: not any(alive(pid) for pid in [*children, grandchild]))
    assert tree.ended() is None


def test_stop_ends_the_last_started_first(tree, monkeypatch):
    ended = []
    real = subprocess.Popen.terminate
    monkeypatch.setattr(
        subprocess.Popen, "terminate", lambda one: (ended.append(one.args[1]), real(one))
    )
    for seconds in ("91", "92", "93"):
        tree.start(seconds, ["sleep", seconds])
    tree.stop()
    assert ended == ["93", "92", "91"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signal_leaves_once_and_a_second_one_does_not_cut_the_end_short(number):
    ended = []

    def be_told_twice():
        try:
            os.kill(os.getpid(), number)
            time.sleep(5)
        finally:
            os.kill(os.getpid(), number)
            ended.append(number)

    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as caught, ends_on_signals():
        be_told_twice()
    assert ended == [number]
    assert caught.value.code == 128 + number
    assert signal.getsignal(number) == before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a killed parent")
def test_killed_parent_leaves_nobody(tmp_path):
    script = (
        "import os, sys, time; from pathlib import Path; from portal.processes import Tree;"
        f" tree = Tree(dict(os.environ), Path({str(tmp_path)!r}));"
        " tree.start('sleep', ['sleep', '96']);"
        " print(tree.running['sleep'].pid, flush=True); time.sleep(95)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as parent:
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    until(lambda: not alive(child))
