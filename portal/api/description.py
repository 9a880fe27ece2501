"""How the API is described (OpenAPI 3.1): what every operation shares is said here, once.

Views name their id, summary, parameters and bodies; who may call, the headers, and every way to
be refused are put beside them. What has a `title` is one component, wherever it stands.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework.permissions import SAFE_METHODS

from portal.api.description_parts import HEADERS, OF_ETAG, PARTS, error
from portal.api.nothing import Nothing
from portal.api.schema import WRITING

ROOTS = ("/v1.0/", "/webhooks/v1/")
SCHEME = "oauth2"
ALWAYS = (400, 401, 403, 404, 406, 429, 500)
WRITES = (409, 413, 415, 422)
JSON = "application/json"
Endpoint = tuple[str, str, str, Any]
Description = dict[str, Any]


class Bearer(OpenApiAuthenticationExtension):
    """OAuth 2; reading and writing a resource are scopes of their own."""

    target_class = "portal.api.authentication.Bearer"
    match_subclasses = True
    name = SCHEME

    def get_security_definition(self, auto_schema: Any) -> Description:
        scopes = {name: f"{name.replace('.', ': ')}" for name in settings.SCOPES}
        token = {"tokenUrl": "/oauth/token", "scopes": scopes}
        by_person = {"authorizationUrl": "/oauth/authorize", "refreshUrl": "/oauth/token"}
        flows = {"clientCredentials": token, "authorizationCode": token | by_person}
        return {"type": "oauth2", "flows": flows}

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        way = "read" if auto_schema.method in SAFE_METHODS else "write"
        return {SCHEME: [f"{auto_schema.view.scope}.{way}"]}


class Schema(AutoSchema):
    """One operation. Writes can be tried and repeated, whether their view says so or not."""

    def get_description(self) -> str:  # type: ignore[override]
        """Words about the code are none about the operation."""
        return ""

    def get_override_parameters(self) -> list[Any]:
        said = list(super().get_override_parameters())
        if self.method in SAFE_METHODS:
            return said
        known = {parameter.name for parameter in said}
        return [*said, *(one for one in WRITING if one.name not in known)]


def ours(endpoints: list[Endpoint], **_given: Any) -> list[Endpoint]:
    """The API's own addresses, without slashes that say nothing."""
    return [
        (_plain(path), regex, method, view)
        for path, regex, method, view in endpoints
        if path.startswith(ROOTS) and not issubclass(view.cls, Nothing) and view.cls.described
    ]


def _plain(path: str) -> str:
    return path.removesuffix("{0,2}").rstrip("/")


def complete(result: Description, generator: Any, **_given: Any) -> Description:
    """Refusals, headers and named parts, on every operation."""
    parts = {kind: dict(found) for kind, found in PARTS.items()}
    for method, operation in operations(result):
        _refusals(method, operation)
        _headers(operation)
    parts["schemas"] |= _named(result["paths"])
    for kind, found in parts.items():
        result["components"][kind] = dict(sorted(found.items()))
    return result


def operations(result: Description) -> Iterator[tuple[str, Description]]:
    """(method, operation) of a description, in its order."""
    for methods in result["paths"].values():
        yield from methods.items()


def _refusals(method: str, operation: Description) -> None:
    statuses = [*ALWAYS, *(() if method.upper() in SAFE_METHODS else WRITES)]
    if _takes(operation, "If-Match"):
        statuses.append(412)
    said = operation["responses"]
    said |= {str(status): error(status) for status in statuses if str(status) not in said}
    operation["responses"] = dict(sorted(said.items()))


def _takes(operation: Description, name: str) -> bool:
    return any(one.get("name") == name for one in operation.get("parameters", ()))


def _headers(operation: Description) -> None:
    shared = [{"$ref": f"#/components/parameters/{name}"} for name in PARTS["parameters"]]
    operation["parameters"] = [*operation.get("parameters", ()), *shared]
    for status, response in operation["responses"].items():
        if "$ref" in response:
            continue
        names = [*HEADERS, *(OF_ETAG if _has_etag(response, status) else ())]
        said = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        response["headers"] = said | response.get("headers", {})


def _has_etag(response: Description, status: str) -> bool:
    """Has the body a version? Where there is no body, nothing is promised."""
    schema = response.get("content", {}).get(JSON, {}).get("schema", {})
    return status == "200" and "eTag" in schema.get("properties", {})


def _named(found: Any) -> dict[str, Any]:
    """Every schema with a title, taken out of where it stands; a reference is left there."""
    parts: dict[str, Any] = {}
    pairs = found.items() if isinstance(found, dict) else enumerate(found)
    for key, inside in list(pairs):
        if not isinstance(inside, dict | list) or key in ("example", "examples", "enum"):
            continue
        copy = dict(inside) if isinstance(inside, dict) else list(inside)
        parts |= _named(copy)
        title = copy.get("title") if isinstance(copy, dict) else None
        if isinstance(title, str):
            parts[title] = copy
            copy = {"$ref": f"#/components/schemas/{title}"}
        found[key] = copy
    return parts
