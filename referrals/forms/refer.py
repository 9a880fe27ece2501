"""What a seller says about a customer, and to whom it goes. Shape only."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField

from portal.models import Account, Company
from referrals.actions.opening import Contact, Invitation, Terms
from referrals.actions.refer import Sending
from referrals.choices import Help
from referrals.currencies import CURRENCIES
from referrals.forms.wizard import PHONE, named, notes
from referrals.forms.wizard_fields import AmountField, Cards, Day, StepForm
from referrals.models import Solution


class Refer(StepForm):
    solution = forms.ChoiceField(label=_("Which solution is it about?"), widget=Cards)
    name = forms.CharField(label=_("Deal name"), max_length=200)
    value = AmountField(label=_("Estimated value"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES, initial="USD")
    close_on = forms.DateField(label=_("Estimated close date"), widget=Day())
    help = forms.ChoiceField(label=_("Help wanted from the partner"), choices=named(Help.choices))
    ask = notes(_("Note to the partner"), rows=5)
    notes = notes(_("Internal notes"), rows=3)
    contact_name = forms.CharField(label=_("Contact's name"), max_length=150, required=False)
    contact_title = forms.CharField(label=_("Contact's job title"), max_length=100, required=False)
    contact_phone = PhoneNumberField(label=_("Contact's phone"), required=False, help_text=PHONE)
    contact_email = forms.EmailField(label=_("Contact's e-mail"), required=False, max_length=254)

    def __init__(
        self, *args: Any, offered: list[tuple[Solution, Any]], region: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(solution.pk): solution for solution, _place in offered}
        field = self.fields["solution"]
        field.choices = [(pk, s.name) for pk, s in self.offered.items()]  # type: ignore[attr-defined]
        field.widget.hints = {str(s.pk): place for s, place in offered}
        self.fields["contact_phone"].region = region or None  # type: ignore[attr-defined]

    def sending(self, customer: Account, partner: Company) -> Sending:
        """The cleaned data as the action takes it."""
        given = self.cleaned_data
        contact = (str(given[f"contact_{n}"] or "") for n in ("name", "title", "phone", "email"))
        common = {name: given[name] for name in ("value", "currency", "close_on")}
        solution = self.offered[given["solution"]]
        invitation = Invitation(
            company=partner, help=given["help"], ask=given["ask"], solutions=(solution,), **common
        )
        terms = Terms(name=given["name"], notes=given["notes"], **common)
        return Sending(customer, Contact(*contact), terms, invitation)
