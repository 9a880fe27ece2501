"""Registering a won deal on its form, as a browser does it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from portal.models import Document, Event, Person
from referrals.actions import registration
from referrals.models import Referral, Registration
from tests.referrals.form_entries import empty, form, fresh, pdf, typed
from tests.referrals.registering import today, won

Login = Callable[[Person], Any]


@pytest.fixture
def deal_won(own_deal: Referral, ana: Person) -> Referral:
    return won(own_deal, ana)


@pytest.fixture
def draft(deal_won: Referral, ana: Person) -> Registration:
    return registration.register(deal_won, by=ana)


def test_the_button_begins_and_the_form_opens(deal_won, ana, login: Login) -> None:
    answer = login(ana).post(f"/deals/{deal_won.pk}/register/")
    begun = Registration.objects.get(referral=deal_won)
    assert (answer.status_code, answer["Location"]) == (303, form(begun))
    assert login(ana).get(answer["Location"]).status_code == 200
    again = login(ana).post(f"/deals/{deal_won.pk}/register/")
    assert again["Location"] == form(begun)
    assert Registration.objects.count() == 1


def test_a_refusal_is_told_on_the_deal(own_deal, ana, login: Login) -> None:
    answer = login(ana).post(f"/deals/{own_deal.pk}/register/", follow=True)
    assert answer.redirect_chain[-1] == (f"/deals/{own_deal.pk}/", 303)
    assert "The deal is still open." in answer.content.decode()
    assert not Registration.objects.exists()


@pytest.mark.rule("REG-031")
def test_every_unmet_rule_stands_beside_its_field_at_once(draft, ana, login: Login) -> None:
    answer = login(ana).post(form(draft), empty(draft, "submit") | {"is_marketplace": "False"})
    assert answer.status_code == 409
    errors = answer.context["form"].errors
    expected = {
        "deployment", "names_both", "pricing", "term", "total_value", "solution_value",
        "signed_on", "starts_on", "tenant", "documents",
    }  # fmt: skip
    assert set(errors) == expected
    text = answer.content.decode()
    assert text.count("Enter a total value above zero.") == 2  # in the summary, and beside it
    assert 'href="#id_total_value"' in text
    assert 'id="id_total_value_error"' in text
    assert fresh(draft).status == "draft"


@pytest.mark.rule("REG-031")
def test_wrong_shape_and_unmet_rules_are_told_together(draft, ana, login: Login) -> None:
    sent = typed(draft, "submit", total_value="much", tenant="")
    answer = login(ana).post(form(draft), sent)
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert errors["total_value"] == ["Enter a number."]
    assert set(errors) == {"total_value", "tenant", "documents"}


@pytest.mark.rule("REG-032")
def test_a_draft_keeps_what_is_right_and_shows_the_rest_as_typed(draft, ana, login: Login) -> None:
    sent = typed(draft, total_value="much", solution_value="12,345.60", documents=[pdf()])
    answer = login(ana).post(form(draft), sent)
    assert answer.status_code == 422
    assert 'value="much"' in answer.content.decode()
    kept = fresh(draft)
    assert (kept.total_value, str(kept.solution_value)) == (None, "12345.60")
    assert (kept.is_marketplace, kept.term, kept.signed_on) == (False, "finite", today())
    assert [one.name for one in kept.documents] == ["contract.pdf"]
    assert "contract.pdf" in answer.content.decode()


@pytest.mark.rule("REG-032")
def test_saving_needs_nothing_and_forgets_nothing(draft, ana, login: Login) -> None:
    assert login(ana).post(form(draft), empty(draft, "save"))["Location"] == form(draft)
    login(ana).post(form(draft), typed(draft))
    login(ana).post(form(draft), empty(draft, "save") | {"names_both": "on", "term": "perpetual"})
    kept = fresh(draft)
    assert (kept.term, kept.tenant, kept.names_both) == ("perpetual", "customer", True)
    login(ana).post(form(draft), empty(draft, "save"))
    assert fresh(draft).names_both is False  # a box that is not ticked is not sent
    page = login(ana).get(form(draft)).content.decode()
    assert f'value="{today().isoformat()}"' in page


@pytest.mark.rule("REG-032")
def test_somebody_was_faster(draft, ana, login: Login) -> None:
    sent = typed(draft, "submit", total_value="71000", documents=[pdf()])
    registration.edit(draft, by=ana, tenant="partner")
    answer = login(ana).post(form(draft), sent)
    assert answer.status_code == 412
    assert "Somebody changed this in the meantime." in answer.content.decode()
    assert "71000" in answer.content.decode()
    now = fresh(draft)
    assert (now.status, now.tenant, now.total_value) == ("draft", "partner", None)
    assert len(now.documents) == 1  # files are kept in any case
    again = sent | {"version": answer.context["version"]}
    del again["documents"]
    assert login(ana).post(form(draft), again)["Location"] == f"/registrations/{draft.pk}/"


def test_submit_approves_at_once_and_a_second_click_does_nothing(draft, ana, login: Login) -> None:
    sent = typed(draft, "submit")
    answer = login(ana).post(form(draft), sent | {"documents": [pdf()]}, follow=True)
    assert answer.redirect_chain == [(f"/registrations/{draft.pk}/", 303)]
    assert "Submitted and approved. The deal is registered." in answer.content.decode()
    events = Event.objects.filter(record_id=draft.pk).count()
    answer = login(ana).post(form(draft), sent | {"documents": [pdf()]}, follow=True)
    assert "This registration is submitted already." in answer.content.decode()
    assert Event.objects.filter(record_id=draft.pk).count() == events
    assert Document.objects.of(draft).count() == 1


@pytest.mark.parametrize(
    ("changed", "scanner", "status", "told"),
    [
        ({"total_value": "3000000"}, "", "review", "A reviewer looks at it: The annual value"),
        ({"is_marketplace": True, "marketplace_on": "2026-11-02"}, "", "validation", "books"),
        ({}, "tcp://127.0.0.1:9", "pending", "It goes on as soon as the files are scanned."),
    ],
)
def test_it_is_told_what_happens_next(
    draft, ana, login: Login, settings, changed, scanner, status, told
) -> None:
    settings.CLAMAV_URL = scanner
    sent = typed(draft, "submit", **changed) | {"documents": [pdf()]}
    answer = login(ana).post(form(draft), sent, follow=True)
    assert fresh(draft).status == status
    assert told in answer.content.decode()


@pytest.mark.rule("REG-033")
def test_elsewhere_than_azure_offers_closing(draft, ana, login: Login) -> None:
    page = login(ana).get(form(draft)).content.decode()
    assert f'action="/registrations/{draft.pk}/forgo/"' in page
    login(ana).post(form(draft), typed(draft, deployment="other"))
    page = login(ana).get(form(draft)).content.decode()
    offer = '<div class="notice warn" data-shows-when="deployment=other">'
    assert offer in page
    assert "The deal is closed for good and can&#x27;t be registered any more." in page
    submits = '<button class="button primary" name="go" value="submit"'
    assert f'{submits} data-shows-when="deployment!=other" hidden>' in page
    refused = login(ana).post(form(draft), typed(draft, "submit", deployment="other"))
    assert refused.status_code == 409
    assert "Only what runs on Azure" in refused.context["form"].errors["deployment"][0]
    gone = login(ana).post(f"/registrations/{draft.pk}/forgo/", {"version": fresh(draft).version})
    assert gone["Location"] == f"/registrations/{draft.pk}/"
    assert (fresh(draft).status, fresh(draft).outcome) == ("closed", "forgone")


@pytest.mark.rule("REG-033")
def test_on_azure_closing_is_out_of_sight(draft, ana, login: Login) -> None:
    page = login(ana).get(form(draft)).content.decode()
    assert '<div class="notice warn" data-shows-when="deployment=other" hidden>' in page


CONTRACT_ONLY = ("contract", "dates", "proof")


def is_hidden(page: str, part: str) -> bool:
    tag = next(line for line in page.splitlines() if f'aria-labelledby="{part}"' in line)
    return tag.rstrip().endswith("hidden>")


@pytest.mark.rule("REG-035")
@pytest.mark.parametrize(("said_so", "hidden"), [("True", True), ("False", False), ("", True)])
def test_the_marketplace_path_is_shorter(draft, ana, login: Login, said_so, hidden) -> None:
    login(ana).post(form(draft), empty(draft, "save") | {"is_marketplace": said_so})
    page = login(ana).get(form(draft)).content.decode()
    assert [is_hidden(page, part) for part in CONTRACT_ONLY] == [hidden] * 3
    dated = '<div data-shows-when="is_marketplace=True">'
    assert (dated in page) == (said_so == "True")


@pytest.mark.rule("REG-035")
def test_the_marketplace_path_asks_less(draft, ana, login: Login) -> None:
    sent = empty(draft, "submit") | {"is_marketplace": "True", "deployment": "azure"}
    answer = login(ana).post(form(draft), sent)
    missing = set(answer.context["form"].errors)
    assert missing == {"marketplace_on", "total_value", "solution_value"}


def test_limits_are_said_before_they_are_missed(draft, ana, login: Login, settings) -> None:
    settings.REGISTRATION_SIGNED_DAYS, settings.REGISTRATION_START_DAYS = 61, 91
    settings.PERPETUAL_YEARS, settings.REGISTRATION_MIN_VALUE = 7, 26000
    page = login(ana).get(form(draft)).content.decode()
    assert "At most 61 days ago, and not before " in page
    assert "At most 91 days ago." in page
    assert "spread over 7 years" in page
    assert "More than USD\N{NO-BREAK SPACE}26,000.00 a year are needed." in page


def test_the_value_of_a_year_is_shown(draft, ana, login: Login) -> None:
    login(ana).post(form(draft), typed(draft, term="perpetual", total_value="120000"))
    page = login(ana).get(form(draft)).content.decode()
    assert "That is USD\N{NO-BREAK SPACE}20,000.00 a year." in page
    login(ana).post(form(draft), typed(draft, currency="EUR", ends_on=today() + timedelta(days=9)))
    page = login(ana).get(form(draft)).content.decode()
    assert "The rate of EUR for November 2026 is not loaded yet." in page
