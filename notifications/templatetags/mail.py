"""Values in mails: contexts hold JSON, and text has no tags around a date."""

from datetime import datetime

from django import template

from portal import formats

register = template.Library()


@register.filter
def moment(value: str) -> str:
    """An ISO moment as `3 Nov 2026, 14:02 (America/Sao_Paulo (UTC-03:00))`; a mail has no hover."""
    if not value:
        return formats.NOTHING
    at = datetime.fromisoformat(value)
    return f"{formats.moment(at)}, {formats.zone(at)}"


@register.filter
def amount(value: str, currency: str) -> str:
    """A decimal in a string, as money."""
    return formats.money(value, currency)
