"""Whatever a program sends, no address of the API answers with an error of its own (≥ 500)."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api_world import World, callers, methods, routes, world  # noqa: F401 — fixtures
from tests.calling import Caller
from tests.test_api_matrix import TABLE, everything, in_shape
from tests.test_hostile import STRINGS

pytestmark = pytest.mark.django_db
PARAMS = (
    "search location kind wide company status after excludeOwn state event from to validateOnly "
    "$filter $select $orderby $top $skip $count $expand $skiptoken"
).split()
HEADERS = "If-Match If-None-Match Prefer MS-CorrelationId client-request-id".split()
READ = sorted({name for name, method in TABLE if method == "GET"})
WRITTEN = sorted(  # who does not see a record is asked for nothing
    {
        (name, who)
        for (name, method), cells in TABLE.items()
        for who in ("ana", "rita")
        if method != "GET" and cells[who] != 404
    }
)
FILTERS = ["name eq '{}'", "contains(name, '{}')", "team/any(t: t/email eq '{}')", "{}", "id eq {}"]
BROKEN = ['{"a": "\\ud800"}', "\ufeff{}", "[" * 5000, "{}{}", "nan", "1e999", '{"a"']
ODD: list[Any] = [None, True, -1, 1e308, [], {}, [[]], {"": ""}, "", 0]


def filled(value: Any, odd: Any) -> Any:
    """The same body, with this in every field at once."""
    if isinstance(value, dict):
        return {name: filled(one, odd) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, odd) for one in value]
    return odd


def bodies(body: Any, who: str) -> list[Any]:
    """All fields at once; as Ana also what is no text, and what is no object."""
    if isinstance(body, bytes):
        return [text.encode("utf-8", "replace") for text in STRINGS] + [body[: len(body) // 2]]
    found = [filled(body, one) for one in STRINGS]
    if isinstance(body, list):  # a patch keeps to its path: what is odd is the value
        found += [[{**one, "value": odd} for one in body] for odd in [*STRINGS, *ODD]]
    return found + ([filled(body, one) for one in ODD] + ODD + BROKEN if who == "ana" else [])


def check(answer: Any, what: Any) -> None:
    assert answer.status_code < 500, (answer.status_code, what)
    if answer.status_code >= 400:
        assert in_shape(answer), what


@pytest.mark.rule("API-155")
@pytest.mark.parametrize("who", ["ana", "rita"])
@pytest.mark.parametrize("name", READ)
def test_hostile_parameters_and_headers(name, who, world: World, callers) -> None:  # noqa: F811
    call: Caller = callers[who]
    path = world.path(name).partition("?")[0]
    for text in STRINGS:
        check(got(call, path, dict.fromkeys(PARAMS, text)), text)
        headers = dict.fromkeys(HEADERS, plain(text))
        check(call.get(path, **headers), text)


def got(call: Caller, path: str, asked: dict[str, str]) -> Any:
    given = {"Authorization": f"Bearer {call.token}"}
    return call.browser.get(path, asked, headers=given)


def plain(text: str) -> str:
    """As a server reads a header: Latin letters, one line."""
    return text.encode("utf-8", "replace").decode("latin-1").replace("\r\n", " ")[:4000]


@pytest.mark.rule("API-155")
@pytest.mark.parametrize(("name", "who"), WRITTEN)
def test_hostile_bodies(name, who, world: World, callers) -> None:  # noqa: F811
    """What is refused changed nothing."""
    call: Caller = callers[who]
    pattern = dict(routes())[name]
    for method in sorted(methods(pattern) - {"GET"}):
        path = f"{world.path(name)}?validateOnly=true"
        body, headers = world.body(name, method)
        before = everything()
        for sent in bodies(body, who):
            check(call(method, path, sent, **headers), (method, sent))
        assert everything() == before, method


@pytest.mark.rule("API-155")
@pytest.mark.parametrize("text", STRINGS)
def test_hostile_filters_and_addresses(text, ana, callers) -> None:  # noqa: F811
    call: Caller = callers["ana"]
    for filter_ in FILTERS:
        asked = {"$filter": filter_.format(text)}
        check(got(call, "/v1.0/engagements/referrals", asked), asked)
    for start in ("/v1.0/", "/v1.0/referrals/", "/v1.0/picklists/", "/webhooks/v1/"):
        check(got(call, f"{start}{text}", {}), start)
        check(got(call, f"{start}{uuid4()}/{text}", {}), start)


@pytest.mark.rule("API-155")
@pytest.mark.parametrize("text", STRINGS)
def test_hostile_requests_for_tokens(text, callers) -> None:  # noqa: F811
    names = "grant_type client_id client_secret scope code redirect_uri refresh_token token".split()
    browser = callers["stranger"].browser
    for path in ("/oauth/token", "/oauth/revoke"):
        for asked in (dict.fromkeys(names, text), {"grant_type": text}):
            answer = browser.post(path, asked)
            assert 400 <= answer.status_code < 500, text
            assert answer.json()["error"], text
        assert browser.post(path, headers={"Authorization": f"Basic {plain(text)}"}).json()["error"]
