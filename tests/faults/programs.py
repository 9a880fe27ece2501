"""The portal's programs as production starts them, on the tests' servers."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from portal.health import web
from portal.processes import PROGRAMS, Tree, here
from tests.faults.cluster import free_port
from tests.processes import environment


def until(holds: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until it holds; fail after so many seconds. Returns how long it took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds:g} s: {what}"
        time.sleep(0.05)
    return time.monotonic() - began


class Programs:
    """Web, workers, beats and commands that share an environment, and files in `home`."""

    def __init__(self, home: Path, **more: str) -> None:
        self.home, self.port = home, free_port()
        self.env = environment(
            DJANGO_SETTINGS_MODULE="portal.settings",
            VAR_DIR=str(home),
            PORT=str(self.port),
            WEB_CONCURRENCY="1",
            WORKER_CONCURRENCY="1",
            **more,
        )
        self.tree = Tree(self.env, home)

    def start(self, program: str, name: str = "", **more: str) -> None:
        """Start web, worker or beat; several of one kind under names of their own."""
        name = name or program
        command = ["tests.faults.hurried" if w == "portal" else w for w in PROGRAMS[program]]
        var = self.home / f"{name}.var"  # as on a machine of its own
        var.mkdir()
        if program == "worker":
            command.append(f"--hostname={name}@%h")
        self.tree.env = self.env | {"VAR_DIR": str(var)} | more
        self.tree.start(name, here(command))

    def manage(self, *words: str, **more: str) -> "subprocess.Popen[str]":
        """Start a management command."""
        return self.python("manage.py", *words, **more)

    def python(self, *words: str, **more: str) -> "subprocess.Popen[str]":
        """Start `python …`; what it says is in `communicate()`."""
        command, pipe = [sys.executable, *words], subprocess.PIPE
        env = self.env | more
        return subprocess.Popen(command, env=env, stdout=pipe, stderr=pipe, text=True)

    def answers(self) -> bool:
        """Is web at work?"""
        return web(str(self.port))

    def close(self) -> None:
        self.tree.stop()

    def tails(self) -> str:
        """The ends of all logs, for the report of a failure."""
        return "\n".join(f"--- {one}\n{self.tree.tail(one)}" for one in self.tree.running)


def finish(process: "subprocess.Popen[str]", seconds: float = 90) -> str:
    """Wait for a command that must succeed. Returns what it printed."""
    out, err = process.communicate(timeout=seconds)
    assert process.returncode == 0, err
    return out.strip()


FAKETIME = "libfaketime.so.1"


def clock_off(by: str) -> dict[str, str]:
    """The environment of a machine whose clock is off, as "+1h"."""
    found = sorted(Path("/usr/lib").glob(f"*/faketime/{FAKETIME}"))
    assert found, "install faketime"
    return {"LD_PRELOAD": str(found[0]), "FAKETIME": by, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
