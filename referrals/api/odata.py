"""`$filter` read into a tree by the library. What a tree may ask for is `filters`' business.

The library reads paths of three parts and lists of one value wrongly; both are put right
among the tokens, before it sees them.
"""

from collections.abc import Iterator
from typing import Any

from odata_query import ast
from odata_query.exceptions import UnknownFunctionException
from odata_query.grammar import ODataLexer, ODataParser

from portal.api.errors import Problem

TARGET = "$filter"
LONGEST = 4000  # characters
MOST = 1000  # tokens
DEEPEST = 6  # parts of a path


def problem(message: str) -> Problem:
    """A 400 about the filter, in plain English."""
    return Problem(message, target=TARGET, code="invalidFilter")


def parse(text: str) -> Any:
    """The tree of a filter. Raises Problem for what is no filter, too long or no text."""
    if len(text) > LONGEST:
        raise problem(f"A filter has at most {LONGEST} characters.")
    if "\0" in text:
        raise problem("Text can't hold the character NUL.")
    try:
        tokens = list(_lists(_paths(ODataLexer().tokenize(text.strip()))))
        if len(tokens) > MOST:
            raise problem(f"A filter has at most {MOST} words and signs.")
        return ODataParser().parse(iter(tokens))
    except Problem:
        raise
    except UnknownFunctionException as unknown:
        raise problem(f"The function {unknown.function_name} is not known.") from unknown
    except Exception as broken:  # the library stumbles over some odd texts by its own faults
        raise problem("This is no filter that OData knows.") from broken


def _paths(tokens: Iterator[Any]) -> Iterator[Any]:
    """`a/b/c` as one name."""
    waiting: list[Any] = []
    for token in tokens:
        fits = token.type == ("/" if len(waiting) % 2 else "ODATA_IDENTIFIER")
        if waiting and not fits:
            yield from _joined(waiting)
            waiting = []
        if waiting or token.type == "ODATA_IDENTIFIER":
            waiting.append(token)
        else:
            yield token
    yield from _joined(waiting)


def _joined(path: list[Any]) -> Iterator[Any]:
    """Names and the slashes between them; a slash at the end belongs to what follows."""
    rest = path.pop() if path and path[-1].type == "/" else None
    if len(path) > 2 * DEEPEST:
        raise problem(f"A path has at most {DEEPEST} parts.")
    if path:
        first = path[0]
        first.value = ast.Identifier("/".join(one.value.full_name() for one in path[::2]))
        yield first
    if rest:
        yield rest


def _lists(tokens: Iterator[Any]) -> Iterator[Any]:
    """`in ('x')` as the library writes a list of one: `in ('x',)`."""
    inside, seen = False, 0
    for token in tokens:
        if token.type == "IN":
            inside, seen = True, 0
        elif inside and token.type not in ("(", "WS"):
            if token.type == ")":
                if seen == 1:
                    yield _comma(token)
                inside = False
            else:
                seen += 1
        yield token


def _comma(beside: Any) -> Any:
    token = type(beside)()
    token.type = token.value = ","
    token.lineno, token.index = beside.lineno, beside.index
    return token
