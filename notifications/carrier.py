"""One conversation with the mail server, and what its answers mean."""

import contextlib
import smtplib

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend


class Unreachable(Exception):  # noqa: N818 — read as a sentence
    """There is no mail server to talk to now: no message of the batch can leave."""


class Rejected(Exception):  # noqa: N818
    """Trying again would bring the same answer (5xx for the reader or the words)."""


class Later(Exception):  # noqa: N818
    """The server said not now, or the answer got lost."""


class Carrier:
    """Keeps one connection for many mails and opens a new one after a disturbance."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def carry(self, mail: EmailMultiAlternatives) -> None:
        """Hand one mail over. Raises Unreachable, Rejected or Later."""
        connection = self._connection or self._open()
        try:
            connection.send_messages([mail])
        except Exception as error:
            if is_final(error):
                raise Rejected(sentence(error)) from error
            self.close()
            raise Later(sentence(error)) from error

    def _open(self) -> BaseEmailBackend:
        connection = get_connection(settings.DELIVERY_BACKEND)
        try:
            connection.open()
        except Exception as error:
            raise Unreachable(sentence(error)) from error
        self._connection = connection
        return connection

    def close(self) -> None:
        """Say goodbye where the other side still listens."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()


def is_final(error: Exception) -> bool:
    """5xx to the reader or the words, or words that can't be put into a mail.

    5xx to the sender or the sign-in is about our settings: those mails wait for a repair.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(_permanent(code) for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return _permanent(error.smtp_code)
    return isinstance(error, ValueError | smtplib.SMTPNotSupportedError)


def _permanent(code: int) -> bool:
    return 500 <= code < 600


def sentence(error: Exception) -> str:
    """What operators read: the server's own words, within the column."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {_text(words)}" for code, words in error.recipients.values()]
        return "; ".join(answers)[:500]
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"[:500]
    return f"{type(error).__name__}: {error}"[:500].replace("\x00", "")


def _text(words: bytes | str) -> str:
    plain = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return plain.replace("\x00", "")
