"""A mail server that answers as told, and messages to send through it."""

import asyncio
import email
import socket
from collections.abc import Callable, Iterator
from email.message import Message as Mail
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from notifications import delivery
from notifications.models import Message
from notifications.outbox import key_of, message_id
from portal import clock


class Server:
    """Counts what it took. `answers` are given to the next mails, then 250."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []
        self.seen: list[Mail] = []
        self.answers: list[str] = []
        self.refuse: str = ""
        self.pause = 0.0

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = email.message_from_bytes(envelope.content)
        self.seen.append(mail)
        answer = self.answers.pop(0) if self.answers else "250 OK"
        await asyncio.sleep(self.pause)
        if answer == "hang":
            await asyncio.sleep(5)
        if answer == "cut":
            self.taken.append(mail)
            server.transport.abort()
        if answer.startswith("250"):
            self.taken.append(mail)
        return answer

    @property
    def readers(self) -> list[str]:
        return [mail["To"] for mail in self.taken]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def smtp(settings: Any) -> Iterator[Server]:
    """A listening server on a free port; the settings point to it."""
    handler = Server()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 1
    yield handler
    controller.stop()


def make_message(address: str = "ana@contoso.example", **fields: Any) -> Message:
    """A worded mail that is due now."""
    message = Message(
        key=key_of(str(uuid4())),
        kind="mail",
        address=address,
        language="en",
        subject="Words",
        body="Some words.",
        due_at=clock.now(),
        created_at=timezone.now(),
    )
    for name, value in fields.items():
        setattr(message, name, value)
    message.message_id = message_id(message.pk)
    message.save(force_insert=True)
    return message


@pytest.fixture
def again() -> Callable[[Message], Message]:
    """Deliver once more, whatever the back-off says. Returns the fresh row."""

    def deliver(message: Message) -> Message:
        Message.objects.filter(pk=message.pk, state="queued").update(due_at=clock.now())
        delivery.drain()
        return Message.objects.get(pk=message.pk)

    return deliver
