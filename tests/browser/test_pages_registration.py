"""The pages of registrations and of programs, looked at as all others are."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LANGUAGES, People
from tests.browser.test_pages import look, refuse

pytestmark = pytest.mark.browser


def leads(page: Page, address: str, number: int = 0) -> str:
    """Where a row of this list leads."""
    page.goto(address)
    return page.locator("td.lead a").nth(number).get_attribute("href") or ""


def send_nothing(page: Page) -> None:
    page.locator("button[name=go][value=submit]").click()
    page.locator("#form-errors").wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_a_registration(people: People, language: str) -> None:
    page = people.page("marta", language)
    seen = []
    for tab in ("open", "action", "decided", "closed"):
        seen += look(page, f"/registrations/?tab={tab}")
    draft = leads(page, "/registrations/?tab=open")
    seen += [*look(page, draft), *look(page, f"{draft}submit/", do=send_nothing)]
    assert not seen, "\n".join(seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_of_the_desk(people: People, language: str) -> None:
    page = people.page("rita", language)
    seen = list(look(page, "/"))
    for tab in ("review", "exceptions", "partner", "decided", "closed"):
        seen += look(page, f"/registrations/?tab={tab}")
    waits = leads(page, "/registrations/", number=2)
    seen += [*look(page, waits), *look(page, f"{waits}ask_more/", do=refuse)]
    seen += [*look(page, f"{waits}approve/"), *look(page, f"{waits}fail/", do=refuse)]
    seen += look(page, leads(page, "/registrations/?tab=exceptions"))
    assert not seen, "\n".join(seen)


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_for_programs(people: People, language: str) -> None:
    page = people.page("helena", language)
    seen = [*look(page, "/settings/clients/"), *look(page, "/settings/clients/new/", do=refuse)]
    seen += [*look(page, "/settings/webhooks/"), *look(page, "/settings/webhooks/edit/", do=refuse)]
    seen += look(page, "/v1.0/docs")
    assert not seen, "\n".join(seen)
