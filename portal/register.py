"""The register of rules: read from docs/rules, proved by tests that carry their numbers."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROW = re.compile(r"^\|\s*([A-Z]+-\d{3})\s*\|\s*(.+?)\s*\|\s*(.+?)\s*\|\s*(.+?)\s*\|$")
SKIPPED = {"skip", "skipif", "xfail"}


@dataclass(frozen=True)
class Rule:
    number: str
    sentence: str
    source: str
    place: str

    def stands(self, root: Path) -> bool:
        """Is there such a file, and does it say that name?"""
        path, _colon, name = self.place.partition(":")
        target = root / path
        if not name:
            return target.exists()
        return target.is_file() and re.search(rf"\b{name}\b", target.read_text()) is not None


def rules(root: Path) -> list[Rule]:
    """Every rule, in the order of the files."""
    pages = sorted((root / "docs/rules").glob("*.md"))
    lines = (line for page in pages for line in page.read_text().splitlines())
    return [Rule(*match.groups()) for line in lines if (match := ROW.match(line))]


def proofs(root: Path) -> dict[str, list[str]]:
    """Number -> the tests that prove it; tests that are skipped prove nothing."""
    found: dict[str, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        for name, number in _marked(ast.parse(path.read_text())):
            found.setdefault(number, []).append(f"{path.relative_to(root)}::{name}")
    return found


def _marked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            marks = list(_marks(node))
            if not SKIPPED & {name for name, _argument in marks}:
                yield from ((node.name, value) for name, value in marks if name == "rule")


def _marks(node: ast.FunctionDef) -> Iterator[tuple[str, str]]:
    """(mark, argument) of every `@pytest.mark.…` on a test, one for each argument."""
    for mark in node.decorator_list:
        call = mark if isinstance(mark, ast.Call) else None
        target = call.func if call else mark
        if isinstance(target, ast.Attribute):
            arguments = [a.value for a in call.args if isinstance(a, ast.Constant)] if call else []
            yield from ((target.attr, str(value)) for value in arguments or [""])


def complaints(root: Path) -> Iterator[str]:
    """Everything that is wrong with the register."""
    known, proved = rules(root), proofs(root)
    numbers = [rule.number for rule in known]
    for number in sorted({n for n in numbers if numbers.count(n) > 1}):
        yield f"{number} stands twice."
    for rule in known:
        if rule.number not in proved:
            yield f"{rule.number} has no test: {rule.sentence}"
        if not rule.stands(root):
            yield f"{rule.number} names a place that is gone: {rule.place}"
    for number in sorted(proved.keys() - set(numbers)):
        yield f"{number} is no rule, but named by {', '.join(proved[number])}"
