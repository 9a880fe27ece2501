"""Real processes on the test database: what locks are for, and what a kill leaves behind."""

import os
import subprocess
import sys
import time

from django.conf import settings
from django.db import connection


def environment(**more: str) -> dict[str, str]:
    """The environment of a process that works on this test's PostgreSQL database."""
    known = connection.settings_dict
    server = f"{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT'] or 5432}"
    url = f"postgres://{server}/{known['NAME']}"
    named = {"SANDBOX": "1", "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    return os.environ | named | more


def start(*arguments: str, **more: str) -> subprocess.Popen[str]:
    """Start `python …` on the test database."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=settings.BASE_DIR,
        env=environment(**more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finish(process: subprocess.Popen[str]) -> int:
    """Wait for a process to end. Returns its exit code."""
    process.communicate(timeout=120)
    return process.returncode


def race(*racers: tuple[str, ...]) -> list[str]:
    """Run these verbs (see tests/racer.py) in processes of their own, released together.

    Returns what each printed: "done …", or the sentence of its refusal.
    """
    moment = str(time.time() + 6)  # enough for every process to be ready and waiting
    running = [start("-m", "tests.racer", moment, *racer) for racer in racers]
    outputs = [process.communicate(timeout=90) for process in running]
    assert all(process.returncode == 0 for process in running), outputs
    return [out.strip().splitlines()[-1] for out, _err in outputs]
