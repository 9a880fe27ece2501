"""The programs that make up a running portal, and a tree that runs them together.

`STEPS`, `PROGRAMS` and `CHECKS` are the one list: the demo runs them, and the test
of docker-compose.yml compares every command there with them.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

STEPS = {
    "migrate": ("python", "manage.py", "migrate", "--no-input"),
    "catalogues": ("python", "manage.py", "catalogues"),
    "collectstatic": ("python", "manage.py", "collectstatic", "--no-input"),
    "seed": ("python", "manage.py", "seed"),
}
PROGRAMS = {
    "web": ("gunicorn", "--config", "python:portal.gunicorn", "portal.wsgi"),
    "worker": ("celery", "-A", "portal", "worker"),
    "beat": ("celery", "-A", "portal", "beat"),
}
CHECKS = {name: ("python", "-m", "portal.health", name) for name in PROGRAMS}

GRACE_SECONDS = 15.0


def here(command: Sequence[str]) -> list[str]:
    """The command with its program taken from the environment this Python belongs to."""
    return [str(Path(sys.executable).parent / command[0]), *command[1:]]


class Tree:
    """Programs that start and end together, each with its own log file.

    Each runs in a session of its own, so that Ctrl-C reaches only the parent, which
    then ends them in the reverse order of their start.
    """

    def __init__(self, env: dict[str, str], logs: Path) -> None:
        self.env, self.logs = env, logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def start(self, name: str, command: Sequence[str], stdin: bytes = b"") -> None:
        """Start one program; `stdin` is what it reads at its start."""
        with (self.logs / f"{name}.log").open("wb") as log:
            child = subprocess.Popen(  # noqa: S603
                command,
                env=self.env,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent,  # noqa: PLW1509
            )
        self.running[name] = child
        if child.stdin is not None:
            with contextlib.suppress(BrokenPipeError), child.stdin:
                child.stdin.write(stdin)

    def ended(self) -> str | None:
        """The name of a program that has ended by itself, if one has."""
        return next((name for name, one in self.running.items() if one.poll() is not None), None)

    def wait(self) -> str:
        """Wait until one program ends by itself, and return its name."""
        while not (name := self.ended()):
            time.sleep(0.5)
        return name

    def stop(self) -> None:
        """Ask each program to end; after the grace time, end it and all it started."""
        for child in reversed(self.running.values()):
            if child.poll() is None:
                child.terminate()
            try:
                child.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)  # what it started and left behind
            child.wait()
        self.running.clear()

    def tail(self, name: str, lines: int = 20) -> str:
        """The last lines of a program's log."""
        text = (self.logs / f"{name}.log").read_text(errors="replace")
        return "\n".join(text.splitlines()[-lines:])


@contextlib.contextmanager
def ends_on_signals() -> Iterator[None]:
    """Turn Ctrl-C, SIGTERM and a closed terminal into SystemExit, once."""

    def leave(number: int, _frame: FrameType | None) -> None:
        for one in watched:
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    watched = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {one: signal.signal(one, leave) for one in watched}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _end_with_parent() -> None:
    """On Linux the kernel ends the child when the parent is killed without a word."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # 1 is PR_SET_PDEATHSIG
