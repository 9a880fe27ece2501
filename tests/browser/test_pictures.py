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
SHOWN = ("home", "list", "deal", "wizard", "inbox")


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures(people: People, album: Path, language: str) -> None:
    marta, bruna = people.page("marta", language), people.page("bruna", language)
    places = {"home": "/", "list": "/deals/?tab=outbound", "inbox": "/inbox/"}
    places |= {"deal": _deal(marta), "wizard": _draft(marta, language)}
    for name in SHOWN:
        page = bruna if name == "inbox" else marta
        page.goto(places[name])
        assert page.locator("h1").inner_text()
        _draw(page, album, name, language)


def _draw(page: Page, album: Path, name: str, language: str) -> None:
    for theme in ("light", "dark"):
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.evaluate("scrollTo(0, 0)")
            path = album / f"{name}-{width}-{theme}-{language}.png"
            page.screenshot(path=path, animations="disabled")
            assert path.stat().st_size < 300_000
