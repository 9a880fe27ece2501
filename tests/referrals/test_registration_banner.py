"""What the deal's page and the home page say about registration, from the first day on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock
from portal.models import Account, ExchangeRate, Person
from referrals import story
from referrals.actions import deal, referral, registration
from referrals.lifecycle.eligibility import criteria, verdict
from referrals.models import Referral
from tests.conftest import HELP, accept, invitation, opening, terms
from tests.referrals.registering import age, at, won

Login = Callable[[Person], Any]


def page(browser: Any, leg: Referral) -> Any:
    return browser.get(f"/deals/{leg.pk}/")


@pytest.mark.rule("REG-030")
def test_from_the_first_day_the_page_says_what_is_missing(own_deal, ana, login: Login) -> None:
    shown = page(login(ana), own_deal)
    text = shown.content.decode()
    assert "Can be registered when it is won: 4 of 7 criteria met, 3 not known yet." in text
    assert "The deal is private. Show it to the vendor before it is closed." in text
    assert "<details open>" in text
    assert "Register this deal" not in text
    deal.share(own_deal, by=ana)
    shown = page(login(ana), age(own_deal, timedelta(days=4)))
    assert "6 of 7 criteria met, 1 not known yet." in shown.content.decode()


@pytest.mark.rule("REG-030")
def test_after_the_win_it_says_until_when_and_has_the_button(
    own_deal, ana, login: Login, settings
) -> None:
    settings.REGISTRATION_SIGNED_DAYS = 50
    leg = won(own_deal, ana)
    shown = page(login(ana), leg)
    text = shown.content.decode()
    assert "This deal can be registered." in text
    assert "Register this deal within 50 days of the contract’s signature" in text
    [step] = shown.context["steps"]
    assert (step.verb, step.refusal, step.primary) == ("register", "", True)
    assert step.url == f"/deals/{leg.pk}/register/"
    clock.move(timedelta(days=51))
    shown = page(login(ana), leg)
    assert "within 50 days" not in shown.content.decode()
    assert shown.context["steps"]


@pytest.mark.rule("REG-030")
def test_what_can_not_be_registered_is_barred_with_its_reason(own_deal, ana, login: Login) -> None:
    age(own_deal, timedelta(days=10))
    leg = referral.win(own_deal, by=ana)
    shown = page(login(ana), leg)
    reason = "The deal is private; private deals are never registered."
    assert f"Can&#x27;t be registered: {reason}" in shown.content.decode()
    assert [str(step.refusal) for step in shown.context["steps"]] == [reason]
    assert shown.context["banner"].until is None


@pytest.mark.rule("REG-030")
def test_services_get_one_quiet_line(ana, customer: Account, login: Login) -> None:
    services = {"partner_role": "deployment", "solution_area": "cloud", "solution_play": "migrate"}
    leg = deal.open(
        opening(ana, customer, motion="services", terms=terms(intent="", **services), solutions=()),
        by=ana,
    )
    shown = page(login(ana), leg)
    assert "Services are not registered, only products." in shown.content.decode()
    assert shown.context["banner"].criteria == ()
    age(leg, timedelta(days=10))
    leg = referral.win(leg, by=ana)
    assert page(login(ana), leg).context["steps"] == []


@pytest.mark.rule("REG-030")
def test_who_is_told(co_sell, vendor_leg, ana, sam, rita, login: Login) -> None:
    assert page(login(ana), co_sell).context["banner"] is not None
    assert page(login(rita), co_sell).context["banner"] is not None
    assert page(login(sam), co_sell).context["banner"] is None
    assert page(login(sam), vendor_leg).context["banner"] is None
    accept(vendor_leg, sam)
    draft = registration.register(won(Referral.objects.get(pk=co_sell.pk), ana), by=ana)
    shown = page(login(rita), co_sell)
    assert shown.context["banner"] is None  # what was not sent is the partner's own
    assert str(draft.pk) not in shown.content.decode()
    assert shown.context["steps"] == []


@pytest.mark.rule("REG-030")
@pytest.mark.parametrize(
    ("status", "label"),
    [
        ("draft", "Continue the registration"),
        ("action", "Answer what the reviewer asks"),
        ("review", None),
        ("approved", None),
    ],
)
def test_a_registration_is_linked_with_what_comes_next(
    own_deal, ana, login: Login, status: str, label: str | None
) -> None:
    found = at(status, won(own_deal, ana), ana)
    shown = page(login(ana), own_deal)
    assert f'href="/registrations/{found.pk}/"' in shown.content.decode()
    assert [str(step.label) for step in shown.context["steps"]] == ([label] if label else [])
    assert "Register this deal" not in shown.content.decode()


def marks(leg: Referral) -> list[tuple[str, str]]:
    leg = Referral.objects.with_registration().get(pk=leg.pk)
    bar = story.lifecycle(leg, verdict(criteria(leg)))
    after = [mark["label"] for mark in bar].index("Won")
    return [(mark["label"], mark["state"]) for mark in bar[after:]]


@pytest.mark.rule("REG-034")
def test_the_bar_goes_on_after_the_win(own_deal, ana) -> None:
    leg = won(own_deal, ana)
    assert marks(leg) == [("Won", "current"), ("Registration", "next")]
    assert [m["label"] for m in story.lifecycle(leg)][-1] == "Won"  # for who is not told
    at("approved", leg, ana)
    assert marks(leg) == [
        ("Won", "done"),
        ("Registered", "done"),
        ("Approved", "current"),
        ("Closed", "next"),
    ]


@pytest.mark.rule("REG-034")
def test_the_bar_is_closed_where_nothing_can_be_registered(own_deal, ana, login: Login) -> None:
    age(own_deal, timedelta(days=10))
    leg = referral.win(own_deal, by=ana)
    assert marks(leg) == [("Won", "done"), ("Closed", "current")]
    bar = page(login(ana), leg).context["lifecycle"]
    assert bar[-1] == {"label": "Closed", "state": "current", "at": leg.closed_at, "hint": ""}


@pytest.mark.rule("REG-034")
def test_the_bar_of_a_lost_deal_ends_as_before(own_deal, ana, login: Login) -> None:
    leg = referral.lose(own_deal, by=ana, reason="budget")
    assert page(login(ana), leg).context["lifecycle"][-1]["label"] == "Lost"


def test_the_page_costs_the_same_for_one_leg_and_for_many(
    own_deal, ana, carla, fabrikam, vendor, login: Login
) -> None:
    def cost() -> int:
        browser = login(ana)
        page(browser, own_deal)
        with CaptureQueriesContext(connection) as queries:
            page(browser, own_deal)
        return len(queries)

    deal.share(own_deal, by=ana)
    alone = cost()
    deal.ask_help(own_deal, by=ana, help=HELP["help"], ask=HELP["ask"], contact=HELP["contact"])
    accept(deal.invite(own_deal, invitation(fabrikam), by=ana), carla)
    assert cost() == alone


def home(login: Login, person: Person) -> list[tuple[str, str]]:
    rows = login(person).get("/").context["waiting"]
    return [(row.reason, str(row.referral)) for row in rows]


def test_home_names_what_can_be_registered(own_deal, ana, sam, rita, login: Login) -> None:
    leg = won(own_deal, ana)
    [(reason, name)] = home(login, ana)
    assert (reason[:18], name) == ("Register it until ", leg.name)
    assert leg.name in login(ana).get("/").content.decode()
    for other in (sam, rita):
        assert leg.name not in [name for _reason, name in home(login, other)]
    clock.move(timedelta(days=61))
    assert home(login, ana) == []


def test_home_never_asks_the_vendor_to_register(vendor_leg, sam, login: Login) -> None:
    accept(vendor_leg, sam)
    age(vendor_leg, timedelta(days=10))
    referral.win(vendor_leg, by=sam)
    assert home(login, sam) == []


def test_home_leaves_out_what_can_not_or_need_not(own_deal, ana, login: Login) -> None:
    age(own_deal, timedelta(days=10))
    leg = referral.win(own_deal, by=ana)
    assert home(login, ana) == []  # private
    leg.deal.visible_to_vendor = True
    leg.deal.save()
    assert len(home(login, ana)) == 1
    draft = registration.register(leg, by=ana)
    assert len(home(login, ana)) == 1
    registration.forgo(draft, by=ana)
    assert home(login, ana) == []


def test_home_names_what_a_reviewer_asks(own_deal, ana, bruno, login: Login) -> None:
    at("action", won(own_deal, ana), ana)
    assert home(login, ana) == [("Answer what the reviewer asks", own_deal.name)]
    assert home(login, bruno) == []


def test_home_costs_the_same_with_more_won_deals(ana, customer, login: Login) -> None:
    def cost() -> int:
        browser = login(ana)
        browser.get("/")
        with CaptureQueriesContext(connection) as queries:
            browser.get("/")
        return len(queries)

    won(deal.open(opening(ana, customer), by=ana), ana)
    alone = cost()
    for _number in range(3):
        won(deal.open(opening(ana, customer), by=ana), ana)
    assert cost() == alone


def test_a_value_in_another_currency_waits_for_its_rate(own_deal, ana, login: Login) -> None:
    leg = won(own_deal, ana)
    Referral.objects.filter(pk=leg.pk).update(currency="EUR")
    text = page(login(ana), leg).content.decode()
    assert "Can&#x27;t be registered yet: The exchange rate of EUR" in text
    month = clock.now().date().replace(day=1)
    ExchangeRate.objects.create(
        month=month, currency="EUR", in_usd="1.1", source="test", loaded_at=clock.now()
    )
    assert "This deal can be registered." in page(login(ana), leg).content.decode()
