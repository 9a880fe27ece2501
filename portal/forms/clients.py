"""The shapes of an API client, by its kind. What they mean, the guards say."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.forms.people import RolesForm, held_by
from portal.models import Client, Company


class _Shared(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("People read it in the history of a deal.")
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=list(settings.SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What it may be used for at most."),
    )
    per_minute = forms.IntegerField(
        label=_("Requests a minute"),
        required=False,
        min_value=1,
        max_value=100_000,
        help_text=_("Empty: as every client."),
    )


class ProgramForm(_Shared, RolesForm):
    """An integration: it acts for the company, in roles of its own."""

    def shared(self) -> list[forms.BoundField]:
        """The fields that are not roles."""
        return [self[name] for name in ("name", "scopes", "per_minute")]


class AppForm(_Shared):
    """An app for people who sign in: it needs no role, and sends them back to an address."""

    redirect_uris = forms.CharField(
        label=_("Redirect addresses"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line. People are sent back to one of them, to the letter."),
    )
    field_order = ("name", "redirect_uris", "scopes", "per_minute")

    def __init__(self, *args: Any, company: Company, held: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def shared(self) -> list[forms.BoundField]:
        """All there is."""
        return list(self)

    def clean_redirect_uris(self) -> str:
        """One blank between two, as the library keeps them."""
        return " ".join(self.cleaned_data["redirect_uris"].split())


def form_of(kind: str) -> type[ProgramForm] | type[AppForm]:
    """The form that a client of this kind is made and changed with."""
    return ProgramForm if kind == Client.Kind.PROGRAM else AppForm


def filled(client: Client) -> dict[str, Any]:
    """What the form starts with."""
    known = {name: getattr(client, name) for name in ("name", "scopes", "per_minute")}
    known["redirect_uris"] = "\n".join(client.addresses)
    held = held_by(client.user) if client.user else None
    return {"initial": known, "held": held, "company": client.company}
