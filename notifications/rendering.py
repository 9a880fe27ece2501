"""Words for a message, in its reader's language and zone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template import Context, engines
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from notifications.kinds import DIGEST, WORDED
from notifications.models import Message
from portal.middleware import zone

BLANK = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Mail:
    subject: str
    body: str
    html: str


@contextmanager
def reader_of(message: Message) -> Iterator[None]:
    """The language and the time zone of whoever gets this."""
    person = message.person
    language = person.language if person else message.language
    with translation.override(language), timezone.override(zone(person)):
        yield


def render(message: Message) -> Mail:
    """The finished words. Raises what the template engine raises where a template is broken."""
    if message.kind == WORDED:
        return Mail(message.subject, message.body, message.html)
    with reader_of(message):
        facts = _facts(message)
        subject = headline(message)
        body = _render(f"mail/{message.kind}/body.txt", facts, escape=False)
        html = _render(f"mail/{message.kind}/body.html", facts | {"subject": subject})
    return Mail(subject, BLANK.sub("\n\n", body).strip() + "\n", html)


def headline(message: Message) -> str:
    """The subject, which is also the notice; in the language that is active now."""
    words = _render(f"mail/{message.kind}/subject.txt", _facts(message), escape=False)
    return " ".join(words.split())


def _facts(message: Message) -> dict[str, Any]:
    facts = message.context | {
        "VENDOR": settings.VENDOR_NAME,
        "PRODUCT": _("%(vendor)s partner portal") % {"vendor": settings.VENDOR_NAME},
        "reader": message.person.name if message.person else message.context.get("reader", ""),
        "url": absolute(message.url),
        "settings_url": absolute(reverse("notification_settings")) if message.person else "",
        "notices_url": absolute(reverse("notices")) if message.person else "",
    }
    if message.kind == DIGEST:
        facts["lines"] = [_line(message, item) for item in message.context["items"]]
    return facts


def _line(digest: Message, item: dict[str, Any]) -> dict[str, str]:
    told = Message(kind=item["kind"], context=item["context"], url=item["url"])
    told.person = digest.person
    return {"words": headline(told), "url": absolute(item["url"])}


def absolute(path: str) -> str:
    """A page's full address; nothing for a reader who has no page."""
    return urljoin(settings.BASE_URL, path) if path else ""


def _render(name: str, facts: dict[str, Any], *, escape: bool = True) -> str:
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    return str(template.render(Context(facts, autoescape=escape)))


def envelope(message: Message) -> EmailMultiAlternatives:
    """The mail as it leaves. Its Message-ID is the row's, on every try."""
    words = render(message)
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if message.person:
        headers["List-Unsubscribe"] = f"<{absolute(reverse('notification_settings'))}>"
    if message.kind == WORDED:
        headers |= message.context.get("headers", {})
    mail = EmailMultiAlternatives(
        subject=words.subject,
        body=words.body,
        from_email=message.sender or settings.DEFAULT_FROM_EMAIL,
        to=[message.address],
        headers=headers,
    )
    if words.html:
        mail.attach_alternative(words.html, "text/html")
    return mail
