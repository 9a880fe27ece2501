"""What has happened to a webhook, as sentences."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notifications.models import Subscription
from portal.models import Event
from portal.story import Line
from portal.workflow import Text

SENTENCES: dict[str, Text] = {
    "subscribe": gettext_lazy("%(who)s set the webhook up"),
    "change": gettext_lazy("%(who)s changed the webhook"),
    "unsubscribe": gettext_lazy("%(who)s removed the webhook"),
    "rotate_secret": gettext_lazy("%(who)s made a new secret"),
    "switch_off": gettext_lazy("The receiver answered that it is gone, and nothing more is sent"),
}
MOST = 50


def history(subscription: Subscription) -> list[Line]:
    """The newest first."""
    return [_line(event) for event in Event.objects.of(subscription)[:MOST]]


def _line(event: Event) -> Line:
    sentence = str(SENTENCES.get(event.verb, event.verb)) % {"who": event.actor_label}
    return Line(sentence, event.at, event.note, list(_changes(event.changes)))


def _changes(changes: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, (old, new) in changes.items():
        column: Any = Subscription._meta.get_field(name)
        label = str(column.verbose_name)
        yield label[:1].upper() + label[1:], _told(old), _told(new)


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return ", ".join(value) if isinstance(value, list) else str(value)
