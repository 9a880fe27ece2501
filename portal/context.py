"""What every template knows: who reads, where they may go, and the portal's clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal import clock, roles
from portal.models import Person, Role
from portal.templatetags.portal import initials

THEMES = [("auto", _("As the device"), "monitor"), ("light", _("Light"), "sun")]
THEMES += [("dark", _("Dark"), "moon")]


@dataclass(frozen=True)
class Place:
    """An entry of the menu: URL name, words, icon, and who sees it."""

    name: str
    label: str | Promise
    icon: str
    seen_by: Callable[[Person], bool]


def _anybody(person: Person) -> bool:
    return True


def _opens_deals(person: Person) -> bool:
    return person.has_role(Role.REFERRALS_ADMIN, Role.REFERRALS_USER)


def _works_deals(person: Person) -> bool:
    return person.has_role(Role.REFERRALS_ADMIN, Role.REFERRALS_USER, *roles.VENDOR_READERS)


def _registers(person: Person) -> bool:
    return _opens_deals(person) or roles.reviews(person)


PLACES = (
    Place("home", _("Home"), "house", _anybody),
    Place("inbox", _("Inbox"), "inbox", roles.seller),
    Place("deals", _("Deals"), "handshake", _works_deals),
    Place("drafts", _("Drafts"), "file-pen", _opens_deals),
    Place("registrations", _("Registrations"), "badge-check", _registers),
    Place("solutions", _("Solutions"), "package", _anybody),
    Place("routing", _("Routing"), "route", _opens_deals),
    Place("people", _("People"), "users", roles.account_admin),
    Place("api_clients", _("API clients"), "plug", roles.account_admin),
    Place("webhook", _("Webhooks"), "webhook", roles.account_admin),
    Place("matches", _("Matches"), "building-2", roles.operator),
    Place("admin:index", _("Administration"), "settings", roles.operator),
)


@lru_cache(maxsize=64)
def url(name: str) -> str:
    """The address of a URL name, or nothing where this installation has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _current(request: HttpRequest, name: str, address: str) -> bool:
    return request.path == address if name == "home" else request.path.startswith(address)


def nav(request: HttpRequest, person: Person) -> list[dict[str, Any]]:
    """The menu for this person; what has no URL yet is left out."""
    return [
        {
            "label": place.label,
            "icon": place.icon,
            "url": url(place.name),
            "current": _current(request, place.name, url(place.name)),
        }
        for place in PLACES
        if url(place.name) and place.seen_by(person)
    ]


def _reader(person: Person) -> dict[str, Any]:
    labels = dict(Role.choices)
    return {
        "name": str(person),
        "initials": initials(str(person)),
        "company": str(person.company or ""),
        "role": ", ".join(str(labels[role]) for role in Role if role in person.scopes),
        "email": person.email,
    }


def _clock() -> Callable[[], datetime]:
    """One reading of the clock for the whole page, and none where nobody asks."""
    return lru_cache(maxsize=1)(clock.now)


def portal(request: HttpRequest) -> dict[str, Any]:
    """The context processor named in the settings."""
    known: dict[str, Any] = {
        "VENDOR": settings.VENDOR_NAME,
        "PRODUCT": _("%(vendor)s partner portal") % {"vendor": settings.VENDOR_NAME},
        "now": _clock(),
        "themes": THEMES,
        "theme": request.COOKIES.get("theme", "auto"),
        "sandbox": settings.SANDBOX,
        "languages": settings.LANGUAGES,
    }
    for name in ("home", "search", "notices", "notices_count", "profile", "set_theme", "help"):
        known[f"{name}_url"] = url(name)
    person = getattr(request, "user", None)
    if person is not None and person.is_authenticated:
        known |= {"nav": nav(request, person), "reader": _reader(person), "theme": person.theme}
    return known
