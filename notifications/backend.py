"""Django's mail functions write outbox rows: what is rolled back is never sent."""

from collections.abc import Iterable, Iterator
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import get_language

from notifications.kinds import WORDED
from notifications.models import Message
from notifications.outbox import key_of, message_id
from portal import clock


class OutboxBackend(BaseEmailBackend):
    """One row for each reader, words included. Delivered as DELIVERY_BACKEND says."""

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        """Returns how many mails were taken. Raises ValueError where one has a file attached."""
        mails = list(email_messages)
        rows = [row for mail in mails for row in _rows(mail)]
        Message.objects.bulk_create(rows)
        return len(mails)


def _rows(mail: EmailMessage) -> Iterator[Message]:
    if mail.attachments:
        raise ValueError("The outbox keeps words only, no files.")
    now = clock.now()
    for recipient in mail.recipients():
        message = Message(
            kind=WORDED,
            address=parseaddr(recipient)[1],
            language=get_language() or "en",
            context={"headers": _headers(mail)},
            sender=mail.from_email,
            subject=" ".join(str(mail.subject).split())[:300],
            body=str(mail.body),
            html=_html(mail),
            due_at=now,
            created_at=now,
        )
        message.key = key_of(WORDED, str(message.pk))
        message.message_id = message_id(message.pk)
        yield message


def _headers(mail: EmailMessage) -> dict[str, str]:
    headers = {str(name): str(value) for name, value in mail.extra_headers.items()}
    headers.pop("Message-ID", None)  # the row's own, the same on every try
    return headers | ({"Reply-To": ", ".join(mail.reply_to)} if mail.reply_to else {})


def _html(mail: EmailMessage) -> str:
    alternatives = getattr(mail, "alternatives", [])
    return next((str(x.content) for x in alternatives if x.mimetype == "text/html"), "")
