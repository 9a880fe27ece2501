"""The vendor's public contract of referrals, as a table: each operation answers what it declares.

Its statuses were read off the contract once (facts 1.1 and 1.9); its objects: tests/contract.py.
"""

from typing import Any
from uuid import uuid4

import pytest

from referrals.actions import deal
from referrals.models import Referral
from tests.calling import Caller, caller
from tests.conftest import CONTACT, opening
from tests.contract import REFERRAL, REGISTRATION, differences
from tests.referrals.api.bodies import MEMBER, ROOT, SHARED, body, op
from tests.referrals.registering import begun, today, won

pytestmark = pytest.mark.django_db
REPLACED = (
    "/campaignId /customerProfile/team /details/closingDateTime /details/currency "
    "/details/dealValue /details/notes /details/requirements/solutions /externalReferenceId "
    "/referralProgram /salesStage /team"
).split()
CONTRACT = "startDateTime endDateTime signDateTime term value".split()
SOLUTION = "value currency isDeployedOnAzure primaryDeploymentOn pricingModel".split()
SOLD = ("isMarketplaceTransacted", "marketplaceTransactionDateTime")


def check_whole(found: dict[str, Any]) -> None:
    """`salesStage` is left out at the first stage (decision 5)."""
    assert set(differences(found, REFERRAL)) <= {"/salesStage is absent"}


@pytest.fixture
def call(ana) -> Caller:
    return caller(ana)


def fresh(call: Caller, leg: Referral) -> dict[str, Any]:
    found: dict[str, Any] = call.get(f"{ROOT}/{leg.pk}").json()
    return found


@pytest.mark.rule("API-154")
def test_get_all_referrals(call, own_deal, co_sell) -> None:
    headers = {"content-type": "application/json", "MS-CorrelationId": str(uuid4())}
    for path in (ROOT, f"{ROOT}/", f"{ROOT}?$count=true&$top=1&$skip=0&$orderby=createdDateTime"):
        answer = call("GET", path, X_Caller_Id="connector", **headers)
        found = answer.json()
        assert answer.status_code == 200
        assert isinstance(found["@odata.context"], str)
        assert isinstance(found.get("@odata.count", 0), int)
        assert isinstance(found.get("@odata.nextLink", ""), str)
        assert found["value"]
        for one in found["value"]:
            check_whole(one)
        assert answer["MS-CorrelationId"] == headers["MS-CorrelationId"]


@pytest.mark.rule("API-154")
def test_create_referral_answers_200_with_the_whole(call, ana) -> None:
    answer = call.post(ROOT, body(ana))
    assert answer.status_code == 200
    check_whole(answer.json())
    assert isinstance(answer.json()["@odata.context"], str)
    assert answer["ETag"] == answer.json()["eTag"]


@pytest.mark.rule("API-154")
def test_get_referral_by_id(call, ana, customer) -> None:
    """One that says everything: a contact, solutions and a registration."""
    leg = deal_of(ana, customer, contact=CONTACT, may_share_contact=True)
    begun(won(leg, ana), ana)
    answer = call.get(f"{ROOT}/{leg.pk}")
    assert answer.status_code == 200
    found = answer.json()
    check_whole(found)
    for name in ("team", "target", "registrations"):
        assert found[name], name
    assert found["customerProfile"]["team"]
    assert found["details"]["requirements"]["solutions"]
    assert found["registrations"][0]["contract"]["value"] == 90000


@pytest.mark.rule("API-154")
def test_a_received_referral_says_who_invites(vendor_leg, sam) -> None:
    found = fresh(caller(sam), vendor_leg)
    check_whole(found)
    assert found["inviteContext"]["assistanceRequestCode"] == "ProofOfConceptOrDemo"
    assert isinstance(found["expirationDateTime"], str)


@pytest.mark.rule("API-154")
def test_update_referral_by_id_answers_200_with_the_whole(call, own_deal) -> None:
    sent = fresh(call, own_deal)
    sent.pop("links")
    sent["details"]["notes"] = "Other words"
    answer = call.put(f"{ROOT}/{own_deal.pk}", sent, If_Match=sent["eTag"])
    assert answer.status_code == 200
    check_whole(answer.json())
    assert answer.json()["details"]["notes"] == "Other words"


@pytest.mark.rule("API-154")
@pytest.mark.parametrize("path", REPLACED)
def test_patch_referral_answers_204_with_nothing(path, call, own_deal, ana) -> None:
    found = fresh(call, own_deal)
    values = {"/salesStage": "Develop", "/details/dealValue": "10000", "/team": [MEMBER]}
    value: Any = values.get(path, found)
    for name in path.split("/")[1:] if path not in values else ():
        value = value[name]
    patched = call.patch(f"{ROOT}/{own_deal.pk}", [op(path, value)])
    check_empty(patched)


@pytest.mark.rule("API-154")
def test_patch_referral_adds_and_ends(call, own_deal) -> None:
    at = f"{ROOT}/{own_deal.pk}"
    code = own_deal.company.solutions.order_by("code")[1].code
    solution = {"id": code, "name": "Another", "type": "Name"}
    check_empty(call.patch(at, [op("/team/-", MEMBER, "add")]))
    check_empty(call.patch(at, [op("/details/requirements/solutions/-", solution, "add")]))
    check_empty(call.patch(at, [op(f"/consent/{SHARED}", True)]))
    check_empty(
        call.patch(
            at,
            [
                op("/status", "Closed"),
                op("/substatus", "Lost"),
                op("/statusReason", fresh(call, own_deal)["statusReason"] or REASON),
            ],
        )
    )
    assert fresh(call, own_deal)["substatus"] == "Lost"


REASON = "CustomerBudgetInadequate"


def check_empty(answer: Any) -> None:
    assert (answer.status_code, answer.content) == (204, b""), answer.content
    assert "Content-Type" not in answer.headers or not answer.headers.get("Content-Length", "0")


@pytest.mark.rule("API-154")
def test_patch_with_a_wish_for_the_whole(call, own_deal) -> None:
    patched = call.patch(
        f"{ROOT}/{own_deal.pk}", [op("/campaignId", "M-1")], Prefer="return=representation"
    )
    assert patched.status_code == 200
    check_whole(patched.json())


def deal_of(ana: Any, customer: Any, **changed: Any) -> Referral:
    return deal.open(opening(ana, customer, **changed), by=ana)


def registered(leg: Referral) -> dict[str, Any]:
    """The value of `/registrations/-`, all that the contract lists."""
    day = f"{today()}T00:00:00Z"
    details = {
        "id": leg.solutions.get().code,
        "currency": "USD",
        "value": 60000.5,
        "isDeployedOnAzure": True,
        "primaryDeploymentOn": "Customer",
        "pricingModel": "Other",
        "marketplaceTransactionDetails": {"isMarketplaceTransacted": False},
    }
    contract = {"currency": "USD", "term": "Finite", "value": 90000, "signDateTime": day}
    contract |= {"startDateTime": day, "endDateTime": f"{today().year + 2}-01-31T00:00:00Z"}
    return {"type": "AzureIPCoSell", "solutionDetails": [details], "contract": contract}


@pytest.mark.rule("API-154")
@pytest.mark.parametrize("ending", ["", "/", "//"])
def test_deal_registration_is_created_and_patched(ending, call, ana, customer) -> None:
    """The contract ends the address of one operation in `/`, of the other in `//`."""
    leg = won(deal_of(ana, customer), ana)
    at = f"{ROOT}/{leg.pk}{ending}"
    check_empty(call.patch(at, [op("/registrations/-", registered(leg), "add")]))
    (said,) = fresh(call, leg)["registrations"]
    assert differences(said, REGISTRATION) == []
    for kind in ("replace", "add"):
        for name in CONTRACT:
            path, value = f"/registrations/0/contract/{name}", said["contract"][name]
            check_empty(call.patch(at, [op(path, value, kind)]))
        for name in SOLUTION:
            path = f"/registrations/0/solutionDetails/0/{name}"
            check_empty(call.patch(at, [op(path, said["solutionDetails"][0][name], kind)]))
    sold = "/registrations/0/solutionDetails/0/marketplaceTransactionDetails"
    values = (True, f"{today()}T00:00:00Z")
    check_empty(call.patch(at, [op(f"{sold}/{n}", v) for n, v in zip(SOLD, values, strict=True)]))


OPERATIONS = [
    *(("GET", ROOT), ("POST", ROOT), ("GET", f"{ROOT}/%s"), ("PUT", f"{ROOT}/%s")),
    *(("PATCH", f"{ROOT}/%s"), ("PATCH", f"{ROOT}/%s/"), ("PATCH", f"{ROOT}/%s//")),
]


@pytest.mark.rule("API-154")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_each_operation_declares_400_401_403_404(method, path, own_deal, ana, paula, carla) -> None:
    whole = "%s" not in path
    address = path if whole else path % own_deal.pk
    reads = method == "GET"
    weak = caller(ana, "customers.read")
    wrong = f"{address}?$nonsense=1" if reads else address
    asked = {
        400: caller(ana)(method, wrong, None if reads else '{"broken', If_Match="*"),
        401: Caller()(method, address, {}),
        403: weak(method, address, {}),
        404: caller(carla)(method, "/v1.0/engagements/x" if whole else address, [], If_Match="*"),
    }
    for status, answer in asked.items():
        error = answer.json()["error"]
        assert answer.status_code == status, answer.content
        assert answer["Content-Type"] == "application/json"
        assert error["code"] == CODES[status]
        assert isinstance(error["message"], str)
    assert Referral.objects.get().version == own_deal.version


CODES = {
    400: "invalidRequest",
    401: "unauthenticated",
    403: "accessDenied",
    404: "itemNotFound",
}
