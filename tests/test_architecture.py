"""Rules of the house that a machine can check."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from portal.pictures import machines
from portal.register import complaints

ROOT = Path(settings.BASE_DIR)
APPS = ("portal", "notifications", "referrals", "incentives", "claims")
CODE = [p for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]
ROOMS = {"views", "api", "tasks.py", "admin.py", "admin", "forms"}
DOORS = [p for p in CODE if ROOMS & set(p.relative_to(ROOT).parts)]
WRITES = {"save", "create", "update", "delete", "get_or_create", "update_or_create"}
WRITES |= {"bulk_create", "bulk_update", "aupdate", "asave", "acreate"}
PLAIN = {"session", "headers", "context", "shown", "initial", "kwargs"}  # dictionaries, not rows
CLOCKS = {"timezone.now", "datetime.now", "datetime.utcnow", "date.today"}
TEXT = [*CODE, *(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(path: Path) -> Iterator[tuple[int, str, str]]:
    """(line, what it is called on, method) of every method call in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, ast.unparse(node.func.value), node.func.attr


def actions_known(path: Path) -> Iterator[str]:
    """What a door calls the modules of actions that it imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and "actions" in (node.module or "").split("."):
            yield from (alias.asname or alias.name for alias in node.names)


@pytest.mark.parametrize("path", DOORS, ids=name)
def test_doors_do_not_write(path: Path) -> None:
    known = PLAIN | set(actions_known(path))
    found = [
        f"{name(path)}:{line} {on}.{method}"
        for line, on, method in calls(path)
        if method in WRITES and on.split(".")[-1] not in known
    ]
    assert not found, "a door writes; put it in actions"


@pytest.mark.parametrize("path", CODE, ids=name)
def test_there_is_one_clock(path: Path) -> None:
    if name(path) in ("portal/clock.py", "portal/models/record.py"):
        return
    found = [f"{n}: {on}.{m}" for n, on, m in calls(path) if f"{on}.{m}" in CLOCKS]
    assert not found, "ask portal.clock"


@pytest.mark.parametrize("path", CODE, ids=name)
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


def test_no_signals_and_no_drawers_where_things_get_lost() -> None:
    assert not [name(p) for p in CODE if "django.db.models.signals" in p.read_text()]
    lost = {"utils.py", "helpers.py", "services.py", "managers.py", "misc.py", "common.py"}
    assert not [name(p) for p in CODE if p.name in lost]


def test_the_vendor_is_named_by_a_setting() -> None:
    named = [name(p) for p in TEXT if "Microsoft" in p.read_text()]
    wire = {"referrals/api/lists.py", "referrals/api/words.py"}  # the public contract's own names
    assert set(named) - wire == {"portal/programme.py", "portal/settings.py"}


def test_only_the_workflow_takes_steps() -> None:
    """A django-fsm method neither locks nor checks who asks; only `move` may call it."""
    verbs = {t.name for m in machines() for t in m().get_all_status_transitions()}
    for path in DOORS:
        tree = ast.parse(path.read_text())
        imported = {
            alias.asname or alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom | ast.Import)
            for alias in node.names
        }
        for line, on, method in calls(path):
            assert method not in verbs or on in imported, f"{name(path)}:{line} {on}.{method}"


@pytest.mark.parametrize("model", machines())
def test_every_status_has_its_constraint(model: type) -> None:
    """What a status means for its dates is said to the database, for every status."""
    told = " ".join(str(c.condition) for c in model._meta.constraints if hasattr(c, "condition"))
    for status, _label in model._meta.get_field("status").choices:
        assert re.search(rf"\b{status}\b", told), status


@pytest.mark.parametrize("model", machines())
def test_every_status_field_is_protected(model: type) -> None:
    assert model._meta.get_field("status").protected


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=name)
def test_templates_keep_the_content_policy(path: Path) -> None:
    """No inline style or script, nothing from another host (mails have their own rules)."""
    if "mail" in path.parts:
        return
    text = path.read_text()
    assert not re.search(r"<(style|script)(?![^>]*\bsrc=)[\s>]", text)
    assert not re.search(r"\s(style|on[a-z]+)=\"", text)
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


def test_the_register_of_rules_is_true() -> None:
    assert not list(complaints(ROOT))
