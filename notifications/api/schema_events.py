"""How the feed is described."""

from typing import Any

from portal.api.schema import FLAG, ID, MOMENT, TEXT, WHOLE, many, maybe, query, thing

_ENTRY = thing(
    id=ID,
    at=MOMENT,
    name=TEXT,
    verb=maybe(TEXT),
    tombstone=FLAG,
    resource=thing(type=TEXT, id=ID, uri=maybe(TEXT | {"format": "uri"})),
    engagementId=maybe(ID),
    version=maybe(WHOLE),
    actor=maybe(thing(kind=TEXT, label=TEXT)),
    client=maybe(TEXT),
    changes={
        "type": "object",
        "description": "By field: the old value and the new one.",
        "additionalProperties": {"type": "array", "minItems": 2, "maxItems": 2},
    },
)
EVENTS: dict[str, Any] = {
    "operation_id": "listEvents",
    "summary": "Read what changed, in order, from where one stopped",
    "description": (
        "Keep `next` and send it as `after`: nothing is missed and nothing is told twice. An "
        "empty page is the end, for now. A tombstone says that a record left your sight. "
        "`access-updated` says that you may see other records than before: list them again. "
        "A cursor older than 30 days is answered with 410."
    ),
    "tags": ["events"],
    "parameters": [
        query("after", "`next` of the page before; `latest` for the end; empty for the start."),
        query("excludeOwn", "Leave out what this client did itself.", FLAG),
        query("$top", "How many lines, 100 where it is left out, at most 200.", WHOLE),
    ],
    "responses": {200: thing(value=many(_ENTRY), next=TEXT)},
}
