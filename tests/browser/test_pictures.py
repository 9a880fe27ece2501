"""The pictures of the README: real pages, in both languages and themes, on two screens."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser import wizard
from tests.browser.conftest import LANGUAGES, ROOT, People

pytestmark = pytest.mark.browser

SIZES = {390: 844, 1440: 900}
NAMES = {"en": "One plan for all plants", "pt-br": "Um plano para todas as fábricas"}


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`make pictures` names docs/pictures; any other run draws into a directory of its own."""
    folder = os.environ.get("PICTURES")
    path = ROOT / folder if folder else tmp_path_factory.mktemp("pictures")
    path.mkdir(parents=True, exist_ok=True)
    return path


def _deal(page: Page) -> str:
    """Of Marta's deals the one with help given and something left to do."""
    page.goto("/deals/?tab=outbound&type=co_sell&status=accepted&sort=-value")
    return page.locator("[data-row] td.lead a").first.get_attribute("href") or ""


def _draft(page: Page, language: str) -> str:
    """A draft of Marta's at the step with the most on it, filled in."""
    plan = wizard.Plan(NAMES[language], help="proof", language=language)
    wizard.fill(page, plan, until="help")
    wizard.choose(page, "help", "proof")
    page.locator("[name=problem]").fill(wizard.NOTES[language][0])
    page.locator("[name=wanted]").fill(wizard.NOTES[language][1])
    wizard.press(page, "draft_note")
    page.locator("[name=approved]").wait_for()
    return page.url.split("#")[0]


def _discard(page: Page, address: str) -> None:
    page.goto("/drafts/")
    draft = address.split("/drafts/")[1].split("/", maxsplit=1)[0]
    page.locator(f"[data-dialog='discard-{draft}']").click()
    page.locator(f"dialog#discard-{draft} button.danger").click()
    page.locator("#messages .notice").wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures(people: People, album: Path, language: str) -> None:
    marta, bruna = people.page("marta", language), people.page("bruna", language)
    _draw(marta, "/", album / f"home-{language}")
    _draw(marta, "/deals/?tab=outbound", album / f"list-{language}")
    _draw(marta, _deal(marta), album / f"deal-{language}")
    _draw(bruna, "/inbox/", album / f"inbox-{language}")
    draft = _draft(marta, language)
    _draw(marta, draft, album / f"wizard-{language}")
    _discard(marta, draft)


def _draw(page: Page, address: str, name: Path) -> None:
    """On both screens in both themes; what is above the fold, as people first see it."""
    for width, height in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address, wait_until="networkidle")
        for theme in ("light", "dark"):
            page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
            path = name.with_name(f"{name.name}-{theme}-{width}.png")
            page.screenshot(path=path, animations="disabled")
            assert path.stat().st_size < 300_000
    page.set_viewport_size({"width": 1440, "height": 900})
