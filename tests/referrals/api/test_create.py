"""`POST /v1.0/engagements/referrals`: the contract's shape in, our verbs behind it."""

import copy
from typing import Any

import pytest

from notifications.models import Message
from portal.models import Account, Event, Role
from referrals.actions import deal
from referrals.models import Favourite, Referral, Solution
from tests.calling import Caller, caller, program_of, token_of
from tests.conftest import make_account, make_person
from tests.referrals.api.bodies import ADDRESS, CONSENT, CONTACT, MEMBER, ROOT, SHARED, body

pytestmark = pytest.mark.django_db


def made(answer: Any) -> Referral:
    assert answer.status_code == 200, answer.content
    return Referral.objects.select_related("deal__customer").get(pk=answer.json()["id"])


def refused(answer: Any) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error.get("target", ""), error.get("innerError", {}).get("code", "")


@pytest.mark.rule("API-050")
@pytest.mark.parametrize("substatus", ["Pending", "Accepted"])
def test_a_new_referral_is_answered_accepted(substatus, ana) -> None:
    answer = caller(ana).post(ROOT, body(ana, substatus=substatus))
    leg, told = made(answer), answer.json()
    assert (told["status"], told["substatus"]) == ("Active", "Accepted")
    assert (leg.status, leg.crm_id, leg.campaign_id) == ("accepted", "CRM-1", "SPRING")
    assert (str(leg.value), str(leg.close_on)) == ("50000.00", "2027-03-31")
    assert answer["ETag"] == told["eTag"]
    assert answer["Location"].endswith(f"{ROOT}/{leg.pk}")
    assert leg.deal.customer.entered_by == ana.company
    assert [m.email for m in leg.team.all()] == ["eva@contoso.example"]
    event = Event.objects.get(record_id=leg.pk)
    assert (event.verb, event.client_id is not None) == ("open", True)
    assert not Message.objects.exists()


@pytest.mark.rule("API-051")
@pytest.mark.parametrize(
    ("pair", "status"),
    [(("New", "Won"), 400), (("Active", "Pending"), 400), (("Active", "Accepted"), 409)],
)
def test_another_status_is_contradictory_or_unreachable(pair, status, ana) -> None:
    answer = caller(ana).post(ROOT, body(ana, status=pair[0], substatus=pair[1]))
    assert answer.status_code == status
    assert not Referral.objects.exists()


@pytest.mark.rule("API-052")
def test_what_has_no_field_is_kept_and_given_back(ana) -> None:
    asked = body(ana, referralProgram="GTM")
    asked["customerProfile"]["team"] = [CONTACT, MEMBER]
    details = asked["details"]
    details["customerAction"] = "Call"
    requirements = details["requirements"]
    requirements["solutions"] += [{"id": "BigData", "type": "Category"}]
    requirements["solutions"][0] |= {"price": "10.5", "quantity": 3, "currency": "USD"}
    requirements["additionalRequirements"] = {"iot": {"deviceCategory": "Gateway"}}
    answer = caller(ana).post(ROOT, asked)
    told, leg = answer.json(), made(answer)
    assert told["customerProfile"]["size"] == "51to250employees"
    assert (told["qualification"], told["referralProgram"]) == ("SalesQualified", "GTM")
    wanted = told["details"]["requirements"]
    assert wanted["industries"] == [{"id": "Agriculture, Forestry, & Fishing"}]
    assert wanted["products"] == [{"id": "DynamicsAX,GP,NAV,SL"}]
    assert wanted["services"] == [{"id": "CustomSolution(ISV)"}]
    assert [one["id"] for one in wanted["solutions"]] == ["SOL-1000-TST", "BigData"]
    assert leg.wire["prices"] == {
        "SOL-1000-TST": {"price": "10.50", "quantity": "3", "currency": "USD"}
    }
    assert leg.wire["contacts"][0]["email"] == "eva@contoso.example"
    assert told["details"]["customerAction"] == "Call"
    assert leg.deal.contact_email == "nora@northwind.example"


@pytest.mark.rule("API-053")
def test_numbers_come_as_numbers_or_text(ana) -> None:
    for value in (50000, 50000.0, "50000", "50000.00"):
        asked = body(ana)
        asked["details"]["dealValue"] = value
        assert str(made(caller(ana).post(ROOT, asked)).value) == "50000.00"


@pytest.mark.rule("API-054")
@pytest.mark.parametrize("kind", ["Duns", "External", "pk"])
def test_a_listed_customer_is_named_by_its_number(kind, ana) -> None:
    account = make_account("Wingtip", duns="123456789", tpid="TP-9")
    given = {"Duns": "12-345-6789", "External": "TP-9", "pk": str(account.pk)}[kind]
    profile = {"ids": [{"profileType": "External" if kind == "pk" else kind, "id": given}]}
    leg = made(caller(ana).post(ROOT, body(ana, customerProfile=profile)))
    assert leg.deal.customer == account


@pytest.mark.rule("API-054")
def test_a_number_of_nobody_or_of_another_company_is_no_customer(ana, carla) -> None:
    other = Account.objects.create(
        kind="manual", name="Theirs", name_key="theirs", country="BR", entered_by=carla.company
    )
    for given in ("TP-404", str(other.pk)):
        profile = {"ids": [{"profileType": "External", "id": given}]}
        answer = caller(ana).post(ROOT, body(ana, customerProfile=profile))
        assert refused(answer) == (400, "customerProfile/ids/0/id", "")


@pytest.mark.rule("API-055")
def test_countries_of_two_and_three_letters(ana) -> None:
    for code in ("PT", "PRT", "prt"):
        asked = body(ana)
        asked["customerProfile"]["address"] = ADDRESS | {"country": code}
        assert made(caller(ana).post(ROOT, asked)).deal.customer.country == "PT"
    asked["customerProfile"]["address"] = ADDRESS | {"country": "XX"}
    answer = caller(ana).post(ROOT, asked)
    assert refused(answer)[:2] == (400, "customerProfile/address/country")


@pytest.mark.rule("API-056")
def test_a_co_sell_is_two_requests(ana, sam) -> None:
    own = made(caller(ana).post(ROOT, body(ana)))
    asked = body(ana, engagementId=str(own.deal_id))
    asked["target"] = [{"type": "BusinessProfileLocation", "id": "msft"}]
    asked["customerProfile"]["team"] = [CONTACT]
    asked["inviteContext"] = {"assistanceRequestCode": "ProofOfConceptOrDemo", "notes": "Help us"}
    answer = caller(ana).post(ROOT, asked)
    told = answer.json()
    assert answer.status_code == 200, told
    assert (told["organizationId"], told["status"], told["direction"]) == (
        "msft",
        "New",
        "Incoming",
    )
    assert told["engagementId"] == str(own.deal_id)
    leg = Referral.objects.get(pk=told["id"])
    assert (leg.help, leg.ask, leg.sender) == ("proof", "Help us", ana.company)
    assert Message.objects.filter(person=sam).exists()
    again = caller(ana).post(ROOT, asked)
    assert refused(again) == (409, "", "help_not_asked")


@pytest.mark.rule("API-056")
def test_one_request_may_open_a_deal_and_ask_the_vendor(ana, sam) -> None:
    asked = body(ana, target=[{"type": "BusinessProfileLocation", "id": "msft"}])
    asked["customerProfile"]["team"] = [CONTACT]
    asked["inviteContext"] = {"assistanceRequestCode": "QuotesOrLicensing"}
    leg = made(caller(ana).post(ROOT, asked))
    assert (leg.company, leg.deal.vendor_leg.help) == (ana.company, "quotes")


@pytest.mark.rule("API-057")
def test_a_partner_is_asked_in_by_its_location(ana, carla, fabrikam) -> None:
    own = made(caller(ana).post(ROOT, body(ana)))
    asked = body(ana, engagementId=str(own.deal_id), target=[])
    asked["details"]["requirements"]["solutions"] = [{"id": "SOL-2000-TST", "type": "Name"}]
    asked["details"]["dealValue"] = 900
    asked["inviteContext"] = {"invitedMpnId": "2000", "notes": "Join us"}
    answer = caller(ana).post(ROOT, asked)
    assert answer.status_code == 200, answer.content
    leg = Referral.objects.get(pk=answer.json()["id"])
    assert (leg.company, leg.status, leg.value, leg.ask) == (fabrikam, "pending", 900, "Join us")
    assert [m.email for m in leg.team.all()] == ["eva@contoso.example"]
    assert "Location" not in answer


@pytest.mark.rule("API-057")
@pytest.mark.parametrize("number", ["9999", "1000"])
def test_nobody_and_oneself_can_not_be_asked_in(number, ana) -> None:
    own = made(caller(ana).post(ROOT, body(ana)))
    asked = body(ana, engagementId=str(own.deal_id), target=[])
    asked["inviteContext"] = {"invitedMpnId": number}
    answer = caller(ana).post(ROOT, asked)
    assert answer.status_code in (400, 409)
    assert own.deal.legs.count() == 1


@pytest.mark.rule("API-058")
def test_a_deal_of_others_is_not_there(ana, carla, own_deal) -> None:
    asked = body(carla, engagementId=str(own_deal.deal_id))
    asked["target"] = [{"type": "BusinessProfileLocation", "id": "msft"}]
    assert refused(caller(carla).post(ROOT, asked)) == (404, "engagementId", "")


@pytest.mark.rule("API-059")
def test_visible_from_the_start(ana) -> None:
    leg = made(caller(ana).post(ROOT, body(ana, consent=CONSENT | {SHARED: True})))
    assert leg.deal.visible_to_vendor


RULES = [
    ("notes", "details/notes", lambda b: b["details"].pop("notes")),
    ("value", "details/dealValue", lambda b: b["details"].pop("dealValue")),
    ("solutions", "details/requirements/solutions",
     lambda b: (b["details"]["requirements"].pop("solutions"), b.pop("target"))),
    ("offered", "details/requirements/solutions/0/id",
     lambda b: b["details"]["requirements"]["solutions"][0].update(id="SOL-404")),
    ("location", "mpnId", lambda b: b.update(mpnId="2000")),
    ("consent", "consent/consentToToShareInfoWithOthers",
     lambda b: (b["customerProfile"].update(team=[CONTACT]), b.pop("consent"))),
    ("member", "team", lambda b: b["team"][0].pop("phoneNumber")),
    ("area", "details/requirements/additionalRequirements/attributes",
     lambda b: b["details"]["requirements"].update(
         additionalRequirements={"attributes": [{"type": "PartnerRole", "id": "SolutionDesign"}]})),
    ("code", "target", lambda b: b.update(
        inviteContext={"assistanceRequestCode": "QuotesOrLicensing"})),
]  # fmt: skip


@pytest.mark.rule("API-060")
@pytest.mark.parametrize(("name", "target", "spoil"), RULES, ids=[r[0] for r in RULES])
def test_every_rule_of_opening_names_its_field(name, target, spoil, ana) -> None:
    asked = copy.deepcopy(body(ana))
    spoil(asked)
    answer = caller(ana).post(ROOT, asked)
    assert refused(answer)[:2] == (400, target), answer.content
    assert not Referral.objects.exists()
    assert not Account.objects.exists()


@pytest.mark.rule("API-060")
def test_who_may_not_open_deals_is_told_the_pages_sentence(paula, sam, ana) -> None:
    for person in (paula, sam):
        answer = caller(person).post(ROOT, body(ana))
        assert answer.status_code == 403
    Solution.objects.update(status="in_market")
    answer = caller(ana).post(ROOT, body(ana))
    assert "co-sell ready" in answer.json()["error"]["message"]


@pytest.mark.rule("API-061")
def test_services_and_assessments_are_known_by_what_is_sold(ana, contoso, vendor) -> None:
    asked = body(ana)
    attributes = [
        {"type": "PartnerRole", "id": "Solution design"},
        {"type": "SolutionArea", "id": "Security"},
        {"type": "SolutionPlay", "id": "secure"},
    ]
    asked["details"]["requirements"]["additionalRequirements"] = {"Attributes": attributes}
    leg = made(caller(ana).post(ROOT, asked))
    assert (leg.deal.motion, leg.partner_role, leg.intent) == ("services", "design", "")
    type(contoso).objects.update(runs_assessments=True)
    Solution.objects.create(code="SOL-ASM", name="Check", company=vendor, is_assessment=True)
    asked = body(ana)
    asked["details"]["requirements"]["solutions"] = [{"id": "SOL-ASM"}]
    assert made(caller(ana).post(ROOT, asked)).deal.motion == "assessment"


@pytest.mark.rule("API-062")
def test_the_team_is_the_caller_unless_said_and_a_program_has_to_say(ana, contoso) -> None:
    leg = made(caller(ana).post(ROOT, body(ana, team=[])))
    assert [m.person for m in leg.team.all()] == [ana]
    program = Caller(token_of(program_of(ana)))
    assert made(program.post(ROOT, body(ana)))
    assert refused(program.post(ROOT, body(ana, team=None)))[:2] == (400, "team")


@pytest.mark.rule("API-063")
def test_the_location_is_the_only_one_or_has_to_be_said(ana, bruno, contoso) -> None:
    assert refused(caller(ana).post(ROOT, body(ana, mpnId=None)))[:2] == (400, "mpnId")
    leg = made(caller(bruno).post(ROOT, body(bruno, mpnId=None)))
    assert leg.location.partner_id == "1000"


@pytest.mark.rule("API-064")
def test_what_is_read_may_be_sent_back_and_nothing_else(ana) -> None:
    read = caller(ana).post(ROOT, body(ana)).json()
    asked = body(ana) | {"links": read["links"], "eTag": read["eTag"], "id": read["id"],
                         "trackingInfo": {}, "@odata.context": "x"}  # fmt: skip
    assert made(caller(ana).post(ROOT, asked))
    for spoiled in ({"colour": 1}, {"details": body(ana)["details"] | {"colour": 1}}):
        answer = caller(ana).post(ROOT, body(ana, **spoiled))
        assert refused(answer)[0] == 400
        assert refused(answer)[1] in ("colour", "details/colour")


@pytest.mark.rule("API-065")
def test_favourite_and_stage_come_with_it(ana) -> None:
    leg = made(caller(ana).post(ROOT, body(ana, favorite=True, salesStage="develop")))
    assert leg.stage == 40
    assert Favourite.objects.filter(person=ana, referral=leg).exists()
    assert refused(caller(ana).post(ROOT, body(ana, salesStage="Sometime")))[1] == "salesStage"


@pytest.mark.rule("API-066")
def test_the_same_request_again_is_answered_the_same_and_done_once(ana) -> None:
    asked, call = body(ana), caller(ana)
    first = call.post(ROOT, asked, MS_RequestId="one")
    again = call.post(ROOT, asked, MS_RequestId="one")
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert Referral.objects.count() == 1
    other = call.post(ROOT, asked | {"name": "Other"}, MS_RequestId="one")
    assert other.status_code == 422


@pytest.mark.rule("API-066")
def test_validate_only_opens_nothing(ana) -> None:
    answer = caller(ana).post(f"{ROOT}?validateOnly=true", body(ana))
    assert answer.status_code == 200
    assert not Referral.objects.exists()
    assert not Account.objects.exists()


def test_a_users_deal_at_another_location(bruno, contoso) -> None:
    there = contoso.locations.order_by("partner_id")[1]
    answer = caller(bruno).post(ROOT, body(bruno, mpnId=there.partner_id))
    assert refused(answer) == (400, "mpnId", "location_in_scope")
    stranger = make_person("Stan", contoso, Role.INCENTIVES_ADMIN)
    assert caller(stranger).post(ROOT, body(bruno)).status_code == 403
    assert deal  # the same verb as the page's
