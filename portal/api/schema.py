"""How the API's own addresses are described: plain JSON Schema, put together by hand."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

TEXT = {"type": "string"}
FLAG = {"type": "boolean"}
ID = {"type": "string", "format": "uuid"}
DAY = {"type": "string", "format": "date"}
MOMENT = {"type": "string", "format": "date-time"}
NUMBER = {"type": "number"}
WHOLE = {"type": "integer"}
Schema = dict[str, Any]


def thing(**properties: Schema) -> Schema:
    """An object that has all of these properties and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def named(title: str, **properties: Schema) -> Schema:
    """A `thing` that the description has once, by this name."""
    return thing(**properties) | {"title": title}


def many(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def maybe(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def paged(items: Schema, **more: Schema) -> Schema:
    """One page of a list."""
    found = thing(value=many(items), **more)
    found["properties"]["@odata.nextLink"] = TEXT | {"format": "uri"}
    return found


def query(name: str, description: str, kind: Schema | None = None) -> OpenApiParameter:
    """A parameter of the address."""
    return OpenApiParameter(name, type=kind or TEXT, description=description)


PAGING = [
    query("$top", "How many rows, 100 where it is left out, at most 200.", WHOLE),
    query("$skiptoken", "The place of the next page, from `@odata.nextLink`."),
]
WRITING = [
    query("validateOnly", "Answer what would happen, and change nothing.", FLAG),
    OpenApiParameter(
        "Idempotency-Key",
        type=str,
        location=OpenApiParameter.HEADER,
        description="The same key and body again are done once and answered the same for a day.",
    ),
]
IF_MATCH = OpenApiParameter(
    "If-Match",
    type=str,
    location=OpenApiParameter.HEADER,
    description="The eTag that was read; 412 where somebody was faster.",
)
ALLOWED = {
    "title": "AllowedActions",
    "type": "object",
    "description": "By verb: allowed, or the code and the sentence why not.",
    "additionalProperties": {
        "type": "object",
        "properties": {"allowed": FLAG, "code": TEXT, "message": TEXT},
        "required": ["allowed"],
        "additionalProperties": False,
    },
}
NAMED = named("Named", id=ID, name=TEXT)
LINES = many(
    named(
        "HistoryLine",
        sentence=TEXT,
        at=MOMENT,
        note=TEXT,
        changes=many(thing(field=TEXT, old=TEXT, new=TEXT)),
    )
)

_ACCOUNT = {
    "id": ID,
    **dict.fromkeys("name addressLine1 addressLine2 city state postalCode country".split(), TEXT),
    "duns": TEXT,
    "isFederal": FLAG,
    "hasMacc": FLAG,
}
CUSTOMERS: dict[str, Any] = {
    "operation_id": "searchCustomers",
    "summary": "Search the directory of customers",
    "tags": ["customers"],
    "parameters": [
        query("search", "At least three characters of the name, or a D-U-N-S number."),
        query("location", "Words of city, state or country."),
        query("kind", "Which list.", TEXT | {"enum": ["managed", "unmanaged", "other"]}),
        query("wide", "Look further: other spellings, fewer words.", FLAG),
        *PAGING,
    ],
    "responses": {
        200: paged(
            thing(**_ACCOUNT, linked=many(thing(**_ACCOUNT))),
            counts={"type": "object", "additionalProperties": TEXT},
            tolerant=FLAG,
        )
    },
}
LOCATIONS: dict[str, Any] = {
    "operation_id": "listLocations",
    "summary": "List the own company's locations",
    "tags": ["settings"],
    "parameters": PAGING,
    "responses": {
        200: paged(
            thing(id=ID, partnerId=TEXT, name=TEXT, city=TEXT, country=TEXT, mayOpenDeals=FLAG)
        )
    },
}
PEOPLE: dict[str, Any] = {
    "operation_id": "listPeople",
    "summary": "List colleagues who can be put on a team",
    "tags": ["settings"],
    "parameters": [query("search", "Words of name, e-mail or job title."), *PAGING],
    "responses": {200: paged(thing(id=ID, name=TEXT, email=TEXT, phone=TEXT, title=TEXT))},
}
