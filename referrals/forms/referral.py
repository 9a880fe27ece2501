"""The shape of what the verbs take. What it means is checked by guards."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from referrals.choices import PARTNER_REASONS, ErrorReason, Help, Intent, Motion, Reason
from referrals.currencies import CURRENCIES
from referrals.forms.wizard_fields import AmountField
from referrals.models import Referral, Solution


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def text(label: Any, *, required: bool = True, rows: int = 4, **kwargs: Any) -> forms.CharField:
    """A box for several lines, up to 5,000 characters."""
    area = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=5000, widget=area, **kwargs)


class Terms(forms.Form):
    """The facts of a leg that stay open while it is worked on."""

    name = forms.CharField(label=_("Deal name"), max_length=200)
    value = AmountField(label=_("Estimated value"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    close_on = forms.DateField(label=_("Estimated close date"), widget=Day())
    notes = text(_("Notes"), required=False)
    crm_id = forms.CharField(label=_("CRM ID"), max_length=100, required=False)
    campaign_id = forms.CharField(label=_("Marketing campaign ID"), max_length=100, required=False)


FACTS = ("name", "value", "currency", "close_on", "notes", "crm_id", "campaign_id")
EDITABLE = (*FACTS, "intent")


class Accept(Terms):
    """What the receiver confirms when it takes a referral on."""


class Edit(Terms):
    """Everything that may change on an accepted leg; IP deals also say the intent."""

    intent = forms.ChoiceField(
        label=_("Will the customer buy on the marketplace?"), choices=Intent, required=False
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if referral.deal.motion != Motion.IP or referral.sender_id:
            del self.fields["intent"]


class Decline(forms.Form):
    reason = forms.ChoiceField(label=_("Reason"))
    reason_note = text(_("Notes on the reason"), required=False)

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = tuple(Reason) if referral.company.is_vendor else PARTNER_REASONS
        choices = [("", _("Choose…")), *((r.value, r.label) for r in reasons)]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]


class Lose(Decline):
    """The same reasons as for declining (facts 2.6)."""


class CloseAsError(Decline):
    """Its own closed list of reasons (facts 2.6)."""

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, referral=referral, **kwargs)
        choices = [("", _("Choose…")), *ErrorReason.choices]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]


class MoveStage(forms.Form):
    stage = forms.TypedChoiceField(label=_("Sales stage"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(s.value, f"{s.label} · {s.value}%") for s in referral.stages]
        self.fields["stage"].choices = choices  # type: ignore[attr-defined]


class Contact(forms.Form):
    contact_name = forms.CharField(label=_("Contact's name"), max_length=150)
    contact_title = forms.CharField(label=_("Contact's job title"), max_length=100, required=False)
    contact_phone = PhoneNumberField(
        label=_("Contact's phone"), help_text=_("With the country code, like +351 210 000 000.")
    )
    contact_email = forms.EmailField(label=_("Contact's e-mail"))
    contact_agreed = forms.BooleanField(label=_("The contact agreed that a seller may call."))


class AskHelp(forms.Form):
    help = forms.ChoiceField(label=_("What help do you need?"), choices=Help.choices[1:])
    ask = text(
        _("Note to the seller"),
        help_text=_("The customer's problem, and what you want the seller to do."),
    )


class AskHelpWithContact(AskHelp, Contact):
    """Asked for when the deal has no whole contact yet."""


class Member(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=150)
    phone = PhoneNumberField(
        label=_("Phone"), help_text=_("With the country code, like +351 210 000 000.")
    )
    email = forms.EmailField(label=_("E-mail"))


class Offered(forms.ModelMultipleChoiceField):
    """Solutions, each with whose it is: names alone repeat between companies."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.company})"


class Solutions(forms.Form):
    solutions = Offered(
        label=_("Solutions"),
        queryset=Solution.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, offered: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["solutions"].queryset = offered  # type: ignore[attr-defined]


class Invite(forms.Form):
    """What an invited partner is asked to bring, with its own numbers."""

    close_on = forms.DateField(label=_("Estimated close date of its part"), widget=Day())
    value = AmountField(label=_("Estimated value of its part"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    help = forms.ChoiceField(label=_("What help do you need?"), choices=Help.choices[1:])
    ask = text(_("Why you invite this partner"))
    solutions = Offered(
        label=_("Solutions it should bring"),
        queryset=Solution.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    team = forms.MultipleChoiceField(
        label=_("Your people who work with this partner"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, offered: Any, team: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["solutions"].queryset = offered  # type: ignore[attr-defined]
        self.fields["team"].choices = [(m.email, m.name) for m in team]  # type: ignore[attr-defined]


class Comment(forms.Form):
    id = forms.UUIDField(widget=forms.HiddenInput)
    text = text(_("Write a note"), rows=3)
    internal = forms.BooleanField(label=_("Only for my company"), required=False)
