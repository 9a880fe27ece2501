"""The shape of the preferences page: one choice for each kind of event."""

from typing import Any

from django import forms

from notifications import kinds
from notifications.models import Preference
from portal.models import Person


def field_name(code: str) -> str:
    """`referrals/accepted` as a name that is good in HTML."""
    return code.replace("/", "_")


class PreferenceForm(forms.Form):
    """Gives `choices`: kind -> how."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in kinds.known():
            self.fields[field_name(kind.code)] = forms.ChoiceField(
                label=str(kind.title), choices=Preference.How.choices, disabled=kind.always
            )

    @classmethod
    def of(cls, person: Person) -> dict[str, str]:
        """What this person chose so far."""
        chosen = dict(person.preferences.values_list("kind", "how"))
        now = Preference.How.NOW
        return {field_name(k.code): chosen.get(k.code, now) for k in kinds.known()}

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        known = {kind.code: field_name(kind.code) for kind in kinds.known()}
        return {"choices": {code: given[name] for code, name in known.items() if name in given}}
