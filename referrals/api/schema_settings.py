"""How solutions, routing rules and picklists are described."""

from typing import Any

from portal.api import schema as plain
from portal.api.fields import Shape
from portal.api.schema import FLAG, ID, NAMED, TEXT, many, maybe, named, query, thing
from referrals.api.schema_verbs import example, written
from referrals.models import Solution

TAGS = ["settings"]
_VALUES = many(
    thing(
        value={"type": ["string", "integer"]},
        labels={"type": "object", "additionalProperties": TEXT},
    )
)
_RULE = named(
    "RoutingRule",
    id=ID,
    country=TEXT,
    solution=maybe(NAMED),
    location=NAMED,
    isDefault=FLAG,
    eTag=TEXT,
)
_LOCATION = "018f3c2e-7a10-7cc0-8000-00000000000d"

SOLUTIONS: dict[str, Any] = {
    "operation_id": "listSolutions",
    "summary": "List the solutions that may be put on a deal",
    "tags": TAGS,
    "parameters": [
        query("search", "Words of the name."),
        query("company", "Only those of this company.", ID),
        query("status", "Only those in this status.", TEXT | {"enum": Solution.Status.values}),
        *plain.PAGING,
    ],
    "responses": {
        200: plain.paged(
            thing(
                id=ID,
                code=TEXT,
                name=TEXT,
                status=TEXT | {"enum": Solution.Status.values},
                company=NAMED,
                isMacc=FLAG,
                isIncentivised=FLAG,
                isAssessment=FLAG,
            )
        )
    },
}
RULES: dict[str, Any] = {
    "operation_id": "listRoutingRules",
    "summary": "List the rules that choose a location for what arrives",
    "tags": TAGS,
    "responses": {200: thing(value=many(_RULE))},
}
RULE: dict[str, Any] = {
    "operation_id": "getRoutingRule",
    "summary": "Read a routing rule",
    "tags": TAGS,
    "responses": {200: _RULE},
}
REMOVE: dict[str, Any] = {
    "operation_id": "removeRoutingRule",
    "summary": "Remove a routing rule; the default stays",
    "tags": TAGS,
    "parameters": [*plain.WRITING, plain.IF_MATCH],
    "responses": {204: None},
}
PICKLISTS: dict[str, Any] = {
    "operation_id": "listPicklists",
    "summary": "Read every closed list with its labels",
    "tags": TAGS,
    "responses": {200: {"type": "object", "additionalProperties": _VALUES}},
}
PICKLIST: dict[str, Any] = {
    "operation_id": "getPicklist",
    "summary": "Read one closed list with its labels",
    "tags": TAGS,
    "responses": {200: thing(name=TEXT, value=_VALUES)},
}


def add_rule(shape: Shape) -> dict[str, Any]:
    """No market means all markets, no solution all solutions."""
    found = written("addRoutingRule", "Add a routing rule", TAGS[0], shape)
    body = {"country": "BR", "location": _LOCATION}
    return found | {
        "parameters": plain.WRITING,
        "examples": example(body),
        "responses": {200: _RULE},
    }


def move_rule(shape: Shape) -> dict[str, Any]:
    """What arrived before stays where it is."""
    summary = "Point a routing rule to another location"
    found = written("moveRoutingRule", summary, TAGS[0], shape)
    return found | {"examples": example({"location": _LOCATION}), "responses": {200: _RULE}}
