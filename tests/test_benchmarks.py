"""The benches run from end to end at a tiny size; what they say is not judged here."""

import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from tests.processes import environment

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(
        settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql",
        reason="limits are PostgreSQL's",
    ),
]
WANTED = (
    "list 50 of 60, partner, HTML: queries",
    "list 50 of 200, seller, HTML: CPU",
    "page at row 180, in the database",
    "API list of 50 of 200: CPU",
    "API get one: queries",
    "API patch a stage: CPU",
    "open a deal with a request for help: CPU",
    "accept a request for help: CPU",
    "move a stage: CPU",
    "export of 20 rows as CSV: first byte",
    "sweep of 20 overdue, history and mail: rows",
    "idle poll of the sweep, in the database",
    "search among 200, two words: p99, in the database",
    "search among 200, a typo: p50, in the database",
    "import of 200 accounts, checked and reported",
)


@pytest.fixture
def scratches(db: None) -> list[str]:
    return _databases()


def _databases() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'bench\\_%%'")
        return [name for (name,) in cursor.fetchall()]


def test_every_bench_prints_its_figures_and_leaves_nothing(scratches: list[str]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks", "--rows", "200", "--rounds", "2"],
        cwd=settings.BASE_DIR,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    said, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors
    lines = said.splitlines()[1:]
    for name in WANTED:
        assert any(line.startswith(name) for line in lines), name
    for line in lines:
        value, *_unit, _limit, _ratio, rounds = line[58:].split()
        assert float(value.replace(",", "")) >= 0, line
        assert int(rounds) >= 1, line
    assert not any(name.startswith(f"bench_{process.pid}_") for name in _databases())
