"""The project file says why each dependency is there; the locks agree and name no host."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "pyproject.toml").read_text()
PROJECT = tomllib.loads(TEXT)
LOCKS = ("requirements.txt", "requirements-dev.txt")


def plain(requirement: str) -> str:
    """The normalised name in a requirement line."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()


def locked(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text().splitlines()
    found = [re.match(r"([\w.-]+)==(\S+)", line) for line in lines]
    return {plain(one[1]): one[2] for one in found if one}


def wanted() -> list[str]:
    return [*PROJECT["project"]["dependencies"], *PROJECT["dependency-groups"]["dev"]]


@pytest.mark.parametrize("requirement", wanted())
def test_dependency_says_why_it_is_there(requirement):
    lines = TEXT.splitlines()
    at = next(i for i, line in enumerate(lines) if line.strip() == f'"{requirement}",')
    assert re.match(r"\s+# \S.{12,}", lines[at - 1])


def test_locks_hold_every_dependency_with_hashes():
    run = {plain(one) for one in PROJECT["project"]["dependencies"]}
    assert run <= set(locked("requirements.txt"))
    assert {plain(one) for one in wanted()} <= set(locked("requirements-dev.txt"))
    for lock in LOCKS:
        entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text())
        assert all("--hash=sha256:" in entry for entry in entries if "==" in entry)


def test_tests_run_on_the_versions_that_production_has():
    dev = locked("requirements-dev.txt")
    assert {name: dev.get(name) for name in locked("requirements.txt")} == locked(
        "requirements.txt"
    )


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_names_no_host_and_no_path(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"https?://|file:|--index|--find-links|--extra|/opt|/root|/work", text)


def test_license_is_there():
    assert PROJECT["project"]["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text().startswith("MIT License")


@pytest.mark.parametrize("target", ["demo", "test", "lint", "bench", "lock", "pictures"])
def test_make_lists_target(target):
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.search(rf"^  make {target} +\w", done.stdout, re.MULTILINE)


BAD = {
    "portal/models/people.py": "from referrals import models",
    "notifications/apps.py": "import referrals",
    "referrals/apps.py": "import incentives",
    "incentives/apps.py": "import claims",
    "portal/lifecycle.py": "from portal import models",
    "referrals/lifecycle/__init__.py": "from referrals import actions",
    "referrals/views/__init__.py": "import notifications",
    "referrals/tasks.py": "from notifications import models",
    "referrals/admin.py": "from referrals import views",
}


@pytest.mark.parametrize("path", [None, *BAD])
def test_contracts_hold_the_floors(path, tmp_path):
    apps = ("portal", "notifications", "referrals", "incentives", "claims")
    for app in apps:
        for source in (ROOT / app).rglob("*.py"):
            copy = tmp_path / source.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    (tmp_path / "pyproject.toml").write_text(TEXT)
    if path:
        with (tmp_path / path).open("a") as file:
            file.write(f"\n{BAD[path]}\n")
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is (path is None), done.stdout
