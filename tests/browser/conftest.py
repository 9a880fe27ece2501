"""The real product, started once as `make demo` starts it, and people at its pages."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from referrals.demo.people import MAINS, PASSWORD
from tests.browser.product import Product, Watch

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 300
LANGUAGES = ("en", "pt-br")
PAGES = ("test_pictures", "test_pages", "test_pages_registration")
ORDER = (*PAGES, "test_journeys", "test_registration")  # journeys move the clock: they come last
OWN = ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "EMAIL_URL", "DEBUG", "SECRET_KEY", "HTTPS")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def place(item: pytest.Item) -> int:
        name = item.path.stem if item.path.parent == Path(__file__).parent else ""
        return ORDER.index(name) if name in ORDER else len(ORDER)

    items.sort(key=place)


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return str(server.getsockname()[1])


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """Web, worker and timetable with the demonstration in a directory of their own."""
    var = Path(os.environ.get("PRODUCT_VAR_DIR") or tmp_path_factory.mktemp("product"))
    env = {name: value for name, value in os.environ.items() if name not in OWN}
    env |= {"DJANGO_SETTINGS_MODULE": "portal.settings", "SANDBOX": "1", "VAR_DIR": str(var)}
    env |= {"PORT": _free_port(), "WEB_CONCURRENCY": "1", "WORKER_CONCURRENCY": "1"}
    env |= {"LOG_LEVEL": "WARNING"}
    if "PRODUCT_URL" in os.environ:  # one that runs already, while tests are being written
        yield Product(os.environ["PRODUCT_URL"], env, ROOT, var)
        return
    with (var / "demo.log").open("wb") as log:
        command = [sys.executable, "manage.py", "demo"]
        parent = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            _wait(parent, env["PORT"], var / "demo.log")
            yield Product(f"http://localhost:{env['PORT']}", env, ROOT, var)
        finally:
            parent.terminate()
            parent.wait(60)


def _wait(parent: "subprocess.Popen[bytes]", port: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and parent.poll() is None:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live/")
            return
        time.sleep(0.3)
    raise AssertionError(log.read_text())


# --- the browser ------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, which keeps itself to itself."""
    program = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    )
    quiet = "background-networking sync component-update".split()
    switches = [f"--disable-{what}" for what in ("gpu", "dev-shm-usage", *quiet)]
    args = ["--no-sandbox", "--no-first-run", "--hide-scrollbars", *switches]
    return {"executable_path": program, "args": args}


class People:
    """Signed-in browsers of the demonstration's people; each signs in once a session."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self.browser, self.product = browser, product
        self.states: dict[str, Any] = {}
        self.open: list[BrowserContext] = []
        self.watch = Watch(product.url)

    def context(self, **options: Any) -> BrowserContext:
        usual = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
        context = self.browser.new_context(base_url=self.product.url, **usual | options)
        context.set_default_timeout(15_000)
        self.watch.follow(context)
        self.open.append(context)
        return context

    def page(self, code: str = "", language: str = "", **options: Any) -> Page:
        """A page of this person, in this language; of nobody where no code is given."""
        if code and code not in self.states:
            self.states[code] = self._sign_in(code)
        context = self.context(storage_state=self.states.get(code), **options)
        page = context.new_page()
        if language:
            self.product.speak(page, language)
        return page

    def _sign_in(self, code: str) -> Any:
        main = next(one for one in MAINS if one.code == code)
        context = self.context()
        page = context.new_page()
        page.goto("/account/login/")
        page.locator("[name=login]").fill(main.email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("form.form button.primary").click()
        page.locator(".rail").wait_for()
        state = context.storage_state()
        context.close()
        return state

    def close(self) -> None:
        for context in self.open:
            context.close()
        self.open.clear()


@pytest.fixture(scope="session")
def _people(browser: Browser, product: Product) -> People:
    return People(browser, product)


@pytest.fixture
def people(_people: People) -> Iterator[People]:
    """Whatever is opened is watched: no error in the console, no request to another host."""
    _people.watch.seen.clear()
    yield _people
    _people.close()
    assert not _people.watch.seen
