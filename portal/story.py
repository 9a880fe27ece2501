"""What has happened to a person, or to an API client, as sentences."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import Client, Event, Person, Role
from portal.workflow import Text

SENTENCES: dict[str, Text] = {
    "invite": gettext_lazy("%(who)s invited this person"),
    "resend_invitation": gettext_lazy("%(who)s sent the invitation again"),
    "join": gettext_lazy("%(who)s set a password with the link of the invitation"),
    "set_roles": gettext_lazy("%(who)s changed the roles"),
    "deactivate": gettext_lazy("%(who)s ended the access"),
    "reactivate": gettext_lazy("%(who)s gave the access back"),
    "edit": gettext_lazy("%(who)s edited the profile"),
}
OF_CLIENT: dict[str, Text] = {
    "create": gettext_lazy("%(who)s made this client"),
    "edit": gettext_lazy("%(who)s changed this client"),
    "rotate_secret": gettext_lazy("%(who)s made a new secret"),
    "revoke": gettext_lazy("%(who)s switched this client off"),
    "reactivate": gettext_lazy("%(who)s switched this client on"),
}


@dataclass(frozen=True)
class Line:
    """One line of history, ready to be read."""

    sentence: str
    at: datetime
    note: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def history(record: Person | Client) -> list[Line]:
    """What happened to this person or client, newest first."""
    sentences = OF_CLIENT if isinstance(record, Client) else SENTENCES
    return [_line(event, sentences, type(record)) for event in Event.objects.of(record)]


def _line(event: Event, sentences: dict[str, Text], model: type[Model]) -> Line:
    sentence = str(sentences.get(event.verb, event.verb)) % {"who": event.actor_label}
    return Line(sentence, event.at, event.note, list(_changes(event.changes, model)))


def _changes(changes: dict[str, Any], model: type[Model]) -> Iterator[tuple[str, str, str]]:
    for name, (old, new) in changes.items():
        if name != "is_active":  # the sentence says it
            yield _label(name, model), _told(name, old), _told(name, new)


def _label(name: str, model: type[Model]) -> str:
    if name in Role.values:
        return str(Role(name).label)
    try:
        label = str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except FieldDoesNotExist:
        return name
    return label[:1].upper() + label[1:]


def _told(name: str, value: Any) -> str:
    if name in Role.values:
        return {"": _("No"), "*": _("Whole company")}.get(value, str(value))
    if name == "language":
        return str(dict(settings.LANGUAGES).get(value, value))
    if name == "theme":
        return str(dict(Person.Theme.choices).get(value, value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value or "")
