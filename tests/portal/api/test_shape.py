"""What never reaches a door for programs is refused in their words all the same."""

from typing import Any

import pytest
from django.conf import settings

from tests.calling import Caller, caller

pytestmark = pytest.mark.django_db
LONG = b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
LIST = "/v1.0/engagements/referrals"


def refusal(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/json"
    assert answer["Request-ID"]
    return answer.status_code, answer.json()["error"]["code"]


@pytest.mark.rule("API-156")
def test_a_body_beyond_the_limit_is_413(ana) -> None:
    for call in (caller(ana), Caller()):
        for path in (LIST, "/v1.0/nothing", "/webhooks/v1/registration"):
            answer = call.post(path, LONG, MS_CorrelationId="abc")
            assert refusal(answer) == (413, "invalidRequest")
            assert answer["MS-CorrelationId"] == "abc"
    asked = Caller().post("/oauth/token", LONG)
    assert (asked.status_code, asked.json()["error"]) == (413, "invalid_request")


@pytest.mark.rule("API-156")
def test_no_page_answers_a_program(ana, own_deal) -> None:
    call = caller(ana)
    barred = call.get(f"/v1.0/referrals/{own_deal.pk}/win")
    assert refusal(barred) == (405, "invalidRequest")
    assert "POST" in barred["Allow"]
    assert refusal(call.get("/v1.0/a%0Ab")) == (404, "itemNotFound")
    assert refusal(call.get("/webhooks/v1/a%0Ab")) == (404, "itemNotFound")
    assert refusal(call.get(LIST, Accept="text/html"))[0] == 406
    assert refusal(call.get(LIST, Host="evil.example")) == (400, "invalidRequest")
    asked = call.get("/oauth/token")
    assert (asked.status_code, asked.json()["error"]) == (405, "invalid_request")


@pytest.mark.rule("API-156")
def test_people_still_get_pages(client) -> None:
    for path in ("/nowhere/", "/oauth/authorize/x"):
        assert client.get(path)["Content-Type"].startswith("text/html")


@pytest.mark.rule("API-156")
def test_strangers_are_strangers_whatever_they_send(ana) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        assert refusal(Caller().post(LIST, "{}", Content_Type=kind)) == (401, "unauthenticated")
        assert refusal(caller(ana).post(LIST, "{}", Content_Type=kind))[0] == 415
