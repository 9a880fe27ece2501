"""The running product as a test handles it, and what must never happen in a browser."""

import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

# The browser itself writes this for a page that is meant to be refused, and for its icon.
EXPECTED = re.compile(r"Failed to load resource: the server responded with a status of 4")


@dataclass
class Product:
    """Where the portal runs, and its commands."""

    url: str
    env: dict[str, str]
    root: Path
    var: Path

    def manage(self, *words: str) -> str:
        """Run a management command beside the running product."""
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(
            command, cwd=self.root, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def speak(self, page: Page, language: str) -> None:
        """Choose the language as the switch does, where it is not chosen already."""
        page.goto("/settings/profile/" if self._signed_in(page) else "/account/login/")
        if page.locator("html").get_attribute("lang") != language:
            form = page.locator("form[action='/language/']").first
            form.locator("xpath=..").locator("summary").click()
            form.locator(f"button[value='{language}']").click()
            page.wait_for_function("l => document.documentElement?.lang === l", arg=language)

    def _signed_in(self, page: Page) -> bool:
        return any(cookie["name"].endswith("session") for cookie in page.context.cookies())

    def mails(self, words: str, seconds: float = 90.0) -> list[str]:
        """Delivered mails that hold these words; the worker may need a moment."""
        deadline = time.monotonic() + seconds
        while True:
            texts = [one.read_text(errors="replace") for one in (self.var / "mail").glob("*")]
            found = [text for text in texts if words in text]
            if found or time.monotonic() > deadline:
                return found
            time.sleep(1)


@dataclass
class Watch:
    """Every request, message and error of every page that is followed."""

    url: str
    seen: list[str] = field(default_factory=list)

    def follow(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.seen.append(str(error.error)))

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and not request.url.startswith(self.url):
            self.seen.append(f"a request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        missing = response.status >= 400 and "/static/" in response.url
        if missing or response.status >= 500:
            self.seen.append(f"{response.status} {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.match(message.text):
            self.seen.append(
                f"{message.type} on {message.page and message.page.url}: {message.text}"
            )
