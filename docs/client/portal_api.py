"""Speaking to the portal: tokens, tries, and writes that happen once. Standard library only."""

import http.client
import json
import random
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

TRIES = 6
LONGEST_WAIT = 60.0  # seconds between two tries, unless the portal asks for more
AGAIN = {429, 500, 502, 503, 504}
EARLY = 60.0  # seconds before its end, at which a token is renewed


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: Any

    @property
    def said(self) -> str:
        """The deepest code of a refusal: programs read codes, people read messages."""
        error = self.body.get("error", {}) if isinstance(self.body, dict) else {}
        return str(error.get("innerError", error).get("code", self.status))


class Refused(Exception):  # noqa: N818
    """The portal understood, and said no."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.said}")
        self.answer = answer


class Away(Exception):  # noqa: N818
    """The portal did not answer, however often it was asked. What was sent may have happened:
    send it again with the same key."""


class Portal:
    """One client of one company. `base` is the portal's address."""

    def __init__(self, base: str, client_id: str, secret: str, *, pause: Any = time.sleep) -> None:
        self.base, self.client_id, self.secret, self.pause = base, client_id, secret, pause
        self._token, self._until = "", 0.0

    def get(self, path: str, **query: str) -> Any:
        """The body of what stands at a path, or at an absolute address that the portal gave."""
        if path.startswith(self.base):
            path = path[len(self.base) :]
        return self.ask("GET", f"{path}?{urlencode(query)}" if query else path).body

    def ask(
        self, method: str, path: str, body: Any = None, *, key: str = "", **headers: str
    ) -> Answer:
        """Ask until there is an answer. `key` makes a write happen once, however often it is sent.

        `headers` as in Python: If_Match. Raises Refused and Away.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            named["Idempotency-Key"] = key
        renewed = False
        for turn in range(TRIES):
            answer = self._try(method, path, body, named)
            if answer is not None and answer.status < 400:
                return answer
            if answer is not None and answer.status == 401 and not renewed:
                renewed, self._token = True, ""  # it was ended early: ask for another, once
                continue
            if answer is not None and answer.status not in AGAIN:
                raise Refused(answer)
            self.pause(_wait(turn, answer))
        raise Away(f"{method} {path}")

    def _try(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Answer | None:
        """None where the line was cut: nobody knows whether it happened."""
        try:
            token = self._bearer()
            said = b"" if body is None else json.dumps(body).encode()
            known = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            return self._send(method, path, said, known | headers)
        except (OSError, http.client.HTTPException):
            return None

    def _bearer(self) -> str:
        if self._token and time.monotonic() < self._until:
            return self._token
        form = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": self.client_id,
                "client_secret": self.secret,
            }
        ).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = self._send("POST", "/oauth/token", form, kind)
        if answer.status in AGAIN:
            raise ConnectionError(f"no token: {answer.status}")
        if answer.status != 200:
            raise Refused(answer)
        self._token = str(answer.body["access_token"])
        self._until = time.monotonic() + float(answer.body["expires_in"]) - EARLY
        return self._token

    def _send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        parts = urlsplit(self.base)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=30)
        try:
            connection.request(method, quote(path, safe="/?&=%$:,~+"), body, headers)
            found = connection.getresponse()
            text = found.read()
            kept = {name.lower(): value for name, value in found.getheaders()}
            is_json = "json" in kept.get("content-type", "")
            return Answer(found.status, kept, json.loads(text) if text and is_json else None)
        finally:
            connection.close()


def _wait(turn: int, answer: Answer | None) -> float:
    """Seconds: what the portal asks for, else twice as long each time, spread by chance."""
    asked = answer.headers.get("retry-after", "") if answer else ""
    if asked.isdecimal():
        return float(asked) + random.random()  # noqa: S311
    return float(min(LONGEST_WAIT, 2.0**turn) * (0.5 + random.random() / 2))  # noqa: S311
