"""Every page in both languages and themes: axe finds nothing, nothing is wider than the screen."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser import wizard
from tests.browser.conftest import LANGUAGES, People

pytestmark = pytest.mark.browser

WIDTHS = (360, 390, 768, 1440, 2560)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A theme changes colours only: the second one is asked about nothing else.
RULES = {
    "light": {"runOnly": TAGS},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast"]}},
}
RUN = """options => axe.run(document, {...options, resultTypes: ["violations"]}).then(found =>
  found.violations.flatMap(flaw => flaw.nodes.map(node =>
    `${flaw.id} at ${node.target}: ${node.html.slice(0, 160)}`)))"""
DRAFT = wizard.Plan("Every page of it", help="proof", partner="Sabiá")


def flaws(page: Page, where: str) -> Iterator[str]:
    """What axe finds in each theme, and which widths the page does not fit into."""
    page.evaluate(AXE_SCRIPT)
    for theme, options in RULES.items():
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        for flaw in page.evaluate(RUN, options):
            yield f"{where} ({theme}): {flaw}"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => done()))")
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{where}: {wide} px wide on a screen of {width} px"
    page.set_viewport_size({"width": 1440, "height": 900})


def look(
    page: Page, address: str, status: int = 200, do: Callable[[Page], Any] | None = None
) -> Any:
    """Open a page, bring it into the shape that is meant, and look at it."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == status, address
    assert page.locator("h1").count() == 1, address
    if do:
        do(page)
    return flaws(page, address)


def first(page: Page, address: str) -> str:
    """Where the first row of a list leads."""
    page.goto(address)
    href = page.locator("[data-row] td.lead a").first.get_attribute("href") or ""
    return href.partition("?")[0]


def open_filters(page: Page) -> None:
    page.locator("a[hx-target='#filters']").click()
    page.locator("#filters form").wait_for()


def open_menus(page: Page) -> None:
    for menu in page.locator("details.menu").all():
        menu.evaluate("menu => menu.open = true")


def open_preview(page: Page) -> None:
    page.locator("[data-row] .row-actions a").first.click()
    page.locator("#preview.preview").wait_for()


def refuse(page: Page) -> None:
    page.locator("main form[method=post]").last.evaluate("form => form.noValidate = true")
    page.locator("main form[method=post] .form-actions button").last.click()
    page.locator("#form-errors").wait_for()


def choose_both(page: Page) -> None:
    """The referral's form shows the rest when customer and partner are known."""
    page.locator("#look").fill("calcado tavares")
    page.locator("#step button[name=go][value=find]").first.click()
    page.locator("button[value^='customer:']").first.click()
    page.locator("button[value^='partner:']").first.click()
    page.locator("button[value=send]").last.click()
    page.locator(".form-errors").wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_partner(people: People, language: str) -> None:
    page = people.page("marta", language)
    seen = list(look(page, "/"))
    seen += look(page, "/deals/?tab=outbound", do=open_filters)
    seen += look(page, "/deals/?tab=inbound", do=open_preview)
    seen += look(page, "/deals/?tab=favorites&status=won", do=open_menus)
    seen += look(page, "/search/?q=plataforma")
    for address in ("/drafts/", "/deals/new/", "/settings/routing/", "/notices/"):
        seen += look(page, address)
    for address in ("/settings/notifications/", "/settings/profile/", "/account/2fa/"):
        seen += look(page, address)
    seen += look(page, "/account/password/change/", do=refuse)
    assert not seen, "\n".join(seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_deal(people: People, language: str) -> None:
    page = people.page("marta", language)
    pending = first(page, "/deals/?tab=inbound&status=pending")
    opened = first(page, "/deals/?tab=outbound&type=private&status=accepted")
    seen = [*look(page, pending), *look(page, opened)]
    seen += look(page, first(page, "/deals/?tab=outbound&status=won"))
    seen += look(page, first(page, "/deals/?tab=inbound&status=expired"))
    seen += look(page, f"{pending}accept/")
    seen += look(page, f"{pending}decline/", do=refuse)
    for verb in ("move_stage", "lose", "edit", "ask_help", "invite", "add_member", "set_solutions"):
        seen += look(page, f"{opened}{verb}/")
    seen += look(page, f"{opened}preview/")
    assert not seen, "\n".join(seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_the_wizard(people: People, language: str) -> None:
    page = people.page("marta", language)
    seen = []
    wizard.start(page, DRAFT)
    draft = page.url.removesuffix("contact/")
    for name, step in wizard.STEPS.items():
        seen += look(page, f"{draft}{name}/")
        step(page, DRAFT)
    for name in ("details", "team", "help", "partners", "review"):
        seen += look(page, f"{draft}{name}/")
    seen += look(page, f"{draft}customer/?look=calcado")
    assert not seen, "\n".join(seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_the_vendor(people: People, language: str) -> None:
    seller, operator = people.page("bruna", language), people.page("otto", language)
    seen = [*look(seller, "/"), *look(seller, "/inbox/"), *look(seller, "/refer/", do=choose_both)]
    seen += look(seller, first(seller, "/inbox/"))
    seen += look(operator, "/customers/matches/")
    seller.goto("/deals/")
    seller.locator("form[action^='/deals/export/'] button").evaluate("button => button.click()")
    seller.wait_for_url("**/exports/*/")
    seen += flaws(seller, "export")
    assert not seen, "\n".join(seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_an_account_admin(people: People, language: str) -> None:
    page = people.page("helena", language)
    seen = [*look(page, "/"), *look(page, "/settings/people/")]
    person = first(page, "/settings/people/?q=rui")
    seen += [*look(page, person), *look(page, f"{person}set_roles/")]
    seen += look(page, "/settings/people/invite/", do=refuse)
    seen += look(people.page("zofia", language), "/deals/?tab=outbound")
    assert not seen, "\n".join(seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_before_the_sign_in(people: People, language: str) -> None:
    page = people.page("", language)
    seen = list(look(page, "/account/login/", do=refuse_login))
    for address in ("/account/password/reset/", "/account/password/reset/done/"):
        seen += look(page, address)
    seen += look(page, "/account/password/reset/key/1-gone/")
    seen += look(page, "/invitation/nobody/", status=410)
    seen += look(page, "/account/signup/")
    seen += look(people.page("marta"), "/no/such/page/", status=404)
    assert not seen, "\n".join(seen)


def refuse_login(page: Page) -> None:
    page.locator("[name=login]").fill("nobody@nowhere.example")
    page.locator("[name=password]").fill("wrong")
    page.locator("form.form button.primary").click()
    page.locator("#form-errors").wait_for()


def test_theme_is_kept_for_the_person(people: People) -> None:
    page = people.page("rui")
    page.goto("/")
    for theme in ("dark", "auto"):
        page.locator("form[data-theme-form]").locator("xpath=..").locator("summary").click()
        page.locator(f"form[data-theme-form] button[value={theme}]").click()
        page.wait_for_load_state()
        page.goto("/notices/")
        assert page.locator("html").get_attribute("data-theme") == theme


def test_every_phone_sees_where_it_is(people: People) -> None:
    page = people.page("marta", viewport={"width": 390, "height": 844})
    wizard.fill(page, DRAFT, until="help")
    box = page.locator(".wizard-steps [aria-current=step]").bounding_box()
    assert box is not None
    assert 0 <= box["x"] < 390
    assert re.search("/help/", page.url)
