"""The same write asked twice happens once, and is answered twice the same."""

import json
import time
from datetime import timedelta

import pytest

from portal import clock
from portal.models import Answered
from portal.tasks import remove_old_answers
from referrals.models import Draft
from tests.calling import Caller, caller, client_of, token_of
from tests.processes import start

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.portal.api.probe")]
BODY = {"step": "customer"}


@pytest.fixture
def call(ana) -> Caller:
    return caller(ana)


@pytest.mark.rule("API-020")
@pytest.mark.parametrize("name", ["Idempotency_Key", "MS_RequestId"])
def test_the_same_request_again_is_answered_as_before(call, name) -> None:
    first, second = (call.post("/probe", BODY, **{name: "k1"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.content == first.content
    assert (first["ETag"], second["ETag"], "X-Other" in second) == ('"1"', '"1"', False)
    assert (first.get("Idempotency-Replayed"), second["Idempotency-Replayed"]) == (None, "true")
    assert Draft.objects.count() == 1


@pytest.mark.rule("API-020")
def test_both_headers_are_the_same_key(call) -> None:
    call.post("/probe", BODY, Idempotency_Key="k1")
    assert call.post("/probe", BODY, MS_RequestId="k1")["Idempotency-Replayed"] == "true"


def test_an_answer_without_a_body_is_repeated_without_one(call) -> None:
    for _ in range(2):
        found = call.patch("/probe", BODY, Idempotency_Key="k1")
        assert (found.status_code, found.content) == (204, b"")
    assert Draft.objects.count() == 1


@pytest.mark.rule("API-021")
def test_the_key_of_another_request_is_refused(call) -> None:
    call.post("/probe", BODY, Idempotency_Key="k1")
    others = [
        call.post("/probe", {"step": "other"}, Idempotency_Key="k1"),
        call.patch("/probe", BODY, Idempotency_Key="k1"),
        call.post("/probe?a=b", BODY, Idempotency_Key="k1"),
    ]
    for found in others:
        error = found.json()["error"]
        assert found.status_code == 422
        assert error["innerError"]["code"] == "idempotencyKeyReused"
        assert error["target"] == "Idempotency-Key"
    assert Draft.objects.count() == 1


def test_keys_of_other_callers_are_other_keys(ana, bruno) -> None:
    client = client_of(ana)
    calls = [caller(ana), Caller(token_of(client, ana)), Caller(token_of(client, bruno))]
    for call in calls:
        assert "Idempotency-Replayed" not in call.post("/probe", BODY, Idempotency_Key="k1")
    assert Draft.objects.count() == 3


@pytest.mark.rule("API-022")
@pytest.mark.parametrize("how", ["refused", "missing", "broken"])
def test_what_did_not_happen_is_not_kept(call, how) -> None:
    call.browser.raise_request_exception = False
    method, body = {"refused": ("POST", {}), "missing": ("PUT", {}), "broken": ("DELETE", {})}[how]
    for _ in range(2):
        found = call(method, "/probe", body, Idempotency_Key="k1")
        assert found.status_code == {"refused": 400, "missing": 404, "broken": 500}[how]
        assert "Idempotency-Replayed" not in found
    assert not Answered.objects.exists()
    assert not Draft.objects.exists()
    assert call.post("/probe", BODY, Idempotency_Key="k1").status_code == 200


@pytest.mark.rule("API-023")
def test_a_dry_run_changes_nothing_and_is_not_kept(call) -> None:
    found = call.post("/probe?validateOnly=true", BODY, Idempotency_Key="k1")
    assert found.status_code == 200
    assert not Draft.objects.exists()
    assert not Answered.objects.exists()
    refused = call.post("/probe?validateOnly=true", {}, Idempotency_Key="k1")
    assert refused.json()["error"]["target"] == "step"
    assert call.post("/probe?validateOnly=maybe", BODY).json()["error"]["target"] == "validateOnly"


def test_a_key_too_long_is_refused_and_an_empty_one_is_none(call) -> None:
    assert call.post("/probe", BODY, Idempotency_Key="k" * 201).status_code == 400
    for _ in range(2):
        assert call.post("/probe", BODY, Idempotency_Key=" ").status_code == 200
    assert Draft.objects.count() == 2


def test_reading_needs_no_key_and_keeps_nothing(call) -> None:
    assert call.get("/probe", Idempotency_Key="k1").status_code == 200
    assert not Answered.objects.exists()


@pytest.mark.rule("API-024")
def test_answers_are_kept_for_a_day(call) -> None:
    call.post("/probe", BODY, Idempotency_Key="k1")
    clock.move(timedelta(hours=23, minutes=59))
    assert remove_old_answers() == 0
    clock.move(timedelta(minutes=2))
    assert remove_old_answers() == 1
    assert "Idempotency-Replayed" not in call.post("/probe", BODY, Idempotency_Key="k1")


@pytest.mark.postgres
@pytest.mark.rule("API-020")
@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_from_four_processes_happen_once(ana) -> None:
    token = token_of(client_of(ana), ana)
    moment = str(time.time() + 8)
    line = ("-m", "tests.portal.api.calls", moment, token, "k1", "5")
    running = [start(*line) for _ in range(4)]
    outputs = [process.communicate(timeout=90) for process in running]
    assert all(process.returncode == 0 for process in running), outputs
    answers = [answer for out, _err in outputs for answer in json.loads(out.splitlines()[-1])]
    assert len(answers) == 20
    assert {json.dumps(answer) for answer in answers} == {json.dumps(answers[0])}
    assert answers[0][0] == 200
    assert Draft.objects.count() == 1
