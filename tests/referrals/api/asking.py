"""The list of referrals, asked as a program asks."""

from typing import Any
from urllib.parse import urlencode

from tests.calling import Caller

LIST = "/v1.0/engagements/referrals"


def ask(call: Caller, **params: Any) -> Any:
    """`ask(call, filter="…", top=5)` is `?$filter=…&$top=5`."""
    return call.get(f"{LIST}?{urlencode({f'${name}': value for name, value in params.items()})}")


def names(answer: Any) -> list[str]:
    """The names of the referrals, sorted; the answer is 200."""
    assert answer.status_code == 200, answer.content
    return sorted(one["name"] for one in answer.json()["value"])


def refusal(answer: Any) -> tuple[str, str]:
    """(target, message) of an answer that is 400."""
    assert answer.status_code == 400, answer.content
    error = answer.json()["error"]
    assert error["code"] == "invalidRequest"
    return error["target"], error["message"]
