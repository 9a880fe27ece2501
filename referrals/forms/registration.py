"""The form of a registration: shape only, since a draft may be incomplete.

What each answer has to be before it is submitted is said by referrals/lifecycle/contract_rules.py.
"""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal import formats, money
from portal.forms.documents import DocumentsField
from portal.workflow import Text
from referrals.choices import Deployment, Pricing, Tenant, Term
from referrals.currencies import CURRENCIES
from referrals.forms.wizard_fields import AmountField, Day, StepForm
from referrals.lifecycle.contract import annual_value, earliest, in_usd, several_partners
from referrals.lifecycle.eligibility import ELIGIBLE_SOLUTION, month_of_win
from referrals.models import Registration, Solution

YES_OR_NO = (("True", _("Yes")), ("False", _("No")))
HINTS: dict[str, Text] = {
    "is_marketplace": _("Was it sold there? The vendor’s books prove it, so less is asked."),
    "solution": _("Solutions of this deal that are eligible for Azure IP co-sell."),
    "total_value": _("Software and services together, without hardware."),
    "solution_value": _("At most the total. Leave out what is paid once to set it up."),
    "term": _("The value of a perpetual contract is spread over %(years)s years."),
    "signed_on": _(
        "At most %(signed)s days ago, and not before %(day)s, when the deal was opened."
    ),
    "starts_on": _("At most %(start)s days ago. It may be before the signature."),
    "ends_on": _("Not before the start."),
}
PAYG = _(
    "Pay as you go: enter the date of the first invoice as signature and as start, and that of the"
    " last invoice as end. They are at most a year apart and make at least %(limit)s in that year."
    " Register within %(days)s days of the last invoice."
)
NO_RATE = _("That is %(annual)s a year. The rate of %(currency)s for %(month)s is not loaded yet.")
SWITCHES = ("is_marketplace", "deployment", "pricing", "term")  # what other questions depend on


def one_of(label: Any, choices: Any) -> forms.ChoiceField:
    """Radio buttons, none of them chosen beforehand."""
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)


def day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=Day())


class RegistrationForm(StepForm):
    """All of it on one page; which questions are shown follows from the answers."""

    is_marketplace = forms.TypedChoiceField(
        label=_("Marketplace transaction"),
        choices=YES_OR_NO,
        coerce=lambda said: said == "True",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    solution = forms.ModelChoiceField(
        label=_("Solution that was sold"),
        queryset=Solution.objects.none(),
        empty_label=None,
        required=False,
        widget=forms.RadioSelect,
    )
    deployment = one_of(_("Where the solution runs"), Deployment.choices)
    holds_contract = forms.BooleanField(
        label=_("Our company holds the contract with the customer"), required=False
    )
    marketplace_on = day(_("Date of the transaction"))
    total_value = AmountField(label=_("Total contract value"), required=False)
    currency = forms.TypedChoiceField(label=_("Currency"), choices=CURRENCIES, required=False)
    solution_value = AmountField(label=_("Value of the solution"), required=False)
    pricing = one_of(_("Pricing model"), Pricing.choices)
    term = one_of(_("Term of the contract"), Term.choices)
    tenant = one_of(_("Tenant that the solution runs in"), Tenant.choices)
    names_both = forms.BooleanField(
        label=_("The contract names our company and the solution"), required=False
    )
    signed_on = day(_("Signed on"))
    starts_on = day(_("Starts on"))
    ends_on = day(_("Ends on"))
    documents = DocumentsField(label=_("The contract, signed by both sides"), required=False)

    def __init__(self, *args: Any, registration: Registration, **kwargs: Any) -> None:
        kwargs.setdefault("initial", stored(registration))
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["currency"].empty_value = registration.currency
        fields["solution"].queryset = registration.referral.solutions.filter(
            status=ELIGIBLE_SOLUTION
        ).order_by("name")
        if not several_partners(registration):
            del self.fields["holds_contract"]
        self.always = tuple(self.fields)  # a draft may leave them out, a registration may not
        for name, hint in hints(registration).items():
            self.fields[name].help_text = str(hint)

    @property
    def is_sent(self) -> bool:
        """Came the form itself, or only a button? A browser sends its currency in any case."""
        return "currency" in self.data

    def entered(self) -> dict[str, Any]:
        """The answers that are right in shape, as the verbs take them. Those that were not sent
        stay as they are."""
        if not self.is_sent:
            return {}
        values = {
            name: value for name, value in self.cleaned_data.items() if not self._omitted(name)
        }
        values.pop("documents", None)
        if "solution" in values:
            chosen = values.pop("solution")
            values["solution_id"] = chosen.pk if chosen else None
        return values

    def _omitted(self, name: str) -> bool:
        widget = self.fields[name].widget
        return widget.value_omitted_from_data(self.data, self.files, self.add_prefix(name))

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, as typed, to the questions that others depend on."""
        values = {name: self[name].value() for name in SWITCHES}
        return {name: "" if value is None else str(value) for name, value in values.items()}


def stored(registration: Registration) -> dict[str, Any]:
    """What the draft holds, by the name of the field."""
    names = set(RegistrationForm.base_fields) - {"documents", "solution"}
    values = {name: getattr(registration, name) for name in names}
    return values | {"solution": registration.solution_id}


def hints(registration: Registration) -> dict[str, str]:
    """The limits of the programme, by field, said before they are missed."""
    limits = {
        "signed": settings.REGISTRATION_SIGNED_DAYS,
        "start": settings.REGISTRATION_START_DAYS,
        "years": settings.PERPETUAL_YEARS,
        "day": formats.day(earliest(registration)),
    }
    return {name: str(hint) % limits for name, hint in HINTS.items()}


def least(registration: Registration) -> dict[str, str]:
    """What the value of a year has to reach, and what that value is as far as it is known."""
    limit = formats.money(settings.REGISTRATION_MIN_VALUE, money.USD)
    days = settings.REGISTRATION_SIGNED_DAYS
    return {
        "annual": str(_("More than %(limit)s a year are needed.") % {"limit": limit}),
        "payg": str(PAYG % {"limit": limit, "days": days}),
        "yearly": yearly(registration),
    }


def yearly(registration: Registration) -> str:
    """The value of a year, in dollars with the month of the rate; empty while it is not known."""
    annual = annual_value(registration)
    if annual is None or registration.is_marketplace:
        return ""
    said = {
        "annual": formats.money(annual, registration.currency),
        "currency": registration.currency,
        "month": formats.month(month_of_win(registration.referral)),
    }
    if registration.currency == money.USD:
        return str(_("That is %(annual)s a year.") % said)
    worth = in_usd(registration, annual)
    if worth is None:
        return str(NO_RATE % said)
    said |= {"worth": formats.money(worth, money.USD)}
    return str(_("That is %(annual)s a year, %(worth)s by the rate of %(month)s.") % said)
