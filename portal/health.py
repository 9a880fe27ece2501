"""Is this program of the portal at work? For container probes, and for the demo's start.

`python -m portal.health web|worker|beat` ends with 0 or 1. Web answers are asked for
over HTTP, the worker over the broker, and beat by the age of its schedule file.
"""

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

BEAT_SECONDS = 120


def web(port: str | None = None) -> bool:
    """Whether the web server on this machine answers that it and the database work."""
    port = port or os.environ.get("PORT", "8000")
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].lstrip(".*") or "localhost"
    address = f"http://127.0.0.1:{port}/health/live/"
    request = urllib.request.Request(address, headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310  # nosec B310
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def worker() -> bool:
    """Whether a worker on this machine answers a ping over the broker."""
    from portal.celery import app

    name = f"celery@{socket.gethostname()}"
    return bool(app.control.ping(destination=[name], timeout=5))


def beat() -> bool:
    """Whether beat has written its schedule file in the last two minutes."""
    from django.conf import settings

    path = Path(settings.CELERY_BEAT_SCHEDULE_FILENAME)
    moments = [one.stat().st_mtime for one in path.parent.glob(f"{path.name}*")]
    return time.time() - max(moments, default=0) < BEAT_SECONDS


def main(names: list[str]) -> int:
    """0 where every named program is at work."""
    checks = {"web": web, "worker": worker, "beat": beat}
    return 0 if all(checks[name]() for name in names) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["web"]))
