"""Requests without a network: the WSGI handler of the portal, in this process."""

import io
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.test import Client

from portal.models import Person


def environ(address: str, cookie: str = "") -> dict[str, Any]:
    """What a server hands to a WSGI application for one GET."""
    path, _, query = address.partition("?")
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_ACCEPT": "text/html",
        "HTTP_COOKIE": cookie,
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
    }


class Browser:
    """Somebody who is signed in."""

    def __init__(self, person: Person) -> None:
        client = Client()
        client.force_login(person)
        name = settings.SESSION_COOKIE_NAME
        self.cookie = f"{name}={client.cookies[name].value}"
        self.application = get_wsgi_application()

    def pieces(self, address: str) -> Iterator[bytes]:
        """The body as it is sent. Raises RuntimeError for anything but 200."""
        answers: list[str] = []
        answer = self.application(
            environ(address, self.cookie), lambda status, headers: answers.append(status)
        )
        if not answers[0].startswith("200"):
            raise RuntimeError(f"{address}: {answers[0]}")
        yield from answer
        answer.close()

    def get(self, address: str) -> bytes:
        return b"".join(self.pieces(address))
