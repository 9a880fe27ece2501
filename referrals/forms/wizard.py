"""The steps of opening a deal, as forms. What the answers mean is checked by the rules."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from phonenumber_field.formfields import PhoneNumberField

from portal.models import Company, Location, Person
from portal.roles import open_locations
from referrals.actions.opening import Member
from referrals.choices import Help, Intent, Motion, PartnerRole, SolutionArea, SolutionPlay
from referrals.currencies import CURRENCIES
from referrals.forms.wizard_fields import AmountField, Cards, Day, StepForm
from referrals.models import Solution

CHOOSE = ("", _("Choose…"))
PHONE = _("With the country code, like +351 210 000 000.")
NO, YES = "no", "yes"


def notes(label: Any, rows: int = 4, **kwargs: Any) -> forms.CharField:
    """Several lines, up to 5,000 characters."""
    area = forms.Textarea(attrs={"rows": rows, "maxlength": None})
    return forms.CharField(label=label, max_length=5000, required=False, widget=area, **kwargs)


def named(choices: Any) -> list[Any]:
    """A closed list to choose from, with nothing chosen first."""
    return [CHOOSE, *((value, label) for value, label in choices if value)]


def country(record: Any) -> str:
    """The name of its country, in the reader's language."""
    return str(record.country.name)


class Contact(StepForm):
    contact_name = forms.CharField(label=_("Contact's name"), max_length=150, required=False)
    contact_title = forms.CharField(label=_("Contact's job title"), max_length=100, required=False)
    contact_phone = PhoneNumberField(label=_("Contact's phone"), required=False, help_text=PHONE)
    contact_email = forms.EmailField(label=_("Contact's e-mail"), required=False, max_length=254)
    may_share_contact = forms.BooleanField(
        label=_("The contact agreed to be named here and to be called by a seller."), required=False
    )

    def __init__(self, *args: Any, region: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact_phone"].region = region or None  # type: ignore[attr-defined]


class Details(StepForm):
    always = ("notes",)
    motion = forms.ChoiceField(label=_("What do you sell?"), choices=Motion, widget=Cards)
    name = forms.CharField(label=_("Deal name"), max_length=200)
    location = forms.ModelChoiceField(
        Location.objects.none(), label=_("Location"), empty_label=CHOOSE[1]
    )
    value = AmountField(label=_("Estimated value"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    close_on = forms.DateField(label=_("Estimated close date"), widget=Day())
    partner_role = forms.ChoiceField(
        label=_("Partner role"), choices=named(PartnerRole.choices), required=False
    )
    solution_area = forms.ChoiceField(
        label=_("Solution area"), choices=named(SolutionArea.choices), required=False
    )
    solution_play = forms.ChoiceField(
        label=_("Solution play"), choices=named(SolutionPlay.choices), required=False
    )
    crm_id = forms.CharField(label=_("CRM ID"), max_length=100, required=False)
    campaign_id = forms.CharField(label=_("Marketing campaign ID"), max_length=100, required=False)
    notes = notes(_("Notes"), rows=5)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        company = person.company
        motion, location = self.fields["motion"], self.fields["location"]
        location.queryset = Location.objects.filter(company=company)  # type: ignore[attr-defined]
        offered = Location.objects.filter(open_locations(person))
        places = [(x.pk, f"{x.name} · {x.partner_id} · {country(x)}") for x in offered]
        location.widget.choices = [CHOOSE, *places]
        vetted = company is not None and company.runs_assessments
        motion.widget.choices = [
            pair for pair in Motion.choices if vetted or pair[0] != Motion.ASSESSMENT
        ]
        motion.widget.hints = HINTS


HINTS: dict[str, Any] = {
    Motion.IP: _("Software or another product of your own, with at least one solution."),
    Motion.SERVICES: _("Consulting, deployment, managed services. Solutions are optional."),
    Motion.ASSESSMENT: _("A technology assessment at the customer's: exactly one, alone."),
}
INTENTS: dict[str, Any] = {
    Intent.YES: _("Choose a solution with a marketplace incentive in a later step."),
    Intent.NO: _("The customer buys another way."),
    Intent.UNDECIDED: _("You can change it later on the deal's page."),
}


class MarketplaceIntent(StepForm):
    always = ("intent",)
    intent = forms.ChoiceField(
        label=_("Does the customer want to buy on the marketplace?"),
        choices=[pair for pair in Intent.choices if pair[0]],
        widget=Cards,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["intent"].widget.hints = INTENTS


class TeamRow(StepForm):
    always = ("name", "phone", "email")
    name = forms.CharField(label=_("Name"), max_length=150, required=False)
    phone = PhoneNumberField(label=_("Phone"), required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)

    def __init__(self, *args: Any, region: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].region = region or None  # type: ignore[attr-defined]


class AskForHelp(StepForm):
    help = forms.ChoiceField(
        label=_("What help do you need?"), choices=Help, widget=Cards, required=False
    )
    visible = forms.ChoiceField(
        choices=[(NO, _("No, keep it private")), (YES, _("Yes, let them see it"))],
        widget=Cards,
        required=False,
    )
    problem = notes(_("The customer's problem"), rows=3)
    wanted = notes(_("What you want the seller to do"), rows=3)
    ask = notes(_("Note to the seller"), rows=9)
    approved = forms.BooleanField(
        label=_("I have read this note. It may be sent as it is."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seen = self.fields["visible"]
        seen.label = _("May %(vendor)s sellers see this deal?") % {"vendor": settings.VENDOR_NAME}
        seen.widget.hints = {
            NO: _("You can show it to them, or ask for help, later."),
            YES: _("They see it, nobody is asked to act. This can't be taken back."),
        }


class Invitee(StepForm):
    """One invited partner, with its own numbers. `refused`: why it can't be invited at all."""

    refused: Any = None
    always = ("solutions",)
    close_on = forms.DateField(label=_("Close date of its part"), widget=Day())
    value = AmountField(label=_("Value of its part"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    help = forms.ChoiceField(label=_("Help wanted from it"), choices=named(Help.choices))
    ask = notes(_("Why you invite this partner"), rows=3)
    solutions = forms.ModelMultipleChoiceField(
        Solution.objects.select_related("company"),
        label=_("Solutions it should bring"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    team = forms.MultipleChoiceField(
        label=_("Your people who work with this partner"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, company: Company, offered: Any, team: tuple[Member, ...], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.company, self.members = company, team
        choices = [(s.pk, s.name if s.company_id == company.pk else _by(s)) for s in offered]
        self.fields["solutions"].widget.choices = choices
        self.fields["team"].choices = [(m.email, m.name or m.email) for m in team]  # type: ignore[attr-defined]


def _by(solution: Solution) -> str:
    return f"{solution.name} ({solution.company})"


class ByHand(StepForm):
    """A customer that no list has."""

    always = ("name", "country")
    name = forms.CharField(label=_("Customer's name"), max_length=300)
    address_line1 = forms.CharField(label=_("Address"), max_length=200, required=False)
    city = forms.CharField(label=_("City"), max_length=100)
    state = forms.CharField(label=_("State or province"), max_length=100, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    country = forms.ChoiceField(label=_("Country"))
    domain = forms.RegexField(
        r"^[^\s/@:]+\.[^\s/@:.]{2,}$",
        label=_("Website domain"),
        max_length=253,
        required=False,
        help_text=_("Like example.com."),
        error_messages={"invalid": _("Write the domain only, like example.com.")},
    )
    duns = forms.RegexField(
        r"^\d{2}-?\d{3}-?\d{4}$",
        label=_("D-U-N-S number"),
        required=False,
        max_length=11,
        help_text=_("Nine digits."),
        error_messages={"invalid": _("A D-U-N-S number has nine digits.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [CHOOSE, *countries]  # type: ignore[attr-defined]

    def account(self) -> dict[str, Any]:
        """The cleaned data as the directory takes it."""
        given = dict(self.cleaned_data)
        return given | {"duns": given["duns"].replace("-", ""), "domains": [given.pop("domain")]}
