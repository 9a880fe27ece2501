import pytest
from django.urls import reverse

from notifications.models import Message
from portal.models import Company
from referrals.actions import deal as deals
from referrals.actions import refer as actions
from referrals.actions.opening import Contact
from referrals.models import Deal, Referral, RoutingRule, Solution
from tests.conftest import accept, invitation, terms

URL = reverse("refer")


@pytest.fixture
def typed(customer, fabrikam):
    return {
        "go": "send",
        "customer": str(customer.pk),
        "partner": str(fabrikam.pk),
        "solution": str(fabrikam.solutions.order_by("code")[0].pk),
        "name": "Shop floor analytics",
        "value": "30,000",
        "currency": "EUR",
        "close_on": "2027-05-01",
        "help": "proof",
        "ask": "They want to start in May.",
        "notes": "Talk to the plant first.",
        "contact_name": "Nora Wind",
        "contact_phone": "+351 211 111 111",
        "contact_email": "nora@northwind.example",
    }


@pytest.fixture
def browser(login, sam):
    return login(sam)


@pytest.mark.rule("DEAL-037")
def test_a_seller_sends_a_referral_and_routing_chooses_the_location(
    browser, typed, fabrikam, customer, sam
):
    places = fabrikam.locations.order_by("partner_id")
    solution = Solution.objects.get(pk=typed["solution"])
    RoutingRule.objects.create(company=fabrikam, solution=solution, location=places[1])
    page = browser.post(URL, typed | {"go": "find"})
    assert str(places[1]) in page.content.decode()  # before it is sent
    answer = browser.post(URL, typed)
    leg = Referral.objects.get(company=fabrikam)
    own = leg.deal.legs.get(company=sam.company)
    assert answer.status_code == 303
    assert answer["Location"] == own.get_absolute_url()
    assert (leg.status, leg.location, leg.ask) == ("pending", places[1], typed["ask"])
    assert (str(leg.value), leg.currency, leg.notes) == ("30000.00", "EUR", "")
    assert (own.status, own.notes) == ("accepted", "Talk to the plant first.")
    assert leg.deal.contact_name == "Nora Wind"
    assert leg.deal.customer == customer


def test_who_refers_is_on_the_team_and_is_told_of_the_answer(sam, carla, customer, fabrikam):
    sending = actions.Sending(customer, Contact(), terms(), invitation(fabrikam))
    leg = actions.refer(sending, by=sam)
    assert [m.person for m in leg.deal.legs.get(company=sam.company).team.all()] == [sam]
    accept(leg, carla)
    assert Message.objects.filter(person=sam, kind="referrals/accepted").count() == 1


@pytest.mark.parametrize("name", ["name", "value", "close_on", "help", "solution"])
def test_what_is_missing_is_said_and_the_rest_is_kept(browser, typed, name):
    answer = browser.post(URL, typed | {name: ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{name}_error"' in page
    assert typed["notes"] in page
    assert not Deal.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"value": "0"}, "The value of the partner's part must be more than zero."),
        ({"customer": ""}, "Choose the customer and the partner."),
        ({"partner": "x"}, "Choose the customer and the partner."),
    ],
)
def test_a_refusal_keeps_what_was_typed(browser, typed, changed, sentence):
    answer = browser.post(URL, typed | changed)
    page = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 409
    assert sentence in page
    assert "Shop floor analytics" in page
    assert not Deal.objects.exists()


def test_looking_for_customer_and_partner_loses_nothing(browser, typed, fabrikam, customer):
    kept = {k: v for k, v in typed.items() if k not in ("customer", "partner")}
    page = browser.post(URL, kept | {"go": "find", "look": "northwind", "partner_q": "fab"})
    text = page.content.decode()
    assert f"customer:{customer.pk}" in text
    assert f"partner:{fabrikam.pk}" in text
    page = browser.post(URL, kept | {"go": f"customer:{customer.pk}"})
    assert "Northwind Traders" in page.content.decode()
    assert "Talk to the plant first." in page.content.decode()
    page = browser.post(URL, typed | {"go": "partner:"})
    assert "Name of the partner" in page.content.decode()


def test_a_solution_of_somebody_else_is_not_a_choice(browser, typed, contoso):
    answer = browser.post(URL, typed | {"solution": str(contoso.solutions.first().pk)})
    assert answer.status_code == 422
    assert not Deal.objects.exists()


def test_a_partner_outside_co_selling_is_not_a_choice(browser, typed, fabrikam):
    Company.objects.filter(pk=fabrikam.pk).update(in_cosell=False)
    assert browser.post(URL, typed).status_code == 409
    assert not Deal.objects.exists()


def test_only_sellers_refer(login, ana, rita, typed):
    for person in (ana, rita):
        browser = login(person)
        for answer in (browser.get(URL), browser.post(URL, typed)):
            assert answer.status_code == 403
            assert "Sellers send referrals." in answer.content.decode()
    assert not Deal.objects.exists()


@pytest.mark.parametrize("nasty", ["\x00", "x" * 30_000, "9" * 5000, "<script>alert(1)"])
def test_nothing_sent_breaks_it(browser, typed, nasty):
    for go in ("send", "find", f"customer:{nasty}", f"partner:{nasty}"):
        kept = dict.fromkeys(typed, nasty) | {"go": go, "look": nasty, "partner_q": nasty}
        for sent in (kept, kept | {"customer": typed["customer"], "partner": typed["partner"]}):
            answer = browser.post(URL, sent)
            assert answer.status_code in (200, 409, 422)
            assert b"<script>alert" not in answer.content
    assert browser.get(URL, {"look": nasty[:900], "customer": nasty[:900]}).status_code == 200
    assert not Deal.objects.exists()


def test_an_invitation_on_impossible_terms_is_refused_later_too(own_deal, ana, fabrikam, contoso):
    from portal.workflow import Refused

    for changed in ({"value": 0}, {"solutions": tuple(contoso.solutions.all())}):
        with pytest.raises(Refused):
            deals.invite(own_deal, invitation(fabrikam, **changed), by=ana)
    assert own_deal.deal.legs.count() == 1
