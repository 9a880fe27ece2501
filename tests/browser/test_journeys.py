"""What people come for, from the first click to the last, in both languages."""

import hashlib
import hmac
import re
import struct
import time
from base64 import b32decode

import pytest
from playwright.sync_api import Page, expect

from referrals.demo.people import MAINS, PASSWORD
from tests.browser import wizard
from tests.browser.conftest import LANGUAGES, People
from tests.browser.product import Product
from tests.browser.wizard import Plan

pytestmark = pytest.mark.browser
both = pytest.mark.parametrize("language", LANGUAGES)


def step(page: Page, verb: str) -> None:
    """The step's button on the page of a deal: a link, a button, or a button that asks again."""
    page.locator(f".steps a[href$='/{verb}/'], .steps [data-dialog='step-{verb}']").click()
    dialog = page.locator(f"dialog#step-{verb}")
    if dialog.count():
        dialog.locator("button:not([data-close])").click()


def save(page: Page) -> None:
    page.locator("main form[method=post] .form-actions button").last.click()


def expect_status(page: Page, code: str) -> None:
    """The badge is known by its icon, whatever its word is."""
    icons = {"accepted": "circle-dot", "won": "trophy", "declined": "ban", "expired": "clock"}
    icon = page.locator(f".page-head .status use[href='#i-{icons[code]}']")
    expect(icon.first).to_be_attached()


def theirs(page: Page, name: str, waits_in: str = "/inbox/") -> None:
    """Open the leg that waits for this person's company, by the deal's name."""
    page.goto(waits_in)
    page.locator("td.lead a", has_text=name).first.click()
    page.locator(".lifecycle").wait_for()


@both
def test_deal_with_help_is_accepted_and_won(people: People, language: str) -> None:
    marta, seller = people.page("marta", language), people.page("bruna", language)
    name = f"Harbour ledger {language}"
    address = wizard.open_deal(marta, Plan(name, help="proof", language=language))
    expect(marta.locator(".notice.good")).to_be_visible()

    theirs(seller, name)
    step(seller, "accept")
    save(seller)
    expect_status(seller, "accepted")

    marta.goto(address)
    for stage in ("20", "40", "60", "80"):
        step(marta, "move_stage")
        marta.locator(f"[name=stage][value='{stage}']").check()
        save(marta)
        expect(marta.locator(".lifecycle .current")).to_contain_text(re.compile(rf"{stage}\s*%"))
    step(marta, "win")
    expect_status(marta, "won")
    assert marta.locator(".steps a").count() == 0


@both
def test_seller_declines_and_the_partner_reads_why(people: People, language: str) -> None:
    marta, seller = people.page("marta", language), people.page("sofia", language)
    name = f"Loom archive {language}"
    address = wizard.open_deal(marta, Plan(name, help="quotes", language=language))

    theirs(seller, name)
    step(seller, "decline")
    seller.locator("[name=reason]").select_option("timeline")
    seller.locator("[name=reason_note]").fill("Booked until spring: primavera.")
    save(seller)
    expect_status(seller, "declined")

    marta.goto(address)
    expect(marta.locator("body")).to_contain_text("Booked until spring: primavera.")


@both
def test_nobody_answers_and_the_help_expires(
    people: People, product: Product, language: str
) -> None:
    marta, seller = people.page("marta", language), people.page("bruna", language)
    name = f"Quarry ledger {language}"
    address = wizard.open_deal(marta, Plan(name, help="general", language=language))
    theirs(seller, name)

    product.manage("move_clock", "15d")
    try:
        product.manage("sweep")
        seller.reload()
        expect_status(seller, "expired")
        marta.goto(address)
        expect_status(marta, "accepted")  # the partner's own leg lives on
        other = marta.locator(".status use[href='#i-clock']")
        expect(other.first).to_be_attached()
    finally:
        product.manage("move_clock", "reset")


@both
def test_invited_partner_accepts_with_its_own_numbers(people: People, language: str) -> None:
    marta, caio = people.page("marta", language), people.page("caio", language)
    name = f"Two houses {language}"
    address = wizard.open_deal(marta, Plan(name, partner="Sabiá", language=language))

    theirs(caio, name, "/deals/?tab=inbound&status=pending&sort=-created")
    step(caio, "accept")
    caio.locator("[name=value]").fill("41000")
    save(caio)
    expect_status(caio, "accepted")

    marta.goto(address)
    expect(marta.locator("main")).to_contain_text("Sabiá Dados")
    expect(marta.locator("main")).to_contain_text("41")


@both
def test_private_deal_is_upgraded_twice(people: People, language: str) -> None:
    marta = people.page("marta", language)
    name = f"Quiet beginning {language}"
    address = wizard.open_deal(marta, Plan(name, language=language))
    types = [marta.locator(".subhead > span").nth(2).inner_text()]
    step(marta, "share")
    expect(marta.locator("#why-share")).to_be_visible()  # there is no way back
    types.append(marta.locator(".subhead > span").nth(2).inner_text())

    step(marta, "ask_help")
    marta.locator("[name=help]").select_option("architecture")
    marta.locator("[name=ask]").fill("Please look at the design with the customer.")
    marta.locator("[name=contact_name]").fill("Nuno Prado")
    marta.locator("[name=contact_phone]").fill("+351 912 345 678")
    marta.locator("[name=contact_email]").fill("nuno@customer.example")
    marta.locator("[name=contact_agreed]").check()
    save(marta)
    marta.wait_for_url(address)
    expect(marta.locator("#why-ask_help")).to_be_visible()
    types.append(marta.locator(".subhead > span").nth(2).inner_text())
    assert len(set(types)) == 3, types


@both
def test_who_may_not_open_deals_reads_why(people: People, language: str) -> None:
    page = people.page("zofia", language)
    page.goto("/deals/")
    button = page.locator(".page-head [aria-disabled=true]")
    expect(button).to_be_visible()
    reason = page.locator(f"#{button.get_attribute('aria-describedby')}")
    words = reason.inner_text().strip()
    assert len(words) > 20
    button.focus()
    expect(button).to_be_focused()
    button.click(force=True)
    assert page.url.endswith("/deals/")
    page.goto("/deals/new/")
    expect(page.locator("main")).to_contain_text(words)


def test_deal_is_opened_and_accepted_without_scripts(people: People) -> None:
    plain = {"java_script_enabled": False}
    marta, seller = people.page("marta", **plain), people.page("bruna", **plain)
    name = "By hand and pen"
    wizard.open_deal(marta, Plan(name, help="proof"))
    theirs(seller, name)
    seller.locator(".steps a[href$='/accept/']").click()
    save(seller)
    expect_status(seller, "accepted")


def test_keyboard_alone_walks_the_list(people: People) -> None:
    page = people.page("marta")
    page.goto("/deals/?tab=outbound")
    keys = page.keyboard
    keys.press("j")
    keys.press("j")
    keys.press("k")
    keys.press("j")
    second = page.locator("[data-row]").nth(1)
    expect(second).to_have_class(re.compile("here"))
    keys.press("/")
    expect(page.locator("#search")).to_be_focused()
    keys.type("j?")
    expect(page.locator("#search")).to_have_value("j?")
    page.locator("h1").click()
    keys.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()
    second.locator("td.lead a").focus()
    name = second.locator("td.lead a").inner_text()
    keys.press("Enter")
    expect(page.locator("h1")).to_have_text(name)


def test_second_click_does_not_open_a_second_deal(people: People) -> None:
    page = people.page("marta")
    name = "Once and only once"
    wizard.fill(page, Plan(name))
    page.locator("#step button[value=open]").last.dblclick()
    page.wait_for_url("**/deals/*/")
    page.goto(f"/search/?q={name.replace(' ', '+')}")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_second_send_from_an_old_page_leads_to_the_same_deal(people: People) -> None:
    page = people.page("marta", java_script_enabled=False)
    name = "Twice from the back button"
    wizard.fill(page, Plan(name))
    review = page.url
    token = page.locator("#step [name=csrfmiddlewaretoken]").input_value()
    form = {"go": "open", "csrfmiddlewaretoken": token}
    for _again in range(2):
        answer = page.request.post(review, form=form, headers={"Referer": review})
        assert "/deals/" in answer.url, answer.url
    page.goto(f"/search/?q={name.replace(' ', '+')}")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_refused_step_keeps_what_was_typed(people: People) -> None:
    page = people.page("marta")
    plan = Plan("Kept as typed", value="a lot")
    wizard.start(page, plan)
    wizard.contact(page, plan)
    wizard.choose(page, "motion", "ip")
    page.locator("[name=name]").fill(plan.name)
    page.locator("[name=value]").fill(plan.value)
    page.locator("[name=notes]").fill("Line one\nline two <b>&amp;")
    wizard.press(page, "next")
    expect(page.locator("#form-errors")).to_be_focused()
    expect(page.locator("[name=name]")).to_have_value(plan.name)
    expect(page.locator("[name=value]")).to_have_value(plan.value)
    expect(page.locator("[name=notes]")).to_have_value("Line one\nline two <b>&amp;")
    page.locator("#form-errors a").first.click()
    focused = page.evaluate("document.activeElement.name || document.activeElement.id")
    assert focused


def code_of(secret: str, moment: float) -> str:
    """The six digits of an authenticator app (RFC 6238)."""
    counter = struct.pack(">Q", int(moment) // 30)
    digest = hmac.new(b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_second_factor_is_set_up_and_asked_for(people: People) -> None:
    page = people.page("rita")
    page.goto("/account/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form.form button.primary").click()
    secret = page.locator("#authenticator_secret").text_content() or ""
    began = time.time()
    page.locator("[name=code]").fill(code_of(secret, began))
    save_button = page.locator("main form.card .form-actions button")
    save_button.click()
    expect(page.locator(".codes li, main .card").first).to_be_visible()

    fresh = people.page()
    fresh.goto("/account/login/")
    fresh.locator("[name=login]").fill(next(m.email for m in MAINS if m.code == "rita"))
    fresh.locator("[name=password]").fill(PASSWORD)
    fresh.locator("form.form button.primary").click()
    fresh.wait_for_url("**/2fa/authenticate/**")
    fresh.locator("[name=code]").fill(code_of(secret, began + 30))  # a code counts once
    fresh.locator("form.form button.primary").click()
    expect(fresh.locator(".rail")).to_be_visible()

    page.goto("/account/2fa/totp/deactivate/")
    page.locator("main form.card .form-actions button").click()
    expect(page.locator("a[href$='/totp/activate/']")).to_be_visible()
