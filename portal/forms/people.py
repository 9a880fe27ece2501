"""The shapes of an invitation and of a person's roles. What they mean, the guards say."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from portal import roles
from portal.actions.people import Grant
from portal.models import Company, Membership, Person, Role

NO, WHOLE, SOME = "", "whole", "some"
SCOPES = [(NO, _("No")), (WHOLE, _("Whole company")), (SOME, _("Only the locations chosen below"))]


class RolesForm(forms.Form):
    """One question for each role that people of the company can hold: where?"""

    def __init__(self, *args: Any, company: Company, held: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = roles.offered_by(company)
        places = company.locations.filter(is_active=True)
        self.has_places = places.exists()
        for role in self.offered:
            self._ask(role, places, (held or {}).get(role, NO))

    def _ask(self, role: Role, places: Any, held: Any) -> None:
        anywhere = role in roles.WHOLE_ONLY or not self.has_places
        self.fields[role.value] = forms.ChoiceField(
            label=role.label,
            choices=[(NO, _("No")), (WHOLE, _("Yes"))] if anywhere else SCOPES,
            required=False,
            widget=forms.RadioSelect,
            initial=held if isinstance(held, str) else WHOLE if held is None else SOME,
        )
        if not anywhere:
            self.fields[f"{role.value}_at"] = forms.ModelMultipleChoiceField(
                places,
                label=_("Locations for %(role)s") % {"role": role.label},
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=held or (),
            )

    def questions(self) -> Iterator[tuple[Role, forms.BoundField, forms.BoundField | None]]:
        """Each role with its two fields, for the template."""
        for role in self.offered:
            at = f"{role.value}_at"
            yield role, self[role.value], self[at] if at in self.fields else None

    def clean(self) -> dict[str, Any]:
        """The answers as grants; everything else as it is."""
        data = super().clean() or {}
        given = {role: data.pop(role.value, NO) for role in self.offered}
        places = {role: data.pop(f"{role.value}_at", ()) for role in self.offered}
        data["grants"] = [
            Grant(role, tuple(places[role]) if scope == SOME else None)
            for role, scope in given.items()
            if scope
        ]
        return data


class InviteForm(RolesForm):
    name = forms.CharField(label=_("Name"), max_length=150)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class JoinForm(forms.Form):
    """The first password, twice."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters, and not a common password."),
    )
    repeated = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        password_validation.validate_password(password, self.person)
        return str(password)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        repeated = data.pop("repeated", None)
        if "password" in data and data["password"] != repeated:
            self.add_error("repeated", _("The two passwords differ."))
        return data


def held_by(person: Person) -> dict[str, Any]:
    """What the form starts with: role -> None for the whole company, or locations' ids."""
    return {role: scope if scope is None else list(scope) for role, scope in person.scopes.items()}


def scope_words(person: Person) -> list[tuple[str, str]]:
    """Each role and where it holds, as words; also those of somebody not active."""
    rows = {row.role: row for row in person.memberships.all()}
    return [(str(role.label), _where(rows[role])) for role in Role if role in rows]


def _where(row: Membership) -> str:
    if row.whole_company:
        return str(_("Whole company"))
    return ", ".join(sorted(str(place) for place in row.locations.all()))
