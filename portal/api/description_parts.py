"""The parts of the description that all operations share: refusals and headers."""

from typing import Any

from portal.api.errors import CODES
from portal.api.schema import TEXT, WHOLE, thing

Part = dict[str, Any]

_INNER: Part = thing(code=TEXT, message=TEXT)
ERROR: Part = {
    **thing(error=thing(code=TEXT, message=TEXT)),
    "description": "Programs read the deepest code that they know, people read the message.",
}
_SAID = ERROR["properties"]["error"]["properties"]
_SAID["code"] = TEXT | {"enum": sorted(set(CODES.values()))}
_SAID["target"] = TEXT | {"description": "The field or parameter that is meant."}
_SAID["innerError"] = _INNER | {"description": "The more exact code, where there is one."}
TOO_MANY: Part = {
    **ERROR,
    "properties": {"statusCode": WHOLE, "message": TEXT, **ERROR["properties"]},
    "required": ["error", "statusCode", "message"],
}
# status -> (name, what it means)
ERRORS: dict[int, tuple[str, str]] = {
    400: ("Invalid", "The request can't be understood; `target` names the field."),
    401: ("Unauthenticated", "There is no token, or it works no more."),
    403: ("Denied", "The token's scope, or the role, does not allow this."),
    404: ("NotFound", "There is no such record, or it is not yours to see."),
    406: ("NotAcceptable", "Answers are JSON."),
    409: ("Conflict", "Not now: the sentence says what stands in the way."),
    410: ("Gone", "This cursor is too old. List the records again."),
    412: ("Stale", "Somebody was faster; `ETag` has the version of now."),
    413: ("TooLarge", "The body is too large."),
    415: ("Unsupported", "Bodies are JSON, files come as a form."),
    422: ("KeyReused", "The key was used for another request."),
    429: ("TooMany", "Too many requests in this minute; see `Retry-After`."),
    500: ("Failed", "Something went wrong here. Try again."),
}
HEADERS = (
    *("Request-ID", "MS-CorrelationId", "MS-RequestId"),
    *("RateLimit-Policy", "RateLimit", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"),
)
OF_ETAG = ("ETag",)
_MEANT: dict[str, tuple[str, Part]] = {
    "Request-ID": ("The name of this answer, for questions about it.", TEXT),
    "MS-CorrelationId": ("As it was sent.", TEXT),
    "MS-RequestId": ("As it was sent.", TEXT),
    "RateLimit-Policy": ("Requests in a minute, as the IETF's draft says it.", TEXT),
    "RateLimit": ("What is left of this minute, as the IETF's draft says it.", TEXT),
    "RateLimit-Limit": ("Requests that a minute has.", WHOLE),
    "RateLimit-Remaining": ("Requests that are left in this minute.", WHOLE),
    "RateLimit-Reset": ("Seconds until the next minute begins.", WHOLE),
    "Retry-After": ("Seconds to wait.", WHOLE),
    "WWW-Authenticate": ("What is wrong with the token.", TEXT),
    "ETag": ("The version, with its quotes, for `If-Match`.", TEXT),
}
_MORE = {401: "WWW-Authenticate", 412: "ETag", 429: "Retry-After"}


def error(status: int) -> Part:
    """The refusal with this status, by its name."""
    return {"$ref": f"#/components/responses/{ERRORS[status][0]}"}


def _ref(kind: str, name: str) -> Part:
    return {"$ref": f"#/components/{kind}/{name}"}


def _example(status: int, message: str) -> Part:
    code = CODES.get(status, "invalidRequest")
    more = {"statusCode": status, "message": message} if status == 429 else {}
    return {"error": {"code": code, "message": message}} | more


def _response(status: int, message: str) -> Part:
    names = [*HEADERS, *((_MORE[status],) if status in _MORE else ())]
    schema = _ref("schemas", "TooMany" if status == 429 else "Error")
    return {
        "description": message,
        "headers": {name: _ref("headers", name) for name in names},
        "content": {"application/json": {"schema": schema, "example": _example(status, message)}},
    }


def _echoed(name: str, description: str) -> Part:
    return {"name": name, "in": "header", "description": description, "schema": TEXT}


PARTS: dict[str, dict[str, Part]] = {
    "schemas": {"Error": ERROR, "TooMany": TOO_MANY},
    "responses": {name: _response(status, text) for status, (name, text) in ERRORS.items()},
    "headers": {
        name: {"description": text, "schema": schema} for name, (text, schema) in _MEANT.items()
    },
    "parameters": {
        "MS-CorrelationId": _echoed("MS-CorrelationId", "Sent back as it is."),
        "MS-RequestId": _echoed(
            "MS-RequestId", "Sent back as it is. For writes the same as `Idempotency-Key`."
        ),
    },
}
