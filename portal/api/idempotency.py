"""The same write asked twice is done once, and answered twice the same.

The answer is a row that is written in the transaction of the change: two that arrive at once
take turns at its key, and after a crash between commit and answer the row is there.
"""

import hashlib
from typing import cast

from rest_framework.request import Request
from rest_framework.response import Response

from portal.actions import answers
from portal.api.body import dumps
from portal.api.errors import Problem
from portal.models import Answered, Person

HEADERS = ("Idempotency-Key", "MS-RequestId")  # the same thing (decisions, API 2)
KEPT = ("ETag", "Location", "Preference-Applied")
LONGEST = 200


def key_of(request: Request) -> str:
    """The caller's name for this request; empty where it gave none."""
    found = next((request.headers[name] for name in HEADERS if request.headers.get(name)), "")
    if len(found) > LONGEST:
        raise Problem(f"The key of a request has at most {LONGEST} characters.", target=HEADERS[0])
    return found.strip()


def begin(request: Request, key: str) -> Answered:
    """The row of this request, new or as it was answered. Waits for another that works on it.

    Raises Problem 422 where the key came with another request before.
    """
    asked = _checksum(request)
    row = answers.begin(cast(Person, request.user), key=key, asked=asked)
    if row.asked != asked:
        raise Problem(
            "This key was used for another request. Take a new one.",
            target=HEADERS[0],
            status=422,
            code="idempotencyKeyReused",
        )
    return row


def _checksum(request: Request) -> str:
    said = (request.method or "").encode(), request.get_full_path().encode(), dumps(request.data)
    return hashlib.sha256(b"\n".join(said)).hexdigest()


def keep(row: Answered, response: Response) -> None:
    """Remember the answer, in the transaction of what it tells."""
    answers.keep(
        row,
        status=response.status_code,
        body="" if response.data is None else dumps(response.data).decode(),
        headers={name: response[name] for name in KEPT if name in response},
    )
