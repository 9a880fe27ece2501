"""Bodies that no client means: never a 5xx, and nothing changes."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.models import Account, Event, Person
from referrals.api.patching import PATHS
from referrals.models import Referral
from tests.calling import Caller, caller
from tests.referrals.api.bodies import ADDRESS, CONTACT, ROOT, body, of, op
from tests.referrals.api.test_registration_wire import by_contract

pytestmark = pytest.mark.django_db
WRONG: dict[str, Any] = {
    "number": 7,
    "text": "\u00e9\u4e16\U0001f600",
    "long": "x" * 6000,
    "list": [1, None, "x", {}],
    "lists": [[[]]],
    "object": {"a": {"b": [1]}},
    "true": True,
    "huge": 10**30,
    "tiny": -1e300,
}
RAW = [
    *(b"", b"{", b"[", b"nul", b"NaN", b"[NaN]", b"{\"name\": Infinity}", b"\xff\xfe", b"1e999"),
    *(b'{"name": "\\u0000"}', b'{"name": "\\ud800"}', b'{"\\u0000": 1}', b'{"name": 1e999}'),
    *(b"[" * 100_000, b'{"a":' * 5000 + b"1" + b"}" * 5000, b"[" * 40 + b"]" * 40),
    *(b"\xef\xbb\xbf{}", b'"\\uD83D"', b"9" * 5000),
]  # fmt: skip


def full(person: Person) -> dict[str, Any]:
    """Every field that a body may have, filled."""
    asked = body(
        person, referralProgram="x", salesStage="Qualify", favorite=False, engagementId=None
    )
    asked["customerProfile"] |= {"team": [CONTACT], "ids": [{"profileType": "Duns", "id": "1"}]}
    asked["customerProfile"]["address"] = ADDRESS | {
        "state": "L",
        "region": "x",
        "addressLine2": "",
    }
    asked["inviteContext"] = {
        "notes": "x",
        "assistanceRequestCode": "Unknown",
        "invitedMpnId": None,
    }
    needs = asked["details"]["requirements"]
    needs["additionalRequirements"] = {
        "attributes": [{"type": "SolutionArea", "id": "Security"}],
        "iot": {"deviceCategory": "x"},
    }
    needs["offers"] = needs["salesPlays"] = [{"id": "x"}]
    needs["solutions"][0] |= {"price": 1, "quantity": 1, "currency": "USD"}
    return asked


@pytest.fixture(autouse=True)
def _often(settings) -> None:
    settings.API_PER_MINUTE = 1_000_000


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a value stands, for every value in it."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for name, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(one, (*path, name))


def spoiled(value: Any, path: tuple[Any, ...], wrong: Any) -> Any:
    found = copy.deepcopy(value)
    within = found
    for step in path[:-1]:
        within = within[step]
    within[path[-1]] = wrong
    return found


def state() -> tuple[Any, ...]:
    legs = list(Referral.objects.order_by("pk").values_list("pk", "version", "name"))
    return legs, Event.objects.count(), Account.objects.count()


def check(call: Caller, method: str, path: str, sent: Any, **headers: str) -> None:
    before = state()
    answer = call(method, path, sent, **headers)
    assert answer.status_code < 500, (sent, answer.content)
    assert answer.status_code not in (401, 403, 404, 429)
    if answer.status_code >= 400:
        error = answer.json()["error"]
        assert error["code"]
        assert error["message"]
        assert state() == before


@pytest.mark.rule("API-064")
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_every_field_of_a_post(wrong, ana) -> None:
    asked, call = full(ana), caller(ana)
    paths = list(leaves(asked))
    assert len(paths) > 70
    for path in paths:
        check(call, "POST", f"{ROOT}?validateOnly=true", spoiled(asked, path, wrong))
    assert not Referral.objects.exists()


@pytest.mark.parametrize("wrong", [*WRONG.values(), None], ids=[*WRONG, "none"])
def test_every_path_of_a_patch(wrong, own_deal, ana) -> None:
    call = caller(ana)
    for path in PATHS:
        kind = "add" if path.endswith("/-") else "replace"
        check(call, "PATCH", f"{of(own_deal)}?validateOnly=true", [op(path, wrong, kind)])
    before = state()
    check(call, "PATCH", of(own_deal), [op("/details/notes", "x"), op("/nowhere", wrong)])
    assert state() == before


def test_every_field_of_a_registration(own_deal, ana) -> None:
    asked, call = by_contract(), caller(ana)
    for path in leaves(asked):
        for wrong in WRONG.values():
            document = [op("/registrations/-", spoiled(asked, path, wrong), "add")]
            check(call, "PATCH", f"{of(own_deal)}?validateOnly=true", document)


def test_every_field_of_a_put(own_deal, ana) -> None:
    call = caller(ana)
    read = call.get(of(own_deal)).json()
    for path in leaves(read):
        for name in ("number", "text", "object", "lists"):
            sent = spoiled(read, path, WRONG[name])
            check(call, "PUT", f"{of(own_deal)}?validateOnly=true", sent, If_Match=read["eTag"])


@pytest.mark.parametrize("raw", RAW, ids=range(len(RAW)))
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_what_is_no_json_or_no_text(method, raw, own_deal, ana) -> None:
    call, before = caller(ana), state()
    tag = call.get(of(own_deal))["ETag"]
    address = ROOT if method == "POST" else of(own_deal)
    check(call, method, address, raw, If_Match=tag)
    assert state() == before


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(value=JSON, path=st.sampled_from(sorted(PATHS)))
def test_anything_at_any_path(value, path, own_deal, ana) -> None:
    document = json.dumps([op(path, value, "add")])
    check(caller(ana), "PATCH", f"{of(own_deal)}?validateOnly=true", document)
