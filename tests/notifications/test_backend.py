"""Django's mail functions write rows."""

from typing import Any

import pytest
from django.core.mail import EmailMessage, EmailMultiAlternatives, send_mail
from django.db import transaction

from notifications import delivery
from notifications.models import Message
from tests.notifications.conftest import Server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _outbox(settings: Any) -> None:
    settings.EMAIL_BACKEND = "notifications.backend.OutboxBackend"


def test_words_wait_in_a_row(smtp: Server) -> None:
    send_mail("Reset", "Text", None, ["Ana <ana@contoso.example>"], html_message="<p>HTML</p>")
    (row,) = Message.objects.all()
    assert (row.kind, row.address, row.body, row.html) == (
        "mail",
        "ana@contoso.example",
        "Text",
        "<p>HTML</p>",
    )
    assert smtp.seen == []
    assert delivery.drain() == 1
    (mail,) = smtp.taken
    assert mail["Subject"] == "Reset"
    assert mail.is_multipart()


def test_each_reader_gets_an_own_row(smtp: Server) -> None:
    mail = EmailMultiAlternatives(
        "S",
        "B",
        to=["a@x.example"],
        cc=["b@x.example"],
        bcc=["c@x.example"],
        reply_to=["r@x.example"],
    )
    assert mail.send() == 1
    delivery.drain()
    assert sorted(smtp.readers) == ["a@x.example", "b@x.example", "c@x.example"]
    assert {m["Reply-To"] for m in smtp.taken} == {"r@x.example"}


def test_what_is_rolled_back_is_never_sent() -> None:
    with transaction.atomic():
        send_mail("S", "B", None, ["a@x.example"])
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_files_are_refused() -> None:
    mail = EmailMessage("S", "B", to=["a@x.example"])
    mail.attach("x.txt", "words", "text/plain")
    with pytest.raises(ValueError, match="no files"):
        mail.send()


def test_a_newline_in_a_subject_makes_no_header(smtp: Server) -> None:
    EmailMessage("One\nBcc: x@y.example", "B", to=["a@x.example"]).send()
    delivery.drain()
    (mail,) = smtp.taken
    assert mail["Bcc"] is None
    assert mail["Subject"] == "One Bcc: x@y.example"
