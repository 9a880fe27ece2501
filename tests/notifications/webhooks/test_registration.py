"""The addresses of facts 1.11: one registration of each partner, its events, its trial."""

import base64
import hashlib
import hmac
from datetime import timedelta

import pytest

from notifications.models import Delivery, Subscription
from notifications.webhooks import delivering
from portal import clock
from portal.models import Answered, Event
from tests.calling import Caller, caller, client_of, program_of, token_of

pytestmark = pytest.mark.django_db
PATH = "/webhooks/v1/registration"


def wish(receiver, *events: str, **more):
    names = list(events) or ["referral-created", "test-created"]
    return {"WebhookUrl": receiver.url, "WebhookEvents": names, **more}


@pytest.mark.rule("API-122")
def test_the_names_are_those_of_the_contract_and_follow_its_rule(ana) -> None:
    assert caller(ana).get(f"{PATH}/events").json() == [
        "referral-created",
        "referral-updated",
        "related-referral-created",
        "related-referral-updated",
        "registration-created",
        "registration-updated",
        "test-created",
    ]


@pytest.mark.rule("API-123")
def test_one_registration_of_each_partner(ana, paula, carla, receiver) -> None:
    call = caller(ana)
    assert call.get(PATH).status_code == 404
    assert call.put(PATH, wish(receiver)).status_code == 404
    made = call.post(PATH, wish(receiver))
    assert made.status_code == 200
    row = Subscription.objects.get()
    body = made.json()
    assert body.pop("SigningSecret").startswith("whsec_")
    flags = {"SignatureTokenToMsSignatureHeader": False, "SkipOwnChanges": False}
    assert body == {"SubscriberId": str(row.pk), **wish(receiver), **flags}
    again = caller(paula).post(PATH, wish(receiver))
    assert (again.status_code, again.json()["error"]["innerError"]["code"]) == (409, "exists")
    replaced = call.put(
        PATH, wish(receiver, "referral-updated", SignatureTokenToMsSignatureHeader=True)
    )
    assert replaced.status_code == 200
    assert call.get(PATH).json() == {
        **wish(receiver, "referral-updated"),
        "SignatureTokenToMsSignatureHeader": True,
        "SkipOwnChanges": False,
    }
    assert caller(carla).get(PATH).status_code == 404
    assert caller(carla).post(PATH, wish(receiver)).status_code == 200


def test_who_removed_it_may_register_again_with_a_new_secret(ana, receiver) -> None:
    call = caller(ana)
    first = call.post(PATH, wish(receiver)).json()
    assert call("DELETE", PATH).status_code == 204
    assert call.get(PATH).status_code == 404
    second = call.post(PATH, wish(receiver)).json()
    assert second["SubscriberId"] == first["SubscriberId"]
    assert second["SigningSecret"] != first["SigningSecret"]
    verbs = Event.objects.of(Subscription.objects.get()).values_list("verb", flat=True)
    assert list(verbs) == ["subscribe", "unsubscribe", "subscribe"]


@pytest.mark.rule("API-124")
def test_who_does_not_know_of_all_deals_of_a_company_can_not_listen(
    ana, bruno, rita, receiver
) -> None:
    caller(ana).post(PATH, wish(receiver))
    for person in (bruno, rita):
        call = caller(person)
        assert call.get(PATH).status_code == 404
        assert call.post(PATH, wish(receiver)).status_code == 403
        assert call.get("/v1.0/webhooks/deliveries").json() == {"value": []}
    assert caller(ana, "webhooks.read").post(PATH, wish(receiver)).status_code == 403
    assert caller(ana, "referrals.read").get(PATH).status_code == 403


def test_a_program_of_the_company_registers_itself(ana, receiver) -> None:
    client = program_of(ana)
    call = Caller(token_of(client))
    assert call.post(PATH, wish(receiver)).status_code == 200
    assert Subscription.objects.get().client_id == client.pk


@pytest.mark.rule("API-125")
@pytest.mark.parametrize(
    ("body", "target"),
    [
        ([], None),
        ({}, "WebhookUrl"),
        ({"WebhookUrl": 7}, "WebhookUrl"),
        ({"WebhookUrl": "https://10.0.0.1/", "WebhookEvents": ["test-created"]}, "WebhookUrl"),
        ({"WebhookUrl": "https://x.example/"}, "WebhookEvents"),
        ({"WebhookUrl": "https://x.example/", "WebhookEvents": []}, "WebhookEvents"),
        ({"WebhookUrl": "https://x.example/", "WebhookEvents": "all"}, "WebhookEvents"),
        ({"WebhookUrl": "https://x.example/", "WebhookEvents": [7]}, "WebhookEvents"),
        ({"WebhookUrl": "https://x.example/", "WebhookEvents": [{}]}, "WebhookEvents"),
        ({"WebhookUrl": "https://x.example/", "WebhookEvents": ["claim-created"]}, "WebhookEvents"),
        (
            {
                "WebhookUrl": "https://x.example/",
                "WebhookEvents": ["test-created"],
                "SkipOwnChanges": "yes",
            },
            "SkipOwnChanges",
        ),
        ({"Secret": "mine"}, "Secret"),
    ],
)
def test_a_body_that_says_something_else_is_refused_by_name(ana, body, target) -> None:
    found = caller(ana).post(PATH, body)
    assert found.status_code == 400
    assert found.json()["error"].get("target") == target
    assert not Subscription.objects.exists()


@pytest.mark.rule("API-126")
def test_a_secret_is_told_once_and_kept_nowhere(ana, receiver) -> None:
    call = caller(ana)
    dry = call.post(f"{PATH}?validateOnly=true", wish(receiver))
    assert dry.status_code == 200
    assert "SigningSecret" not in dry.json()
    assert not Subscription.objects.exists()
    first = call.post(PATH, wish(receiver), Idempotency_Key="k1")
    secret = first.json()["SigningSecret"]
    again = call.post(PATH, wish(receiver), Idempotency_Key="k1")
    assert again["Idempotency-Replayed"] == "true"
    assert "SigningSecret" not in again.json()
    new = call.post("/v1.0/webhooks/secret", Idempotency_Key="k2").json()["SigningSecret"]
    kept = " ".join(Answered.objects.values_list("body", flat=True))
    assert secret not in kept
    assert new not in kept
    assert new != secret


@pytest.mark.rule("API-127")
def test_a_trial_tells_what_the_receiver_said(ana, carla, receiver) -> None:
    call = caller(ana)
    secret = call.post(PATH, wish(receiver)).json()["SigningSecret"]
    asked = call.post(f"{PATH}/validationEvents")
    assert asked.status_code == 200
    path = f"{PATH}/validationEvents/{asked.json()['correlationId']}"
    assert call.get(path).json()["status"] == "pending"
    receiver.usual = 500
    delivering.drain()
    found = call.get(path).json()
    [result] = found.pop("results")
    assert (result["responseCode"], result["responseMessage"]) == ("500", "thanks")
    assert (result["systemError"], found["status"]) == (False, "completed")
    assert found["callbackUrl"] == receiver.url
    assert caller(carla).get(path).status_code == 404
    [taken] = receiver.taken
    assert taken.body["EventName"] == "test-created"
    signed = f"{taken.headers['webhook-id']}.{taken.headers['webhook-timestamp']}.".encode()
    key = base64.b64decode(secret.removeprefix("whsec_"))
    mine = base64.b64encode(hmac.digest(key, signed + taken.raw, hashlib.sha256)).decode()
    assert taken.headers["webhook-signature"] == f"v1,{mine}"  # without any library


@pytest.mark.rule("API-127")
def test_two_trials_a_minute_and_only_of_who_asked_for_them(ana, receiver) -> None:
    call = caller(ana)
    call.post(PATH, wish(receiver, "referral-created"))
    refused = call.post(f"{PATH}/validationEvents")
    assert refused.status_code == 409
    assert refused.json()["error"]["innerError"]["code"] == "notSubscribed"
    call.put(PATH, wish(receiver))
    codes = [call.post(f"{PATH}/validationEvents").status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    late = call.post(f"{PATH}/validationEvents")
    assert 1 <= int(late["Retry-After"]) <= 61
    clock.move(timedelta(seconds=61))
    assert call.post(f"{PATH}/validationEvents").status_code == 200


def test_an_unknown_address_is_404_in_the_shape_of_the_api(ana) -> None:
    found = caller(ana).get("/webhooks/v1/elsewhere")
    assert (found.status_code, found.json()["error"]["code"]) == (404, "itemNotFound")
    assert Caller().get(PATH).status_code == 401


def test_a_revoked_client_is_nobody(ana, receiver) -> None:
    client = client_of(ana)
    call = Caller(token_of(client, ana))
    call.post(PATH, wish(receiver))
    type(client).objects.update(is_active=False)
    assert call.get(PATH).status_code == 401
    assert not Subscription.objects.told().exists()
    assert not Delivery.objects.exists()
