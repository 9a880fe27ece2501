"""The API's description, made once for each process, and turned into what its page shows."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.utils.text import slugify
from drf_spectacular.generators import SchemaGenerator

JSON = "application/json"
DEEPEST = 4  # levels of an object that are shown as rows
Part = dict[str, Any]


@cache
def description() -> Part:
    """OpenAPI 3.1, from the code that runs."""
    found: Part = SchemaGenerator().get_schema(request=None, public=True)
    return found


def text() -> str:
    """The description as the file in docs/ has it."""
    return json.dumps(description(), indent=1, ensure_ascii=False) + "\n"


@cache
def groups() -> list[Part]:
    """Operations by tag, in the order of the description."""
    whole = description()
    found = {tag["name"]: tag | {"operations": []} for tag in whole["tags"]}
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]]["operations"].append(_operation(path, method, operation))
    return list(found.values())


@cache
def refusals() -> list[Part]:
    """Every way to be refused: its name's status, what it means, and its body."""
    whole = description()
    found = {}
    for _method, operation in _operations(whole):
        for status, one in operation["responses"].items():
            if "$ref" in one:
                found[status] = whole["components"]["responses"][one["$ref"].rpartition("/")[2]]
    return [{"status": status, "meaning": _said(said)} for status, said in sorted(found.items())]


def _operations(whole: Part) -> Iterator[tuple[str, Part]]:
    for methods in whole["paths"].values():
        yield from methods.items()


def _operation(path: str, method: str, said: Part) -> Part:
    shown = [_parameter(one) for one in said["parameters"] if "$ref" not in one]
    return {
        "id": slugify(said["operationId"]),
        "name": said["operationId"],
        "summary": said["summary"],
        "description": _said(said),
        "method": method.upper(),
        "path": path,
        "scopes": [scope for one in said["security"] for scope in one.get("oauth2", ())],
        "parameters": shown,
        "body": _body(said.get("requestBody", {})),
        "answers": [
            _answer(status, one) for status, one in said["responses"].items() if "$ref" not in one
        ],
        "refusals": [status for status, one in said["responses"].items() if "$ref" in one],
    }


def _said(part: Part) -> str:
    """Its description, without the marks of code."""
    return str(part.get("description", "")).replace("`", "")


def _parameter(said: Part) -> Part:
    place = said["in"]
    required = said.get("required", False)
    return _row(said["name"], said["schema"], required, _said(said)) | {"place": place}


def _body(said: Part) -> Part | None:
    for media, content in said.get("content", {}).items():
        examples = [one["value"] for one in content.get("examples", {}).values()]
        return {
            "media": media,
            "rows": list(_rows(content["schema"])),
            "example": _pretty(examples[0]) if examples else "",
        }
    return None


def _answer(status: str, said: Part) -> Part:
    for media, content in said.get("content", {}).items():
        whole = content.get("schema", {})
        rows = list(_rows(whole))
        return {
            "status": status,
            "media": media,
            "name": _name(whole),
            "rows": rows,
            "example": _pretty(sample(whole)) if media == JSON else "",
        }
    return {"status": status, "media": "", "rows": []}


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def resolved(schema: Part) -> Part:
    """The schema itself, where a reference to it or a choice with null stands."""
    while "$ref" in schema or "anyOf" in schema:
        if "$ref" in schema:
            schema = description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        else:
            schema = schema["anyOf"][0]
    return schema


def _name(schema: Part) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _rows(schema: Part, within: str = "", depth: int = 0) -> Iterator[Part]:
    """Each field with its path, down to DEEPEST."""
    whole = resolved(schema)
    if whole.get("type") == "array" or "items" in whole:
        within = f"{within}[]"
        whole = resolved(whole["items"])
    if depth == DEEPEST:
        return
    for name, one in whole.get("properties", {}).items():
        path = f"{within}.{name}" if within else name
        yield _row(path, one, name in whole.get("required", ()), _said(one))
        yield from _rows(one, path, depth + 1)


def _row(name: str, schema: Part, required: bool, description: str) -> Part:
    whole = resolved(schema)
    return {
        "name": name,
        "kind": _kind(schema),
        "required": required,
        "description": description or _said(whole),
        "choices": [one for one in whole.get("enum", ()) if one not in ("", None)],
    }


def _kind(schema: Part) -> str:
    """In words: type, format, and whether it may be null."""
    whole = resolved(schema)
    types = whole.get("type", "any")
    said = [types] if isinstance(types, str) else list(types)
    words = [whole["format"] if "format" in whole and one == "string" else one for one in said]
    if "array" in said:
        inside = resolved(whole.get("items", {}))
        words[said.index("array")] = f"array of {_kind(inside)}"
    if schema.get("anyOf", [{}])[-1].get("type") == "null":
        words.append("null")
    return " or ".join(words)


SAMPLES = {
    "uuid": "018f3c2e-7a10-7cc0-8000-00000000000a",
    "date": "2027-03-31",
    "date-time": "2026-11-03T14:02:00Z",
    "uri": "https://portal.example/v1.0/…",
    "integer": 1,
    "number": 50000,
    "boolean": True,
    "string": "…",
    "null": None,
}


def sample(schema: Part, depth: int = 0) -> Any:
    """A value as the schema has it."""
    whole = resolved(schema)
    if "enum" in whole:
        return next((one for one in whole["enum"] if one), "")
    types = whole.get("type", "object")
    kind = types if isinstance(types, str) else types[0]
    if kind == "object":
        inside = whole.get("properties", {})
        return {name: sample(one, depth + 1) for name, one in inside.items()}
    if kind == "array":
        return [sample(whole.get("items", {"type": "string"}), depth + 1)]
    return SAMPLES[whole.get("format", kind) if whole.get("format") in SAMPLES else kind]
