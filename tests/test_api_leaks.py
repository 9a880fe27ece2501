"""Nothing of a partner's private deal reaches another partner's program, whatever it asks for.

Each question is asked as Ana, too, who has to find the words in question: else nothing is proved.
"""

from typing import Any
from urllib.parse import urlencode

import pytest

from notifications import topics
from notifications.actions import subscription as webhooks
from notifications.models import Delivery
from notifications.webhooks import telling
from portal.models import Account, Person
from referrals.actions import deal, referral
from referrals.models import Referral, Solution
from tests.calling import Caller, caller
from tests.conftest import make_account, opening, terms
from tests.feeding import settle
from tests.referrals.api.asking import LIST, ask
from tests.referrals.api.bodies import ROOT, body
from tests.referrals.registering import begun, won


@pytest.fixture
def typed(contoso, db) -> Account:
    """A customer that Contoso entered by hand."""
    return make_account("Zanzibar Spices", Account.Kind.MANUAL, entered_by=contoso)


@pytest.fixture
def hidden(ana, contoso, typed) -> Referral:
    """Ana's private deal, every word of which is hers."""
    Solution.objects.create(
        code="SOL-HID-DEN", name="Unannounced product", company=contoso, status="in_market"
    )
    found = deal.open(opening(ana, typed, terms=terms("Quiet harvest")), by=ana)
    return referral.edit(found, by=ana, crm_id="CRM-4711", campaign_id="MAIL-4712")


def filters(leg: Referral, ana: Person) -> list[str]:
    code = leg.solutions.get().code
    place = leg.location.partner_id if leg.location else ""
    return [
        f"id eq '{leg.pk}'",
        f"engagementId eq '{leg.deal_id}'",
        f"organizationId eq '{ana.company_id}'",
        "name eq 'Quiet harvest'",
        "contains(name, 'harvest')",
        "startswith(name, 'Quiet')",
        "externalReferenceId eq 'CRM-4711'",
        "campaignId eq 'MAIL-4712'",
        f"mpnId eq '{place}'",
        "customerProfile/name eq 'Zanzibar Spices'",
        "customerProfile/address/country eq 'PT'",
        f"email eq '{ana.email}'",
        f"team/any(t: t/email eq '{ana.email}')",
        "team/any(t: t/firstName eq 'Ana')",
        f"details/requirements/solutions/any(s: s/id eq '{code}')",
        "details/dealValue eq 50000",
        "not (status eq 'Closed')",
        "status eq 'Closed' or name ne 'x'",
        "createdDateTime gt 2020-01-01T00:00:00Z",
    ]


@pytest.mark.rule("API-153")
@pytest.mark.django_db
def test_no_filter_finds_it(hidden, ana, carla, bruno, sam, rita, otto) -> None:
    """The answer is that of a list in which it never was, count and all."""
    others = [caller(person) for person in (carla, bruno, sam, rita, otto)]
    mine = caller(ana)
    for text in filters(hidden, ana):
        for more in ({}, {"select": "id,name,team"}, {"top": 0}, {"orderby": "updatedDateTime"}):
            found = ask(mine, filter=text, count="true", **more)
            assert found.json()["@odata.count"] == 1, (text, found.content)
            for call in others:
                none = ask(call, filter=text, count="true", **more).json()
                assert (none["@odata.count"], none["value"]) == (0, []), (text, none)
                assert "@odata.nextLink" not in none


@pytest.mark.rule("API-153")
@pytest.mark.django_db
def test_nothing_is_expanded_and_no_place_in_its_list_is_taken(hidden, ana, carla) -> None:
    for name in ("team", "customerProfile", "registrations", "links"):
        assert ask(caller(carla), expand=name).status_code == 400
    deal.open(opening(ana, hidden.deal.customer), by=ana)
    following = ask(caller(ana), top=1).json()["@odata.nextLink"]
    query = following.partition("?")[2]
    assert caller(ana).get(f"{LIST}?{query}").json()["value"]
    refused = caller(carla).get(f"{LIST}?{query}")
    assert (refused.status_code, refused.json()["error"]["target"]) == (400, "$skiptoken")


def everything(call: Caller, carla: Person) -> dict[str, str]:
    """The body of each list that a program can read, by its address."""
    company = carla.company_id
    asked = [
        *(f"/v1.0/customers?{urlencode({'search': 'zanzibar', 'kind': kind})}" for kind in KINDS),
        "/v1.0/customers?search=zanzibar&wide=true&kind=other",
        "/v1.0/solutions?search=unannounced",
        f"/v1.0/solutions?company={company}&status=in_market",
        "/v1.0/solutions?status=in_market",
        *("/v1.0/locations", "/v1.0/people", "/v1.0/people?search=ana", "/v1.0/routing-rules"),
        *("/v1.0/picklists", "/v1.0/registrations", "/v1.0/webhooks/deliveries", "/v1.0/events"),
        *("/webhooks/v1/registration", ROOT),
    ]
    return {path: call.get(path).content.decode() for path in asked}


KINDS = ("managed", "unmanaged", "other")


@pytest.mark.rule("API-153")
@pytest.mark.django_db(transaction=True)
def test_no_list_no_feed_and_no_webhook_tells_of_it(hidden, customer, ana, carla, settings) -> None:
    settings.WEBHOOK_TEST_TARGETS = ["127.0.0.1:9"]
    for person in (ana, carla):
        wish = webhooks.Wish("http://127.0.0.1:9/hook", tuple(topics.names()))
        webhooks.subscribe(wish, by=person)
    referral.edit(hidden, by=ana, notes="Nobody else reads this note.")
    draft = begun(won(deal.open(opening(ana, customer), by=ana), ana), ana)
    settle()
    telling.tell_all()
    mine, theirs = everything(caller(ana), ana), everything(caller(carla), ana)
    read = "".join(theirs.values())
    for word in (*words(hidden, ana), str(draft.pk)):
        assert any(word in text for text in mine.values()), word
        assert word not in read, word
    told = Delivery.objects.filter(subscription__company=ana.company_id)
    assert told.exclude(name=topics.TEST).exists()
    assert not Delivery.objects.filter(subscription__company=carla.company_id).exists()


def words(leg: Referral, ana: Person) -> list[str]:
    company = ana.company
    assert company is not None
    return [
        *(str(leg.pk), str(leg.deal_id), str(company.pk), str(ana.pk)),
        *("Quiet harvest", "CRM-4711", "MAIL-4712", "Nobody else reads this note."),
        *("Zanzibar Spices", "Unannounced product", "SOL-HID-DEN", ana.email, "Ana Souza"),
        *(place.name for place in company.locations.all()),
    ]


@pytest.mark.rule("API-153")
@pytest.mark.django_db
def test_what_is_anothers_is_refused_in_the_words_for_what_is_nowhere(
    hidden, ana, carla, fabrikam, customer
) -> None:
    """A location, a solution, a customer, an engagement or a file that Carla may not name."""
    call = caller(carla)
    place = hidden.location
    assert place is not None
    pairs: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"mpnId": place.partner_id}, {"mpnId": "77777"}),
        ({"engagementId": str(hidden.deal_id)}, {"engagementId": str(hidden.pk)}),
        (bringing(carla, "SOL-HID-DEN"), bringing(carla, "SOL-NOT-HER")),
    ]
    for theirs, nobodys in pairs:
        one, other = (call.post(ROOT, body(carla, **changed)) for changed in (theirs, nobodys))
        assert one.status_code == other.status_code != 200, (one.content, other.content)
        values = [place.partner_id, "77777", str(hidden.deal_id), str(hidden.pk)]
        assert plain(one, values) == plain(other, values)


def bringing(person: Person, code: str) -> dict[str, Any]:
    """The details of a referral on which this solution is."""
    details: dict[str, Any] = body(person)["details"]
    solutions = [{"id": code, "name": "Something", "type": "Name"}]
    return {
        "details": details | {"requirements": details["requirements"] | {"solutions": solutions}}
    }


def plain(answer: Any, values: list[str]) -> str:
    text: str = answer.content.decode()
    for value in (*values, "SOL-HID-DEN", "SOL-NOT-HER"):
        text = text.replace(value, "…")
    return text
