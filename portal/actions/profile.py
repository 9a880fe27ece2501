"""What people do themselves: join by an invitation, change their profile."""

from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import roles
from portal.actions.people import check, hold, write
from portal.actors import Actor
from portal.history import difference, snapshot
from portal.models import Person
from portal.workflow import Refused


@transaction.atomic
def join(person: Person, *, password: str) -> Person:
    """Set the first password with the link of an invitation, which proves the address.

    Raises Refused when the link was used in the meantime.
    """
    seal = person.password
    person = hold(person, None)
    if not person.is_active or person.password != seal:
        raise Refused(_("This link was used already, or it is too old. Ask for a new one."))
    person.set_password(password)
    EmailAddress.objects.update_or_create(
        user=person, email=person.email, defaults={"verified": True, "primary": True}
    )
    return write(person, "join", by=person, changes={})


PROFILE = ("name", "phone", "title", "language", "time_zone", "theme")


@transaction.atomic
def edit_profile(person: Person, *, by: Actor, version: int | None = None, **values: Any) -> Person:
    """Change what a person may say about themselves; see PROFILE."""
    person = hold(person, version)
    check(person, by, roles.oneself, ())
    before = snapshot(person)
    for name in PROFILE:
        if name in values:
            setattr(person, name, values[name])
    changes = difference(before, snapshot(person))
    return write(person, "edit", by=by, changes=changes) if changes else person
