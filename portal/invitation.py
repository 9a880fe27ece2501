"""The link in an invitation: signed, for one person, once, for seven days by the portal's clock."""

from datetime import timedelta
from uuid import UUID

from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from portal import clock
from portal.models import Person

LASTS = timedelta(days=7)
_SALT = "portal.invitation"


def _seal(person: Person) -> str:
    """Changes with the password and the address, so that a used link opens nothing."""
    return salted_hmac(_SALT, f"{person.pk}{person.password}{person.email}").hexdigest()[:32]


def token(person: Person) -> str:
    """The secret part of the link. A new password, or another invitation, ends it."""
    until = int((clock.now() + LASTS).timestamp())
    return signing.dumps([str(person.pk), _seal(person), until], salt=_SALT)


def invited(text: str) -> Person | None:
    """Whom this token invites; nobody when it is forged, used or too old."""
    try:
        pk, seal, until = signing.loads(text, salt=_SALT)
    except signing.BadSignature:
        return None
    person = Person.objects.select_related("company").filter(pk=UUID(pk), is_active=True).first()
    if person is None or not opens(person, seal) or clock.now().timestamp() > until:
        return None
    return person


def opens(person: Person, seal: str) -> bool:
    """Is this the seal of the person as they are now?"""
    return constant_time_compare(seal, _seal(person))
