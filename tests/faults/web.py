"""A signed-in browser, reduced to what a POST needs."""

import http.client
import time
import urllib.parse
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.test import Client

from portal.models import Person
from referrals.models import Referral
from tests.faults.cluster import LOCAL

CSRF = "c" * 32


@dataclass(frozen=True)
class Answer:
    status: int
    seconds: float


def session_of(person: Person) -> str:
    """The key of a session in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def post(port: int, path: str, session: str = "", **fields: object) -> Answer:
    """Send a form. Fails where no answer comes within 30 seconds."""
    cookies = {settings.CSRF_COOKIE_NAME: CSRF, settings.SESSION_COOKIE_NAME: session}
    headers = {
        "Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items() if value),
        "Content-Type": "application/x-www-form-urlencoded",
        "Host": "localhost",
    }
    body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": CSRF})
    began = time.monotonic()
    wire = http.client.HTTPConnection(LOCAL, port, timeout=30)
    try:
        wire.request("POST", path, body, headers)
        return Answer(wire.getresponse().status, time.monotonic() - began)
    finally:
        wire.close()


def say(port: int, session: str, leg: Referral, id: UUID, text: str = "Any news?") -> Answer:
    """Write into the conversation of a deal."""
    return post(port, f"{leg.get_absolute_url()}comment/", session, id=id, text=text)
