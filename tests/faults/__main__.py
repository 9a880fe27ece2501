"""`python -m tests.faults [pytest's words]`: a PostgreSQL of its own, the tests on it, its end.

FAULTS_SEED repeats the moments of an earlier run.
"""

import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from portal.processes import ends_on_signals
from tests.faults.cluster import Cluster, free_port

OUTER = ("REDIS_URL", "BROKER_URL", "EMAIL_URL", "EMAIL_BACKEND", "DJANGO_SETTINGS_MODULE")


def main(words: list[str]) -> int:
    """The exit code of pytest."""
    seed = os.environ.get("FAULTS_SEED") or secrets.token_hex(4)
    print(f"FAULTS_SEED={seed}", flush=True)
    home = Path(tempfile.mkdtemp(prefix="portal-faults-"))
    home.chmod(0o755)
    cluster = Cluster(home, free_port())
    env = {name: value for name, value in os.environ.items() if name not in OUTER}
    env |= {"SANDBOX": "1", "DATABASE_URL": cluster.url, "FAULTS_SEED": seed}
    env |= {"FAULTS_CLUSTER": str(home)}
    try:
        with ends_on_signals():
            return _run(cluster, env, words)
    finally:
        cluster.stop()
        shutil.rmtree(home, ignore_errors=True)


def _run(cluster: Cluster, env: dict[str, str], words: list[str]) -> int:
    cluster.create()
    where = [] if any("tests/" in word for word in words) else ["tests/faults"]
    command = [sys.executable, "-m", "pytest", "-m", "faults", *where, *words]
    return subprocess.run(command, env=env, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
