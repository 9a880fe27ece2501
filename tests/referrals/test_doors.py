"""The page gives the action's answer, in the action's words."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.utils import translation

from portal import clock
from portal.actions.customers import match as match_accounts
from portal.models import Event, Role
from referrals import story
from referrals.actions import deal, referral
from referrals.models import Comment, Referral, Solution
from tests.conftest import (
    CONTACT,
    HELP,
    accept,
    invitation,
    make_account,
    make_person,
    opening,
    past,
)

TERMS = {
    "name": "Accepted name",
    "value": "70000",
    "currency": "EUR",
    "close_on": "2027-04-30",
    "notes": "Ours",
}


def url(leg: Referral, verb: str = "") -> str:
    return f"/deals/{leg.pk}/{verb}/" if verb else f"/deals/{leg.pk}/"


def test_accept(vendor_leg, sam, login) -> None:
    page = login(sam).get(url(vendor_leg, "accept"))
    assert page.context["form"].initial["name"] == vendor_leg.name
    answer = login(sam).post(url(vendor_leg, "accept"), TERMS | {"version": vendor_leg.version})
    assert (answer.status_code, answer["Location"]) == (303, url(vendor_leg))
    leg = Referral.objects.get(pk=vendor_leg.pk)
    assert (leg.status, leg.name, leg.currency) == ("accepted", "Accepted name", "EUR")


def test_a_refused_form_keeps_what_was_typed(vendor_leg, sam, login) -> None:
    wrong = login(sam).post(url(vendor_leg, "accept"), TERMS | {"close_on": "yesterday"})
    assert wrong.status_code == 422
    assert "Accepted name" in wrong.content.decode()
    past(vendor_leg)
    late = login(sam).post(url(vendor_leg, "accept"), TERMS)
    assert late.status_code == 409
    assert "The time to answer has passed." in late.content.decode()
    assert "Accepted name" in late.content.decode()
    assert Referral.objects.get(pk=vendor_leg.pk).status == "pending"


def test_the_same_sentence_in_portuguese(own_deal, ana, login) -> None:
    won = referral.win(own_deal, by=ana)
    ana.language = "pt-br"
    ana.save()
    with translation.override("pt-br"):
        sentence = str(translation.gettext("Won"))
    page = login(ana).get(url(won))
    assert sentence in page.content.decode()


def test_a_stale_page_is_told_so(own_deal, ana, login) -> None:
    referral.move_stage(own_deal, by=ana, stage=20)
    late = login(ana).post(url(own_deal, "edit"), TERMS | {"version": 1, "intent": "yes"})
    assert late.status_code == 412
    assert Referral.objects.get(pk=own_deal.pk).name == own_deal.name


@pytest.mark.parametrize(
    ("verb", "data", "status"),
    [
        ("move_stage", {"stage": "40"}, "accepted"),
        ("lose", {"reason": "budget", "reason_note": "None left"}, "lost"),
        ("close_as_error", {"reason": "test"}, "error"),
        ("win", {}, "won"),
        ("share", {}, "accepted"),
        ("edit", TERMS | {"intent": "no"}, "accepted"),
        ("add_member", {"name": "Eva", "phone": "+351210000009", "email": "e@x.pt"}, "accepted"),
    ],
)
def test_each_step_has_its_page(verb, data, status, own_deal, ana, login) -> None:
    answer = login(ana).post(url(own_deal, verb), data)
    assert answer.status_code == 303, answer.content.decode()
    leg = Referral.objects.get(pk=own_deal.pk)
    assert leg.status == status
    assert Event.objects.filter(record_id=leg.pk, verb=verb).exists()


@pytest.mark.parametrize("verb", ["decline", "lose", "close_as_error", "move_stage"])
def test_a_reason_or_stage_out_of_the_list_is_refused(verb, own_deal, ana, login) -> None:
    answer = login(ana).post(url(own_deal, verb), {"reason": "because", "stage": "41"})
    assert answer.status_code == 422
    assert Referral.objects.get(pk=own_deal.pk).version == 1


def test_help_is_asked_with_the_contact_when_it_is_missing(own_deal, ana, sam, login) -> None:
    page = login(ana).get(url(own_deal, "ask_help"))
    assert "contact_name" in page.context["form"].fields
    asked = {"help": "proof", "ask": "We need you"}
    assert login(ana).post(url(own_deal, "ask_help"), asked).status_code == 422
    contact = {
        "contact_name": CONTACT.name,
        "contact_phone": CONTACT.phone,
        "contact_email": CONTACT.email,
        "contact_agreed": "on",
    }
    assert login(ana).post(url(own_deal, "ask_help"), asked | contact).status_code == 303
    assert Referral.objects.get(pk=own_deal.pk).deal.has_contact


def test_invite_by_page(own_deal, ana, carla, fabrikam, login) -> None:
    found = login(ana).get(url(own_deal, "invite"), {"q": "fabri"})
    assert "Fabrikam" in found.content.decode()
    chosen = f"{url(own_deal, 'invite')}?company={fabrikam.pk}"
    data = {
        "close_on": "2027-02-01",
        "value": "5000",
        "currency": "EUR",
        "help": "proof",
        "ask": "Join us",
        "solutions": [str(fabrikam.solutions.first().pk)],
        "team": [ana.email],
    }
    assert login(ana).post(chosen, data).status_code == 303
    leg = own_deal.deal.legs.get(company=fabrikam)
    assert (leg.value, leg.team.get().email) == (5000, ana.email)


@pytest.mark.rule("DEAL-027")
def test_the_contact_is_on_no_page_before_it_is_asked_for(vendor_leg, sam, ana, login) -> None:
    secret = CONTACT.email
    assert (
        secret
        in login(ana).get(vendor_leg.deal.legs.get(sender=None).get_absolute_url()).content.decode()
    )
    assert secret not in login(sam).get(url(vendor_leg)).content.decode()
    leg = accept(vendor_leg, sam)
    assert secret not in login(sam).get(url(leg)).content.decode()
    shown = login(sam).post(url(leg, "reveal_contact"))
    assert secret in shown.content.decode()
    assert secret not in login(sam).get(url(leg)).content.decode()
    assert Event.objects.filter(record_id=leg.pk, verb="reveal_contact").count() == 1


@pytest.mark.rule("DEAL-030")
def test_the_conversation_on_the_page(co_sell, vendor_leg, ana, sam, login) -> None:
    login(ana).post(url(co_sell, "comment"), {"id": uuid4(), "text": "Shared words"})
    login(ana).post(url(co_sell, "comment"), {"id": uuid4(), "text": "Ours", "internal": "on"})
    assert Comment.objects.count() == 2
    assert "Shared words" not in login(sam).get(url(vendor_leg)).content.decode()
    page = login(sam).get(url(accept(vendor_leg, sam))).content.decode()
    assert "Shared words" in page
    assert "said internal" not in page
    empty = login(ana).post(url(co_sell, "comment"), {"id": uuid4(), "text": ""})
    assert empty.status_code == 422


@pytest.mark.rule("DEAL-031")
def test_numbers_are_known_by_pairs(ana, carla, sam, customer, fabrikam) -> None:
    own = deal.open(opening(ana, customer, invitations=(invitation(fabrikam),), **HELP), by=ana)
    legs = {leg.company.name: leg for leg in own.deal.legs.all()}
    seen = {o.leg.company.name: o.shows_numbers for o in story.other_legs(own, ana)}
    assert seen == {"Fabrikam": True, sam.company.name: True}
    theirs = legs["Fabrikam"]
    assert [o.leg.company.name for o in story.other_legs(theirs, carla)] == ["Contoso"]
    theirs = accept(theirs, carla)
    seen = {o.leg.company.name: o.shows_numbers for o in story.other_legs(theirs, carla)}
    assert seen == {"Contoso": True, sam.company.name: False}
    gone = referral.lose(theirs, by=carla, reason="budget")
    assert len(story.other_legs(gone, carla)) == 2


@pytest.mark.rule("DEAL-032")
def test_an_early_win_is_warned_of(own_deal, ana, login) -> None:
    assert "within 72 hours" in login(ana).get(url(own_deal)).content.decode()
    clock.move(timedelta(hours=72))
    assert "within 72 hours" not in login(ana).get(url(own_deal)).content.decode()
    assert referral.win(own_deal, by=ana).status == "won"


def test_barred_steps_say_why(co_sell, ana, login) -> None:
    page = login(ana).get(url(co_sell)).content.decode()
    assert "Help was asked for already." in page
    assert f'action="{url(co_sell, "share")}"' not in page


def test_an_amount_is_offered_and_read_in_the_readers_digits(own_deal, ana, login) -> None:
    ana.language = "pt-br"
    ana.save()
    browser = login(ana)
    page = browser.get(url(own_deal, "edit"))
    assert f'value="{own_deal.value:.2f}"'.replace(".", ",") in page.content.decode()
    browser.post(url(own_deal, "edit"), page.context["form"].initial | {"value": "50.000,50"})
    assert Referral.objects.get(pk=own_deal.pk).value == Decimal("50000.50")


def test_solutions_say_whose_they_are_the_own_first(own_deal, ana, fabrikam, login) -> None:
    Solution.objects.filter(company=fabrikam).update(name="Aardvark")
    page = login(ana).get(url(own_deal, "set_solutions"))
    labels = [str(label) for _pk, label in page.context["form"].fields["solutions"].choices]
    assert labels[0].endswith("(Contoso)")
    assert "Aardvark (Fabrikam)" in labels


def test_history_reads_as_sentences(own_deal, ana, login) -> None:
    referral.move_stage(own_deal, by=ana, stage=40)
    line = story.history(Referral.objects.get(pk=own_deal.pk))[0]
    assert line.sentence == "Ana Souza moved the sales stage"
    assert line.changes == [("Sales stage", "Started", "Developed")]


def test_history_tells_amounts_and_days_as_the_reader_writes_them(own_deal, ana) -> None:
    changed = {"value": Decimal("123456.78"), "close_on": date(2027, 3, 19)}
    referral.edit(own_deal, by=ana, **changed)
    with translation.override("pt-br"):
        told = story.history(Referral.objects.get(pk=own_deal.pk))[0].changes
    assert {new for _name, _old, new in told} == {"123.456,78", "19 de mar. de 2027"}


def test_the_bar_says_where_a_deal_stands_before_its_first_stage(own_deal, ana) -> None:
    def now() -> list[str]:
        marks = story.lifecycle(Referral.objects.get(pk=own_deal.pk))
        return [mark["label"] for mark in marks if mark["state"] == "current"]

    assert now() == ["Created"]
    referral.move_stage(own_deal, by=ana, stage=40)
    assert now() == ["Developed"]


def test_the_page_costs_the_same_with_more_history(
    own_deal, ana, login, django_assert_max_num_queries
) -> None:
    browser = login(ana)
    browser.get(url(own_deal))
    for stage in (20, 40, 60, 80, 60, 40):
        own_deal = referral.move_stage(own_deal, by=ana, stage=stage)
        referral.comment(own_deal, by=ana, text="More")
        own_deal = Referral.objects.get(pk=own_deal.pk)
    with django_assert_max_num_queries(24):
        browser.get(url(own_deal))


def test_home_shows_what_needs_the_reader(vendor_leg, sam, ana, login) -> None:
    page = login(sam).get("/").content.decode()
    assert vendor_leg.name in page
    assert "Accept or decline" in page
    assert "Nothing needs you now" in login(ana).get("/").content.decode()
    past(vendor_leg)
    assert vendor_leg.name not in login(sam).get("/").content.decode()


def test_home_asks_nothing_of_those_who_only_look(vendor_leg, rita, login) -> None:
    page = login(rita).get("/")
    assert page.context["figures"]["pending"] == 1
    assert "What needs you" not in page.content.decode()
    assert "New deal" not in page.content.decode()


def test_home_of_a_role_without_pages_says_so(fabrikam, login) -> None:
    clerk = make_person("Ines Prado", fabrikam, Role.INCENTIVES_USER)
    assert "Nothing for your role here yet" in login(clerk).get("/").content.decode()


def test_home_counts(own_deal, ana, customer, login) -> None:
    referral.win(own_deal, by=ana)
    second = deal.open(opening(ana, customer), by=ana)
    figures = login(ana).get("/").context["figures"]
    assert (figures["open"], figures["won"], figures["win_rate"]) == (1, 1, 0.5)
    referral.close_as_error(second, by=ana, reason="test")
    figures = login(ana).get("/").context["figures"]
    assert (figures["open"], figures["win_rate"]) == (0, 1.0)


def test_previous_and_next_of_the_list(ana, customer, login) -> None:
    first, second, third = (deal.open(opening(ana, customer), by=ana) for _n in range(3))
    page = login(ana).get(f"{url(second)}?list=tab%3Doutbound").content.decode()
    assert f'rel="prev" href="{url(third)}?list=' in page
    assert f'rel="next" href="{url(first)}?list=' in page
    assert 'rel="next"' not in login(ana).get(url(first)).content.decode()


def test_a_match_is_told_on_the_deal(ana, login) -> None:
    make_account("Typed Works", city="Porto", country="PT")
    typed = make_account("Typed Works", "manual", entered_by=ana.company, city="Porto")
    leg = deal.open(opening(ana, typed), by=ana)
    assert "Managed status not known yet" in login(ana).get(url(leg)).content.decode()
    assert match_accounts() == 1
    page = login(ana).get(url(leg)).content.decode()
    assert "found among the accounts the vendor manages" in page
    assert "Managed by the vendor" in page
