"""What `$filter` asks for, operator by operator, and what it refuses by name."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import clock
from portal.api.errors import Problem
from referrals.actions import referral as actions
from referrals.api.filter_fields import Asked
from referrals.api.filterable import FIELDS
from referrals.api.filters import condition
from referrals.models import Referral, ReferralSolution, Solution, TeamMember
from tests.calling import caller
from tests.conftest import make_account, past
from tests.referrals.api.asking import ask, names, refusal
from tests.referrals.registering import at, won

pytestmark = pytest.mark.django_db
LATE = "2027-06-30T00:00:00Z"


@pytest.fixture
def world(make, ana, carla, fabrikam, vendor):
    """Five legs of Contoso, told apart by everything that can be asked."""
    odd = make_account("O'Neill & Sons (Porto), Lda", city="Porto", country="BR")
    sent = {"sender": fabrikam}
    rows = {
        "big": make(value=Decimal("90000.50"), stage=40, crm_id="A&B (1), x", visible=True),
        "late": make(close_on=date(2027, 6, 30), currency="EUR", campaign_id="C7", customer=odd),
        "asked": make(status="pending", **sent),
        "gone": make(status="pending", **sent),
        "lost": make(status="lost"),
    }
    for name, row in rows.items():
        Referral.objects.filter(pk=row.pk).update(name=name)
    past = clock.now() - timedelta(days=1)
    Referral.objects.filter(name="gone").update(due_at=past)
    Referral.objects.filter(name="lost").update(location=None, created_at=past, updated_at=past)
    Referral.objects.filter(name="big").update(wire={"qualification": "Direct"})
    for company, person in ((ana.company, ana), (fabrikam, carla)):
        TeamMember.objects.create(
            referral=rows["big"], company=company, name=person.name, phone=person.phone,
            email=person.email, person=person,
        )  # fmt: skip
    solution = Solution.objects.filter(company=ana.company).order_by("code")[0]
    Solution.objects.filter(pk=solution.pk).update(code="AX,GP&(1)", name="It's one")
    ReferralSolution.objects.create(referral=rows["big"], solution=solution)
    actions.favour(rows["big"], by=ana)
    make(fabrikam, deal=rows["big"].deal)
    return rows


ALL = ["asked", "big", "gone", "late", "lost"]
MATCHES = {
    "name eq 'big'": ["big"],
    "'big' eq name": ["big"],
    "name ne 'big'": ["asked", "gone", "late", "lost"],
    "name in ('big', 'late')": ["big", "late"],
    "name in ('big')": ["big"],
    "contains(name, 'O')": ["gone", "lost"],
    "startswith(name,'l')": ["late", "lost"],
    "not startswith(name,'l')": ["asked", "big", "gone"],
    "status eq 'New'": ["asked"],
    "status eq 'None'": [],
    "status in ('New','Closed')": ["asked", "gone", "lost"],
    "substatus eq 'Pending'": ["asked"],
    "substatus eq 'Received'": ["asked"],
    "substatus eq 'Expired'": ["gone"],
    "substatus ne 'Expired'": ["asked", "big", "late", "lost"],
    "direction eq 'Incoming'": ["asked", "gone"],
    "(direction eq 'Incoming' and substatus eq 'Pending')": ["asked"],
    "(type eq 'Shared' and direction eq 'Outgoing')": ["big"],
    "type eq 'Independent'": ["asked", "gone", "late", "lost"],
    "qualification eq 'Direct'": ["big"],
    "qualification ne 'Direct'": ["asked", "gone", "late", "lost"],
    "qualification eq 'None'": ["asked", "gone", "late", "lost"],
    "salesStage eq 'Develop'": ["big"],
    "salesStage eq '40'": ["big"],
    "salesStage ne null": ["big"],
    "externalReferenceId eq 'A&B (1), x'": ["big"],
    "externalReferenceId eq ''": ["asked", "gone", "late", "lost"],
    "campaignId eq 'C7'": ["late"],
    "mpnId eq '1000'": ["asked", "big", "gone", "late"],
    "mpnId eq null": ["lost"],
    "mpnId ne '1000'": ["lost"],
    "details/dealValue eq 90000.5": ["big"],
    "details/dealValue gt 1000": ["big"],
    "details/dealValue ge 1000 and details/dealValue lt 2000.0": ["asked", "gone", "late", "lost"],
    "2000 le details/dealValue": ["big"],
    "details/dealValue le '1000'": ["asked", "gone", "late", "lost"],
    "details/currency eq 'EUR'": ["late"],
    f"details/closingDateTime eq {LATE}": ["late"],
    f"details/closingDateTime ge {LATE}": ["late"],
    f"details/closingDateTime gt {LATE}": [],
    "details/closingDateTime ge 2027-06-29T12:00:00Z": ["late"],
    "details/closingDateTime ge 2027-06-30T00:00:01Z": [],
    "details/closingDateTime gt 2027-06-29": ["late"],
    "details/closingDateTime lt 2027-03-31T00:00:01Z": ["asked", "big", "gone", "lost"],
    "details/closingDateTime lt 2027-03-31": [],
    "details/closingDateTime le 2027-03-31T10:00:00Z": ["asked", "big", "gone", "lost"],
    "details/closingDateTime eq 2027-06-30T00:00:01Z": [],
    "createdDateTime lt 2000-01-01T00:00:00Z": [],
    "updatedDateTime gt 2000-01-01T00:00:00.1234567Z": ALL,
    "updatedDateTime ge '2000-01-01T00:00:00+14:00'": ALL,
    "closedDateTime ne null": ["lost"],
    "acceptedDateTime eq null": ["asked", "gone"],
    "expirationDateTime gt 2000-01-01": ["asked", "gone"],
    "customerProfile/name eq 'O''Neill & Sons (Porto), Lda'": ["late"],
    "contains(customerProfile/name,'%')": [],
    "contains(customerProfile/name,'neill & s')": ["late"],
    "customerProfile/address/country eq 'BR'": ["late"],
    "customerProfile/address/country eq 'BRA'": ["late"],
    "customerProfile/address/country in ('BR','PT')": ALL,
    "registrationStatus eq 'None'": ALL,
    "registrationStatus ne 'None'": [],
    "favorite eq true": ["big"],
    "favorite eq false": ["asked", "gone", "late", "lost"],
    "consent/consentToShareReferralWithMicrosoftSellers eq true": ["big"],
    "inviteContext/invitedBy/organizationId eq 'msft'": [],
    "inviteContext/invitedBy/organizationId ne null": ["asked", "gone"],
    "organizationId eq 'msft'": [],
    "email eq 'ANA@contoso.example'": ["big"],
    "team/any(t:t/email eq 'ana@contoso.example')": ["big"],
    "team/any(t: t/firstName eq 'Ana' and not (t/lastName eq 'x'))": ["big"],
    "team/any(x:x/lastName eq 'Souza' or startswith(x/phoneNumber,'+1'))": ["big"],
    "team/any(t:t/email eq 'carla@fabrikam.example')": [],
    "team/any()": ["big"],
    "not team/any()": ["asked", "gone", "late", "lost"],
    "details/requirements/solutions/any(s:s/id eq 'AX,GP&(1)')": ["big"],
    "details/requirements/solutions/any(s:contains(s/name,'it''s'))": ["big"],
    "name eq 'big' or name eq 'late' or name eq 'x'": ["big", "late"],
    "not (name eq 'big' or (name eq 'late' and status eq 'Active'))": ["asked", "gone", "lost"],
    "name eq ''' or 1 eq 1 --'": [],
    "name eq null": [],
}


@pytest.mark.rule("API-038")
@pytest.mark.parametrize("text", MATCHES)
def test_a_filter_finds(world, ana, text) -> None:
    assert names(ask(caller(ana), filter=text)) == MATCHES[text]


@pytest.mark.rule("API-038")
def test_ids_and_moments_as_they_were_read_find_their_row(world, ana) -> None:
    call, row = caller(ana), world["big"]
    said = ask(call, filter=f"id eq {row.pk}").json()["value"][0]
    for text in (
        f"id eq '{said['id']}'",
        f"id in ({said['id']},'{row.deal_id}')",
        f"engagementId eq '{said['engagementId']}' and id ne {row.deal_id}",
        f"createdDateTime eq {said['createdDateTime']}",
        f"organizationId eq '{said['organizationId']}' and name eq 'big'",
    ):
        assert names(ask(call, filter=text)) == ["big"], text


REFUSED = {
    "nonsense eq 1": "The field nonsense is not known",
    "details/nonsense eq 1": "The field details/nonsense is not known",
    "details/requirements eq 1": "details/requirements is not known",
    "customerProfile/team/any(t:t/email eq 'x')": "customerProfile/team is no collection",
    "team/any(t:t/person eq 'x')": "The field person is not known",
    "team/any(t:name eq 'x')": "The field name is not known here",
    "team/all(t:t/email eq 'x')": "The operator all can't be used",
    "name/any(t:t/email eq 'x')": "name is no collection",
    "team eq 'x'": "The field team is not known",
    "name gt 'x'": "The operator gt can't be used with name",
    "status gt 'New'": "The operator gt can't be used with status",
    "contains(status,'New')": "The function contains can't be used with status",
    "endswith(name,'x')": "The function endswith can't be used",
    "tolower(name) eq 'x'": "a field on one side",
    "foo(name)": "The function foo is not known",
    "status eq 'Engaged'": "'Engaged' is no value of status",
    "status eq 'New' and substatus eq 'x'": "'x' is no value of substatus",
    "type eq 'Both'": "'Both' is no value of type",
    "id eq 'x'": "'x' is no value of id",
    "organizationId eq 'x'": "'x' is no value of organizationId",
    "customerProfile/address/country eq 'ZZ'": "'ZZ' is no value of",
    "details/dealValue eq 'many'": "'many' is no value of details/dealValue",
    "details/dealValue eq 1e99": "'1e99' is no value",
    "details/dealValue eq 'NaN'": "'NaN' is no value",
    "favorite eq 1": "'1' is no value of favorite",
    "updatedDateTime gt yesterday": "is no value of updatedDateTime",
    "updatedDateTime gt 2026-02-31": "'2026-02-31' is no value",
    "updatedDateTime gt 9999-12-31T23:59:59-14:00": "is no value of updatedDateTime",
    "name eq name": "is no value of name",
    "name in 'x'": "no filter that OData knows",
    "name eq 'x": "no filter that OData knows",
    "name": "made of comparisons",
    "'x'": "made of comparisons",
    "name eq 'a' add 'b'": "is no value of name",
    "f(a=1,b=2,c=3)": "no filter that OData knows",
    "name eq '\0'": "NUL",
    "/".join(["a"] * 300) + " eq 1": "A path has at most",
    "not " * 30 + "(name eq 'x')": "nested at most",
    " or ".join(["id eq null"] * 101): "at most 100 conditions",
    "name eq '" + "x" * 4000 + "'": "at most 4000 characters",
    "((((" * 300 + "a": "at most 1000 words",
}


@pytest.mark.rule("API-039")
@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:40])
def test_a_filter_is_refused_by_name(ana, text) -> None:
    target, message = refusal(ask(caller(ana), filter=text))
    assert target == "$filter"
    assert REFUSED[text] in message


@pytest.mark.rule("API-034")
def test_no_filter_shows_what_is_not_ones_own(world, ana, carla, sam, invited_leg) -> None:
    """Other partners' ids, deals, teams, and what the vendor is not told."""
    call = caller(carla)
    mine = [str(pk) for pk in Referral.objects.visible_to(carla).values_list("pk", flat=True)]
    for text in (
        f"id eq {world['late'].pk}",
        f"id ne {invited_leg.pk}",
        f"organizationId eq '{ana.company_id}'",
        f"engagementId eq '{world['big'].deal_id}'",
        "team/any(t:t/email eq 'ana@contoso.example')",
        "name ne 'x' or not (name eq 'x') or status ne 'New'",
    ):
        found = [one["id"] for one in ask(call, filter=text).json()["value"]]
        assert set(found) <= set(mine), text


@pytest.mark.rule("API-034")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("externalReferenceId eq 'A&B (1), x'", False),
        ("externalReferenceId ne 'A&B (1), x'", True),
        ("contains(externalReferenceId,'A')", False),
        ("externalReferenceId eq ''", True),
        ("qualification eq 'Direct'", False),
        ("qualification eq 'None'", True),
        ("registrationStatus eq 'None'", True),
    ],
)
def test_what_the_vendor_is_not_told_is_empty_in_its_filters(world, sam, text, found) -> None:
    assert ("big" in names(ask(caller(sam), filter=text))) == found


@pytest.mark.rule("API-037")
def test_registrations_are_found_by_who_is_told_of_them(ana, sam, rita, own_deal) -> None:
    at("review", won(own_deal, ana), ana)
    told = "registrationStatus eq 'ReviewPending'"
    for person, count in ((ana, 1), (rita, 1), (sam, 0)):
        assert len(names(ask(caller(person), filter=told))) == count
        rest = names(ask(caller(person), filter="registrationStatus eq 'None'"))
        assert len(rest) == 1 - count
    assert names(ask(caller(ana), filter="registrationStatus eq 'Failed'")) == []


@pytest.mark.rule("API-030")
def test_expired_is_true_at_the_second_in_a_filter(carla, invited_leg) -> None:
    call = caller(carla)
    past(invited_leg, by=timedelta(seconds=-3))
    assert len(names(ask(call, filter="status eq 'New'"))) == 1
    past(invited_leg)
    assert names(ask(call, filter="status eq 'New'")) == []
    assert len(names(ask(call, filter="substatus eq 'Expired'"))) == 1


SIGNS = "eq ne gt in and or not ( ) , / ' null any(t: t/email contains( - 1e5 1 % 'x' ''' true"
ODD = ("\0", "é", "2026-01-01", "0190163d-8694-739b-aea5-966c26f8ad90")
WORDS = st.sampled_from([*FIELDS, *SIGNS.split(), *ODD])
FILTERS = st.text(max_size=80) | st.lists(WORDS, max_size=14).map(" ".join)


@pytest.mark.rule("API-039")
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=FILTERS)
def test_any_text_is_a_filter_or_a_refusal(ana, text) -> None:
    asked = Asked(ana, clock.now())
    refused: Problem | None = None
    try:
        list(Referral.objects.visible_to(ana).filter(condition(text, asked)))
    except Problem as said:
        refused = said
    assert refused is None or (refused.status, refused.target) == (400, "$filter")
