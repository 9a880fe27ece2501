"""Registering on the wire: sent as soon as complete, kept where only the contract is missing."""

from datetime import timedelta
from typing import Any

import pytest

from portal.models import Event
from referrals.actions import registration as actions
from referrals.models import Registration
from tests.calling import caller
from tests.referrals.api.bodies import fresh, of, op
from tests.referrals.api.test_create import refused
from tests.referrals.registering import at, contract, today, won

pytestmark = pytest.mark.django_db
BOOKS = {"isMarketplaceTransacted": True, "marketplaceTransactionDateTime": "2026-11-02T00:00:00Z"}
SOLD = {"id": "SOL-1000-TST", "value": "60000", "currency": "USD", "isDeployedOnAzure": True}
ON_MARKETPLACE = {
    "type": "AzureIPCoSell",
    "solutionDetails": [SOLD | {"marketplaceTransactionDetails": BOOKS}],
    "contract": {"value": 90000, "currency": "USD"},
}


def by_contract(**changed: Any) -> dict[str, Any]:
    day = f"{today().isoformat()}T00:00:00Z"
    values = {
        "value": 90000,
        "currency": "USD",
        "startDateTime": day,
        "signDateTime": day,
        "endDateTime": f"{(today() + timedelta(days=400)).isoformat()}T00:00:00Z",
        "term": "Finite",
    }
    sold = SOLD | {
        "primaryDeploymentOn": "Customer",
        "pricingModel": "Other",
        "marketplaceTransactionDetails": {"isMarketplaceTransacted": "false"},
    }
    return {"type": "AzureIPCoSell", "solutionDetails": [sold], "contract": values | changed}


def begin(value: Any) -> list[dict[str, Any]]:
    return [op("/registrations/-", value, "add")]


@pytest.mark.rule("API-079")
def test_a_transaction_of_the_marketplace_is_registered_at_once(own_deal, ana) -> None:
    leg = won(own_deal, ana)
    answer = caller(ana).patch(of(leg) + "/", begin(ON_MARKETPLACE))
    assert answer.status_code == 204, answer.content
    found = Registration.objects.get(referral=leg)
    assert (found.status, found.total_value, found.solution_value) == ("validation", 90000, 60000)
    assert str(found.marketplace_on) == "2026-11-02"
    assert found.solution.code == "SOL-1000-TST"
    told = caller(ana).get(of(leg)).json()
    assert told["eTag"] == answer["ETag"]
    stale = {"If_Match": told["eTag"].replace(".", ".1")}
    assert caller(ana).patch(of(leg), begin(ON_MARKETPLACE), **stale).status_code == 412
    assert told["registrationStatus"] == "ReviewPending"
    assert told["registrations"][0]["type"] == "AzureIPCoSell"
    assert Event.objects.filter(record_id=found.pk, verb="submit").exists()


@pytest.mark.rule("API-079")
def test_where_only_the_contract_is_missing_it_waits_in_the_portal(own_deal, ana) -> None:
    leg = won(own_deal, ana)
    assert caller(ana).patch(of(leg), begin(by_contract())).status_code == 204
    found = Registration.objects.get(referral=leg)
    assert (found.status, found.tenant, found.term) == ("draft", "customer", "finite")
    told = caller(ana).get(of(leg)).json()
    assert told["registrationStatus"] == "ActionRequired"
    assert told["registrations"][0]["statusReason"].endswith("with the signed contract.")
    actions.attach(found, by=ana, files=[contract()])
    actions.edit(found, by=ana, names_both=True)
    path = "/registrations/0/contract/value"
    assert caller(ana).patch(of(leg) + "//", [op(path, "95000")]).status_code == 204
    found = Registration.objects.get(referral=leg)
    assert (found.status, found.total_value) == ("approved", 95000)


WRONG = [
    ("registrations/0/contract/signDateTime", "signed_given", {"signDateTime": None}),
    ("registrations/0/contract/term", "term_said", {"term": None}),
    ("registrations/0/contract/value", "total_given", {"value": 0}),
    ("registrations/0/contract/value", "annual_value_enough",
     {"value": 60000, "term": "Perpetual"}),
    ("registrations/0/contract/signDateTime", "signed_not_later",
     {"signDateTime": "2090-01-01T00:00:00Z"}),
]  # fmt: skip


@pytest.mark.rule("API-079")
@pytest.mark.parametrize(("target", "code", "changed"), WRONG, ids=[w[1] for w in WRONG])
def test_a_rule_that_is_not_met_names_its_path_and_keeps_nothing(
    target, code, changed, own_deal, ana
) -> None:
    leg = won(own_deal, ana)
    answer = caller(ana).patch(of(leg), begin(by_contract(**changed)))
    assert refused(answer) == (409, target, code), answer.content
    assert not Registration.objects.exists()


SHAPES: list[tuple[str, Any]] = [
    ("registrations/-/type", {"type": "Other"}),
    ("registrations/-/colour", {"colour": 1}),
    ("registrations/-/contract/term", {"contract": {"term": "Forever"}}),
    ("registrations/-/contract/currency", {"contract": {"currency": "EUR"},
                                           "solutionDetails": [SOLD]}),
    ("registrations/-/solutionDetails", {"solutionDetails": [SOLD, SOLD]}),
    ("registrations/0/solutionDetails/0/id", {"solutionDetails": [SOLD | {"id": "SOL-2000-TST"}]}),
    ("registrations/-/solutionDetails/0/isDeployedOnAzure",
     {"solutionDetails": [SOLD | {"isDeployedOnAzure": "perhaps"}]}),
    ("registrations/-", [1]),
]  # fmt: skip


@pytest.mark.parametrize(("target", "value"), SHAPES, ids=[s[0] for s in SHAPES])
def test_shapes(target, value, own_deal, ana) -> None:
    leg = won(own_deal, ana)
    answer = caller(ana).patch(of(leg), begin(value))
    assert refused(answer)[:2] == (400, target), answer.content
    assert not Registration.objects.exists()


@pytest.mark.rule("API-079")
def test_what_can_not_be_registered_is_told_in_the_pages_words(own_deal, ana, carla) -> None:
    answer = caller(ana).patch(of(own_deal), begin(ON_MARKETPLACE))
    assert answer.status_code == 409
    assert answer.json()["error"]["message"] == "The deal is still open."
    answer = caller(ana).patch(of(own_deal), [op("/registrations/0/contract/value", 1)])
    assert refused(answer)[:2] == (409, "registrations/0")
    assert caller(carla).patch(of(own_deal), begin(ON_MARKETPLACE)).status_code == 404


@pytest.mark.rule("API-079")
def test_what_is_asked_for_is_answered_by_a_correction(own_deal, ana) -> None:
    leg = won(own_deal, ana)
    at("action", leg, ana)
    path = "/registrations/0/solutionDetails/0/value"
    assert caller(ana).patch(of(leg), [op(path, "50000")]).status_code == 204
    found = Registration.objects.get(referral=leg)
    assert (found.status, found.solution_value) == ("review", 50000)
    answer = caller(ana).patch(of(leg), [op(path, "1")])
    assert answer.status_code == 409
    assert Registration.objects.get(referral=leg).solution_value == 50000


EVERY = [
    ("contract/startDateTime", "2026-12-01", "starts_on", "2026-12-01"),
    ("contract/endDateTime", "2027-12-01T00:00:00Z", "ends_on", "2027-12-01"),
    ("contract/signDateTime", None, "signed_on", "None"),
    ("contract/term", "perpetual", "term", "perpetual"),
    ("contract/value", "77", "total_value", "77.00"),
    ("solutionDetails/0/value", 7, "solution_value", "7.00"),
    ("solutionDetails/0/currency", "EUR", "currency", "EUR"),
    ("solutionDetails/0/isDeployedOnAzure", False, "deployment", "other"),
    ("solutionDetails/0/primaryDeploymentOn", "Partner", "tenant", "partner"),
    ("solutionDetails/0/pricingModel", "PayAsYouGo", "pricing", "payg"),
    ("solutionDetails/0/marketplaceTransactionDetails/isMarketplaceTransacted", True,
     "is_marketplace", "True"),
    ("solutionDetails/0/marketplaceTransactionDetails/marketplaceTransactionDateTime",
     "2026-11-01T00:00:00Z", "marketplace_on", "2026-11-01"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "name", "kept"), EVERY, ids=[e[2] for e in EVERY])
def test_every_path_has_its_field(path, value, name, kept) -> None:
    from referrals.api.patching import Changes, into

    changes = Changes(by=None)  # type: ignore[arg-type]
    into(changes, f"/registrations/0/{path}", value)
    assert {n: str(v) for n, v in changes.entered.items()} == {name: kept}


@pytest.mark.rule("API-072")
def test_won_and_registered_in_one_document(own_deal, ana) -> None:
    from tests.referrals.registering import age, deal

    deal.share(own_deal, by=ana)
    age(own_deal, timedelta(days=10))
    document = [*begin(ON_MARKETPLACE), op("/status", "Closed"), op("/substatus", "Won")]
    assert caller(ana).patch(of(own_deal), document).status_code == 204
    assert fresh(own_deal).registration.status == "validation"
