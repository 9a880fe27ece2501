"""From won to closed: with a question, without anybody, and by an exception."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from referrals.demo.contracts import page as pdf
from tests.browser import wizard
from tests.browser.conftest import LANGUAGES, People
from tests.browser.product import Product
from tests.browser.test_journeys import save, step
from tests.browser.wizard import Plan

pytestmark = pytest.mark.browser
ICONS = {"review": "eye", "action": "circle-alert", "passed": "badge-check", "closed": "archive"}
ICONS |= {"approved": "circle-check", "failed": "triangle-alert"}


def contract(line: str) -> dict[str, object]:
    """A file to choose, as the browser takes it."""
    return {
        "name": f"{line}.pdf",
        "mimeType": "application/pdf",
        "buffer": pdf(["Contract", line]),
    }


def expect_status(page: Page, code: str) -> None:
    badge = page.locator(f".page-head .status use[href='#i-{ICONS[code]}']")
    expect(badge.first).to_be_attached()


def fill(page: Page, *, total: str, day: date, currency: str = "") -> None:
    """The long form; fields are found by name."""
    solution = page.locator("[name=solution]").first
    solution.check()
    for name, value in (
        ("is_marketplace", "False"),
        ("deployment", "azure"),
        ("pricing", "other"),
        ("term", "finite"),
        ("tenant", "customer"),
    ):
        page.locator(f"[name={name}][value='{value}']").check()
    if currency:
        page.locator("[name=currency]").select_option(currency)
    page.locator("[name=total_value]").fill(total)
    page.locator("[name=solution_value]").fill(total)
    page.locator("[name=names_both]").check()
    for name, when in (("signed_on", day), ("starts_on", day), ("ends_on", day + timedelta(364))):
        page.locator(f"[name={name}]").fill(when.isoformat())


def register(page: Page) -> None:
    page.locator(".steps form[action$='/register/'] button").click()
    page.wait_for_url("**/submit/")


def send(page: Page) -> None:
    page.locator("button[name=go][value=submit]").click()
    page.wait_for_url("**/registrations/*/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_is_answered_and_the_deal_is_closed(
    people: People, product: Product, language: str
) -> None:
    marta, rita = people.page("marta", language), people.page("rita", language)
    name = f"Registered harbour {language}"
    plan = Plan(name, visible=True, value="2000000", currency="USD", language=language)
    deal = wizard.open_deal(marta, plan)
    expect(marta.locator("main")).to_contain_text("72")  # who wins now waits for a reviewer
    try:
        product.manage("move_clock", "4d")
        marta.goto(deal)
        step(marta, "win")
        register(marta)

        send_without_a_contract(marta)
        marta.locator("[name=documents]").set_input_files([contract("signed")])  # type: ignore[list-item]
        send(marta)
        expect_status(marta, "review")
        page = marta.url

        rita.goto("/registrations/")
        rita.locator("td.lead a", has_text=name).first.click()
        with rita.expect_download() as download:
            rita.locator("a[download]").first.click()
        assert download.value.suggested_filename == "signed.pdf"
        step(rita, "ask_more")
        rita.locator("[name=question]").fill("Which page names the solution?")
        save(rita)
        expect_status(rita, "action")

        marta.goto(page)
        expect(marta.locator("main")).to_contain_text("Which page names the solution?")
        step(marta, "submit")
        marta.locator("[name=documents]").set_input_files([contract("page four")])  # type: ignore[list-item]
        send(marta)
        expect_status(marta, "review")

        rita.goto(page)
        step(rita, "approve")
        save(rita)
        expect_status(rita, "passed")
        product.manage("move_clock", "15d")
        product.manage("sweep")
        marta.goto(page)
        expect_status(marta, "closed")
        assert marta.locator(".steps a[href$='/submit/']").count() == 0
        marta.goto(deal)
        expect(marta.locator(".lifecycle .current")).to_have_count(1)
    finally:
        product.manage("move_clock", "reset")
    assert product.mails(name)


def send_without_a_contract(page: Page) -> None:
    """Every rule that is not met stands beside its field; nothing typed is lost."""
    today = date.today() + timedelta(days=4)
    fill(page, total="2400000", day=today, currency="USD")
    page.locator("button[name=go][value=submit]").click()
    page.locator("#form-errors").wait_for()
    expect(page.locator("[name=total_value]")).to_have_value(re.compile("2400000[.,]00"))
    expect(page.locator("#form-errors a[href='#id_documents']")).to_be_visible()


@pytest.mark.parametrize("code", ["marta", "caio"])
def test_a_plain_registration_is_approved_at_once(people: People, code: str) -> None:
    """Each has a won deal in the demonstration that nobody registered yet."""
    page = people.page(code)
    page.goto("/deals/?tab=outbound&status=won&registration=none&sort=created&size=100")
    for link in [row.get_attribute("href") for row in page.locator("td.lead a").all()]:
        page.goto(str(link))
        if page.locator(".steps form[action$='/register/']").count():
            break
    register(page)
    today = date.today()
    fill(page, total="300000", day=today)
    page.locator("[name=documents]").set_input_files([contract(code)])  # type: ignore[list-item]
    send(page)
    expect_status(page, "approved")
    expect(page.locator(".notice.good")).to_be_visible()


def test_an_exception_is_granted_by_other_eyes(people: People) -> None:
    """Rita failed it and may not decide; Imani grants, and it is passed."""
    rita, imani, marta = people.page("rita"), people.page("imani"), people.page("marta")
    rita.goto("/registrations/?tab=exceptions")
    rita.locator("td.lead a").first.click()
    rita.locator(".step-barred").first.wait_for()
    address = rita.url
    assert rita.locator(".steps a[href$='/grant/']").count() == 0
    imani.goto(address)
    step(imani, "grant")
    imani.locator("textarea").first.fill("The letter of the notary explains it.")
    save(imani)
    expect(imani.locator("main")).to_contain_text("The letter of the notary explains it.")
    marta.goto(address)
    expect(marta.locator("main")).to_contain_text("The letter of the notary explains it.")
