"""The files of the form, who gets it and when, and what it costs."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from portal.models import Document, Event, Person
from referrals.actions import deal, registration
from referrals.models import Referral, Registration
from tests.conftest import accept, invitation
from tests.referrals.form_entries import form, fresh, pdf, typed
from tests.referrals.registering import at, begun, won

Login = Callable[[Person], Any]


@pytest.fixture
def deal_won(own_deal: Referral, ana: Person) -> Referral:
    return won(own_deal, ana)


@pytest.fixture
def draft(deal_won: Referral, ana: Person) -> Registration:
    return registration.register(deal_won, by=ana)


def test_a_refused_file_is_named_and_stops_the_submission(draft, ana, login: Login) -> None:
    bad = SimpleUploadedFile("run.exe", b"MZ\x90\x00")
    sent = typed(draft, "submit") | {"documents": [pdf("good.pdf"), bad]}
    answer = login(ana).post(form(draft), sent)
    assert answer.status_code == 422
    assert [name for name, _why in answer.context["refused"]] == ["run.exe"]
    assert fresh(draft).status == "draft"
    assert [one.name for one in fresh(draft).documents] == ["good.pdf"]
    assert login(ana).post(form(draft), typed(draft, "submit")).status_code == 303


def test_attach_needs_a_file(draft, ana, login: Login) -> None:
    answer = login(ana).post(form(draft), typed(draft, "attach"))
    assert answer.status_code == 422
    assert answer.context["form"].errors["documents"] == ["Choose at least one file."]
    answer = login(ana).post(form(draft), typed(draft, "attach") | {"documents": [pdf()]})
    assert (answer.status_code, answer["Location"]) == (303, form(draft))


def test_a_file_is_taken_out_and_what_was_typed_stays(draft, ana, login: Login) -> None:
    login(ana).post(form(draft), typed(draft, "attach") | {"documents": [pdf()]})
    url = f"/registrations/{draft.pk}/documents/{fresh(draft).documents[0].pk}/detach/"
    assert url in login(ana).get(form(draft)).content.decode()
    answer = login(ana).post(url, typed(draft, total_value="80000"))
    assert answer["Location"] == form(draft)
    assert (fresh(draft).documents, fresh(draft).total_value) == ([], 80000)
    assert login(ana).post(url).status_code == 404


def test_only_the_button_changes_no_answer(draft, ana, login: Login) -> None:
    login(ana).post(form(draft), typed(draft, "attach") | {"documents": [pdf()]})
    url = f"/registrations/{draft.pk}/documents/{fresh(draft).documents[0].pk}/detach/"
    login(ana).post(url)
    assert (fresh(draft).names_both, fresh(draft).documents) == (True, [])


def test_the_question_is_answered(deal_won, ana, rita, login: Login) -> None:
    asked = at("action", deal_won, ana)
    page = login(ana).get(form(asked)).content.decode()
    assert "Page 3?" in page
    assert "/detach/" not in page
    assert f'"/registrations/{asked.pk}/forgo/"' not in page
    sent = typed(asked, "submit", total_value="2000000") | {"documents": [pdf("p3.pdf", b"%3")]}
    answer = login(ana).post(form(asked), sent)
    assert (answer.status_code, fresh(asked).status) == (303, "review")


@pytest.mark.parametrize("status", ["pending", "review", "validation", "approved", "closed"])
def test_there_is_no_form_elsewhere_in_its_life(deal_won, ana, login: Login, status: str) -> None:
    found = at(status, deal_won, ana)
    assert login(ana).get(form(found))["Location"] == f"/registrations/{found.pk}/"
    before = fresh(found).version
    assert login(ana).post(form(found), typed(found, "submit")).status_code == 302
    assert fresh(found).version == before


def test_others_get_no_form(deal_won, ana, carla, rita, sam, paula, login: Login) -> None:
    found = begun(deal_won, ana)
    for stranger in (carla, sam, paula, rita):
        assert login(stranger).get(form(found)).status_code == 404
        assert login(stranger).post(form(found), typed(found, "submit")).status_code == 404
        assert login(stranger).post(f"/registrations/{found.pk}/forgo/").status_code == 404
    asked = registration.submit(found, by=ana, total_value=3_000_000)
    asked = registration.ask_more(asked, by=rita, question="Page 3?")
    version = asked.version
    page = f"/registrations/{found.pk}/"
    assert login(rita).get(form(found))["Location"] == page
    assert login(rita).post(form(found), typed(found, "save", tenant="partner"))["Location"] == page
    assert fresh(found).version == version


def test_another_partner_that_registers_first_is_named(
    own_deal, ana, carla, fabrikam, login: Login
) -> None:
    hers = accept(
        deal.invite(own_deal, invitation(fabrikam, currency="USD", value=40000), by=ana), carla
    )
    mine = won(own_deal, ana)
    draft = begun(mine, ana, holds_contract=True)
    registration.submit(
        begun(won(Referral.objects.get(pk=hers.pk), carla), carla, holds_contract=True), by=carla
    )
    page = login(ana).get(form(draft))
    assert "Fabrikam registers this deal." in page.context["barred"]
    answer = login(ana).post(form(draft), typed(draft, "submit", holds_contract=True))
    assert answer.status_code == 409
    assert "Fabrikam registers this deal." in answer.content.decode()


def test_several_partners_are_asked_who_holds_the_contract(
    own_deal, ana, carla, fabrikam, login: Login
) -> None:
    accept(deal.invite(own_deal, invitation(fabrikam), by=ana), carla)
    draft = begun(won(own_deal, ana), ana)
    answer = login(ana).post(form(draft), typed(draft, "submit"))
    assert list(answer.context["form"].errors) == ["holds_contract"]


def test_a_partner_alone_is_not_asked_who_holds_the_contract(draft, ana, login: Login) -> None:
    assert "holds_contract" not in login(ana).get(form(draft)).content.decode()


def test_a_page_of_one_leg_costs_as_much_as_one_of_two(
    own_deal, ana, carla, fabrikam, login: Login, django_assert_max_num_queries
) -> None:
    accept(deal.invite(own_deal, invitation(fabrikam), by=ana), carla)
    draft = begun(won(own_deal, ana), ana)
    for number in range(4):
        registration.attach(draft, by=ana, files=[pdf(f"{number}.pdf", b"%%%d" % number)])
    browser = login(ana)
    with django_assert_max_num_queries(25):
        browser.get(form(draft))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_submit_once(draft, ana) -> None:
    """The slower one is told that it is submitted, or that somebody was faster."""
    sent, together = typed(draft, "submit"), Barrier(2)

    def click(number: int) -> int:
        browser = Client()
        browser.force_login(ana)
        together.wait()
        try:
            answer = browser.post(form(draft), sent | {"documents": [pdf(f"{number}.pdf")]})
        finally:
            connection.close()
        return answer.status_code

    with ThreadPoolExecutor(2) as clicks:
        codes = sorted(clicks.map(click, range(2)))
    assert codes in ([302, 303], [303, 412])
    assert Event.objects.filter(record_id=draft.pk, verb="submit").count() == 1
    assert Document.objects.of(draft).count() == 1
