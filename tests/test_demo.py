"""The real demo: one command starts web, worker and timetable, and one signal ends them all."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from portal.processes import CHECKS, here

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


def told(var: Path) -> list[int]:
    """Processes whose environment names this demo's directory: every program of the tree."""
    mark = f"VAR_DIR={var}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


@pytest.fixture(scope="module", params=["valkey", "files"])
def demo(request, tmp_path_factory):
    """A demo on SQLite with nobody in it, on the embedded broker or on files."""
    var = tmp_path_factory.mktemp("demo")
    unset = ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "EMAIL_URL")
    env = {name: value for name, value in os.environ.items() if name not in unset}
    env |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORT": free_port(),
        "SANDBOX": "1",
        "VAR_DIR": str(var),
        "WEB_CONCURRENCY": "1",
        "WORKER_CONCURRENCY": "1",
    }
    if request.param == "files":
        env["BROKER_URL"] = "filesystem://"
    command = [sys.executable, "manage.py", "demo", "--no-seed"]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as parent:
        yield parent, env
        parent.kill()


def read_until(parent: subprocess.Popen[str], sentence: str) -> str:
    text = ""
    for line in parent.stdout:
        text += line
        if sentence in line:
            return text
    raise AssertionError(text)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for its processes in /proc")
def test_demo_starts_everything_and_ctrl_c_ends_it(demo):
    parent, env = demo
    said = read_until(parent, "The portal runs at")
    assert f"http://localhost:{env['PORT']}/" in said
    assert re.search(r"Mail goes to \S+/mail", said)

    with urllib.request.urlopen(f"http://127.0.0.1:{env['PORT']}/health/") as answer:
        assert answer.read() == b'{"Database": "OK", "Cache": "OK"}'
    for name, check in CHECKS.items():
        seen = env | tree_environment(told(Path(env["VAR_DIR"])), parent.pid)
        wait_for(lambda check=check, seen=seen: run(check, seen), name)

    parent.send_signal(signal.SIGINT)
    assert parent.wait(30) == 128 + signal.SIGINT, parent.stdout.read()
    wait_for(lambda: not told(Path(env["VAR_DIR"])), "every process has ended")


def tree_environment(pids: list[int], parent: int) -> dict[str, str]:
    """What the tree's programs were told and the parent was not: where the broker is."""
    for pid in pids:
        lines = Path(f"/proc/{pid}/environ").read_text().split("\0")
        words = dict(line.split("=", 1) for line in lines if "=" in line)
        found = {name: words[name] for name in ("REDIS_URL", "BROKER_URL") if name in words}
        if pid != parent and found:
            return found
    raise AssertionError("nobody was told where the broker is")


def run(command: tuple[str, ...], env: dict[str, str]) -> bool:
    done = subprocess.run(here(command), cwd=ROOT, env=env, check=False, capture_output=True)
    return done.returncode == 0


def wait_for(condition, name: str, seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, name
        time.sleep(0.2)


def test_taken_port_is_said_before_anything_starts(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        env = {**os.environ, "SANDBOX": "1", "PORT": port, "VAR_DIR": str(tmp_path / "var")}
        done = subprocess.run(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env=env | {"DJANGO_SETTINGS_MODULE": "portal.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"Port {port} is taken" in done.stderr
    assert not (tmp_path / "var/logs").exists()


def test_demo_is_for_the_sandbox_only(tmp_path):
    env = {
        **{name: value for name, value in os.environ.items() if name != "SANDBOX"},
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SECRET_KEY": "x" * 60,
        "BASE_URL": "https://portal.example.com",
        "VAR_DIR": str(tmp_path),
    }
    command = [sys.executable, "manage.py", "demo"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "sandbox only" in done.stderr
