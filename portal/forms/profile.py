"""The shape of what people say about themselves."""

import zoneinfo
from collections import defaultdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from phonenumber_field.formfields import PhoneNumberField

from portal import clock
from portal.models import Person

REGIONS = (
    *("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe"),
    *("Indian", "Pacific"),
)


@lru_cache(maxsize=1)
def _names() -> list[str]:
    known = zoneinfo.available_timezones()
    return sorted(name for name in known if name.split("/")[0] in REGIONS)


def _offset(name: str, at: datetime) -> str:
    text = at.astimezone(zoneinfo.ZoneInfo(name)).strftime("%z")
    return f"UTC{text[:3]}:{text[3:]}"


def zones() -> list[Any]:
    """Time zones by region, each with its difference to UTC today."""
    words = {
        "Africa": _("Africa"),
        "America": _("America"),
        "Antarctica": _("Antarctica"),
        "Asia": _("Asia"),
        "Atlantic": _("Atlantic"),
        "Australia": _("Australia"),
        "Europe": _("Europe"),
        "Indian": _("Indian Ocean"),
        "Pacific": _("Pacific"),
    }
    now = clock.now()
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in _names():
        region, place = name.split("/", 1)
        label = place.replace("_", " ").replace("/", ", ")
        groups[words[region]].append((name, f"{label} ({_offset(name, now)})"))
    return [("UTC", "UTC"), *groups.items()]


class ProfileForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=150)
    title = forms.CharField(label=gettext_lazy("Job title"), max_length=100, required=False)
    phone = PhoneNumberField(
        label=gettext_lazy("Phone"),
        required=False,
        help_text=gettext_lazy("With the country code, like +55 11 91234 5678."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lazy(zones, list),
        help_text=gettext_lazy("Open the list and type the name of a city."),
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Theme"), choices=Person.Theme.choices, widget=forms.RadioSelect
    )

    @classmethod
    def of(cls, person: Person) -> dict[str, Any]:
        """What the form starts with."""
        return {name: getattr(person, name) for name in cls.base_fields}
