"""JSON in and out. What is no JSON, too deep, or holds what no text may hold is refused here."""

from typing import IO, Any

import orjson
from django.conf import settings
from django.utils.functional import Promise
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

DEPTH = 32


class Parser(BaseParser):
    """`application/json`, also where it is called JSON Patch."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        text = stream.read(settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
        try:
            found = orjson.loads(text)
        except orjson.JSONDecodeError as broken:
            raise ParseError("The body is not JSON.") from broken
        check(found)
        return found


class PatchParser(Parser):
    media_type = "application/json-patch+json"


def check(value: Any, depth: int = 0) -> None:
    """Raises ParseError for NUL, lone surrogates, and what is nested too deep."""
    if depth > DEPTH:
        raise ParseError("The body is nested too deep.")
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, list):
        for one in value:
            check(one, depth + 1)
    elif isinstance(value, dict):
        for name, one in value.items():
            _check_text(name)
            check(one, depth + 1)


def _check_text(text: str) -> None:
    if "\0" in text:
        raise ParseError("Text can't hold the character NUL.")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as surrogate:
            raise ParseError("Text holds half of a character.") from surrogate


class Renderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        return b"" if data is None else dumps(data)


def dumps(data: Any) -> bytes:
    """Moments with their zone, words of the reader's language, amounts as numbers."""
    return orjson.dumps(data, default=_plain, option=orjson.OPT_UTC_Z)


def _plain(value: Any) -> Any:
    if isinstance(value, Promise):
        return str(value)
    if hasattr(value, "as_tuple"):  # a Decimal; whole amounts stay whole
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
