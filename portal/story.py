"""What has happened to a person, as sentences."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.models import Event, Person, Role
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


@dataclass(frozen=True)
class Line:
    """One line of history, ready to be read."""

    sentence: str
    at: datetime
    note: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)


def history(person: Person) -> list[Line]:
    """What happened to this person, newest first."""
    return [_line(event) for event in Event.objects.of(person)]


def _line(event: Event) -> Line:
    sentence = str(SENTENCES.get(event.verb, event.verb)) % {"who": event.actor_label}
    return Line(sentence, event.at, event.note, list(_changes(event.changes)))


def _changes(changes: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, (old, new) in changes.items():
        if name != "is_active":  # the sentence says it
            yield _label(name), _told(name, old), _told(name, new)


def _label(name: str) -> str:
    if name in Role.values:
        return str(Role(name).label)
    try:
        label = str(Person._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
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
    return str(value or "")
