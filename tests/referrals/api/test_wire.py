"""A referral on the wire: every field of the contract, and only what its reader may know."""

from datetime import timedelta

import pytest

from portal.models import Account
from referrals.actions import deal as deals
from referrals.actions import referral as actions
from referrals.api.wire import FIELDS
from referrals.models import Referral, TeamMember
from tests.calling import caller
from tests.conftest import CONTACT, HELP, accept, opening, past, terms
from tests.referrals.api.asking import LIST
from tests.referrals.registering import at, won

pytestmark = pytest.mark.django_db


def shown(person, referral):
    found = caller(person).get(f"{LIST}/{referral.pk}")
    assert found.status_code == 200, found.content
    return found.json()


@pytest.mark.rule("API-035")
def test_every_field_of_the_contract_is_there_and_no_other(ana, own_deal) -> None:
    said = shown(ana, own_deal)
    assert set(said) - {"@odata.context"} == FIELDS - {"salesStage"}  # absent at 10 per cent
    actions.move_stage(own_deal, by=ana, stage=60)
    said = shown(ana, own_deal)
    assert set(said) - {"@odata.context"} == FIELDS
    assert said["salesStage"] == "Propose"


@pytest.mark.rule("API-035")
def test_an_own_deal_field_by_field(ana, customer, contoso) -> None:
    Account.objects.filter(pk=customer.pk).update(duns="123456789", tpid="4711")
    made = deals.open(
        opening(
            ana,
            customer,
            contact=CONTACT,
            may_share_contact=True,
            visible=True,
            terms=terms(crm_id="CRM 7", campaign_id="C7", partner_role="design"),
        ),
        by=ana,
    )
    actions.favour(made, by=ana)
    said = shown(ana, made)
    plain = {name: value for name, value in said.items() if isinstance(value, str | bool)}
    assert (
        plain.items()
        >= {
            "id": str(made.pk),
            "engagementId": str(made.deal_id),
            "organizationId": str(contoso.pk),
            "organizationName": "Contoso",
            "name": "Data platform for Northwind",
            "externalReferenceId": "CRM 7",
            "campaignId": "C7",
            "status": "Active",
            "substatus": "Accepted",
            "statusReason": "",
            "type": "Shared",
            "direction": "Outgoing",
            "qualification": "None",
            "favorite": True,
            "mpnId": "1000",
            "registrationStatus": "None",
        }.items()
    )
    assert said["target"] == [{"type": "SolutionProfile", "id": "SOL-1000-TST"}]
    assert said["consent"]["consentToShareReferralWithMicrosoftSellers"] is True
    assert said["consent"]["consentToToShareInfoWithOthers"] is True
    profile = said["customerProfile"]
    assert profile["address"]["country"] == "PT"
    assert profile["ids"] == [
        {"profileType": "Duns", "id": "123456789"},
        {"profileType": "External", "id": "4711"},
    ]
    contact = profile["team"][0]
    assert (contact["firstName"], contact["lastName"]) == ("Nora", "Wind")
    assert (contact["phoneNumber"], contact["email"]) == (CONTACT.phone, CONTACT.email)
    details = said["details"]
    assert (details["dealValue"], details["currency"]) == (50000, "USD")
    assert details["closingDateTime"] == "2027-03-31T00:00:00Z"
    assert details["requirements"]["solutions"] == [
        {"id": "SOL-1000-TST", "name": "Contoso product 0", "type": "Name"}
    ]
    assert details["requirements"]["additionalRequirements"]["attributes"] == [
        {"type": "PartnerRole", "id": "Solution design"},
        {"type": "CustomerMarketplaceIntent", "id": "Yes"},
    ]
    assert [m["email"] for m in said["team"]] == [ana.email]
    assert said["inviteContext"] is None
    assert said["expirationDateTime"] is None
    assert said["acceptedDateTime"].endswith("Z")


@pytest.mark.rule("API-035")
def test_its_links_lead_to_itself_and_to_the_other_legs(ana, co_sell) -> None:
    call = caller(ana)
    links = shown(ana, co_sell)["links"]
    own, related = (links[name]["uri"].split("8000")[1] for name in ("self", "relatedReferrals"))
    assert call.get(own).json()["id"] == str(co_sell.pk)
    assert [one["id"] for one in call.get(related).json()["value"]] == [str(co_sell.pk)]


@pytest.mark.rule("API-036")
def test_the_vendors_leg_is_incoming_and_says_who_asked_for_what(sam, contoso, vendor_leg) -> None:
    said = shown(sam, vendor_leg)
    assert (said["status"], said["substatus"], said["direction"]) == ("New", "Pending", "Incoming")
    assert said["organizationId"] == "msft"
    assert said["target"] == [{"type": "BusinessProfileLocation", "id": "msft"}]
    assert said["inviteContext"] == {
        "notes": HELP["ask"],
        "assistanceRequestCode": "ProofOfConceptOrDemo",
        "invitedMpnId": "",
        "invitedBy": {"organizationId": str(contoso.pk), "organizationName": "Contoso"},
    }
    assert said["expirationDateTime"]
    assert said["mpnId"] is None


@pytest.mark.rule("API-036")
@pytest.mark.parametrize("after", ["accepted", "declined", "expired"])
def test_the_contact_is_told_to_a_receiver_while_it_takes_part(sam, vendor_leg, after) -> None:
    assert shown(sam, vendor_leg)["customerProfile"]["team"] == []
    if after == "accepted":
        accept(vendor_leg, sam)
    elif after == "declined":
        actions.decline(vendor_leg, by=sam, reason="no_seller")
    else:
        past(vendor_leg)
    team = shown(sam, vendor_leg)["customerProfile"]["team"]
    assert [one["email"] for one in team] == ([CONTACT.email] if after == "accepted" else [])


@pytest.mark.rule("API-036")
def test_the_vendor_reads_a_partners_leg_without_its_numbers_and_contact(
    ana, sam, customer
) -> None:
    made = deals.open(
        opening(ana, customer, **HELP, terms=terms(crm_id="CRM 7", campaign_id="C7")), by=ana
    )
    Referral.objects.filter(pk=made.pk).update(
        wire={"referralProgram": "Secret", "qualification": "Direct", "size": "1to9employees"}
    )
    said = shown(sam, made)
    assert (said["externalReferenceId"], said["campaignId"], said["referralProgram"]) == ("",) * 3
    assert said["qualification"] == "None"
    assert (said["customerProfile"]["size"], said["customerProfile"]["team"]) == (None, [])
    own = shown(ana, made)
    assert (own["externalReferenceId"], own["referralProgram"]) == ("CRM 7", "Secret")
    assert (own["qualification"], own["customerProfile"]["size"]) == ("Direct", "1to9employees")


@pytest.mark.rule("API-035")
def test_what_has_no_field_of_ours_is_given_back_as_it_was_said(ana, own_deal) -> None:
    kept = {
        "requirements": {
            "industries": [{"id": "Power & Utilities"}],
            "products": [{"id": "DynamicsAX,GP,NAV,SL"}],
            "solutions": [{"id": "BigData", "name": "BigData", "type": "Category"}],
            "additionalRequirements": {"iot": {"siliconType": "x"}},
        },
        "prices": {"SOL-1000-TST": {"price": "99.50", "currency": "EUR"}},
        "consent": {"consentToContact": True},
        "contacts": [{"email": "second@northwind.example"}],
        "region": "Iberia",
    }
    Referral.objects.filter(pk=own_deal.pk).update(wire=kept)
    said = shown(ana, own_deal)
    needs = said["details"]["requirements"]
    assert needs["industries"] == kept["requirements"]["industries"]
    assert needs["products"] == [{"id": "DynamicsAX,GP,NAV,SL"}]
    assert needs["solutions"][0]["price"] == 99.5
    assert needs["solutions"][1] == kept["requirements"]["solutions"][0]
    assert needs["additionalRequirements"]["iot"] == {"siliconType": "x"}
    assert said["consent"]["consentToContact"] is True
    assert said["customerProfile"]["address"]["region"] == "Iberia"


@pytest.mark.rule("API-036")
def test_a_team_is_the_own_companys(ana, carla, fabrikam, own_deal, invited_leg) -> None:
    accept(invited_leg, carla)
    for leg, company, email in (
        (invited_leg, ana.company, "guest@contoso.example"),
        (own_deal, fabrikam, "guest@fabrikam.example"),
    ):
        TeamMember.objects.create(referral=leg, company=company, name="Guest", email=email)
    assert [m["email"] for m in shown(carla, invited_leg)["team"]] == [carla.email]
    assert [m["email"] for m in shown(ana, own_deal)["team"]] == [ana.email]


@pytest.mark.rule("API-030")
def test_a_referral_is_expired_at_the_second(carla, invited_leg) -> None:
    past(invited_leg, by=timedelta(seconds=-3))
    assert shown(carla, invited_leg)["substatus"] == "Pending"
    past(invited_leg)
    said = shown(carla, invited_leg)
    assert (said["status"], said["substatus"]) == ("Closed", "Expired")
    assert said["closedDateTime"] == said["expirationDateTime"]


@pytest.mark.rule("API-037")
@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("draft", "ActionRequired"),
        ("pending", "ReviewPending"),
        ("review", "ReviewPending"),
        ("action", "ActionRequired"),
        ("approved", "Approved"),
        ("passed", "Passed"),
        ("failed", "Failed"),
        ("closed", "Closed"),
    ],
)
def test_a_registration_is_the_first_of_a_list(ana, own_deal, status, word) -> None:
    made = at(status, won(own_deal, ana), ana)
    said = shown(ana, own_deal)
    assert said["registrationStatus"] == word
    (found,) = said["registrations"]
    assert (found["id"], found["type"]) == (str(made.pk), "AzureIPCoSell")
    assert found["status"] == word
    assert found["contract"]["term"] == "Finite"
    assert found["contract"]["value"] == made.total_value
    assert found["contract"]["signDateTime"] == f"{made.signed_on}T00:00:00Z"
    solution = found["solutionDetails"][0]
    assert (solution["id"], solution["value"]) == ("SOL-1000-TST", 60000)
    assert (solution["isDeployedOnAzure"], solution["primaryDeploymentOn"]) == (True, "Customer")
    assert solution["pricingModel"] == "Other"
    assert solution["marketplaceTransactionDetails"]["isMarketplaceTransacted"] is False
    unsent = "Complete it and submit it in the portal, with the signed contract."
    reasons = {"draft": unsent, "action": "Page 3?", "failed": "The contract is not signed"}
    assert found["statusReason"] == reasons.get(status, reasons["failed"] * (status == "closed"))
    moments = found["statusHistory"]
    assert bool(moments["reviewPendingDateTime"]) == (status != "draft")
    assert bool(moments["failedDateTime"]) == (status in ("failed", "closed"))


@pytest.mark.rule("API-037")
@pytest.mark.parametrize("status", ["draft", "review"])
def test_a_registration_is_told_to_reviewers_once_it_was_sent(
    ana, sam, rita, own_deal, status
) -> None:
    at(status, won(own_deal, ana), ana)
    told = shown(rita, own_deal)
    assert bool(told["registrations"]) == (status == "review")
    seller = shown(sam, own_deal)
    assert (seller["registrationStatus"], seller["registrations"]) == ("None", [])
