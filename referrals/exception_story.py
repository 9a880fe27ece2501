"""What the page of a request for an exception tells: what would count instead of what."""

from datetime import date
from decimal import Decimal
from typing import Any

from portal import formats
from portal.models import Event
from referrals.lifecycle.contract import by_contract
from referrals.lifecycle.exception import Status
from referrals.models import ExceptionRequest, Registration
from referrals.registration_story import told


def registered(registration: Registration) -> dict[str, str]:
    """What is registered today, of the fields that an exception of it may change.

    Sold on the marketplace, it has a value and no terms or dates.
    """
    long, names = by_contract(registration), ExceptionRequest.CHANGEABLE
    return {
        name: _said(registration, name, getattr(registration, name)) or formats.NOTHING
        for name in names
        if long or name == "total_value"
    }


def changes(request: ExceptionRequest) -> list[tuple[str, str, str]]:
    """Field, what was registered when it was requested, what would count instead."""
    registration, before = request.registration, _before(request)
    return [
        (
            _label(name),
            _said(registration, name, before.get(name, getattr(registration, name))),
            _said(registration, name, given),
        )
        for name, given in request.changes.items()
    ]


def _before(request: ExceptionRequest) -> dict[str, Any]:
    """Once granted, the registration itself says the new; its history knows the old."""
    if request.status != Status.GRANTED:
        return {}
    line = Event.objects.of(request.registration).filter(verb="reconsider").first()
    return {name: old for name, (old, _new) in line.changes.items()} if line else {}


def _said(registration: Registration, name: str, value: Any) -> str:
    if name == "total_value" and value:
        return formats.money(Decimal(str(value)), registration.currency)
    return told(name, value.isoformat() if isinstance(value, date) else value)


def _label(name: str) -> str:
    text = str(Registration._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return text[:1].upper() + text[1:]
