"""The shape of a routing rule."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from portal.models import Company, Location
from referrals.models import Solution


class MoveRule(forms.Form):
    location = forms.ModelChoiceField(label=_("Location"), queryset=Location.objects.none())

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = company.locations.filter(is_active=True)
        self.fields["location"].queryset = places  # type: ignore[attr-defined]


class AddRule(MoveRule):
    country = forms.ChoiceField(label=_("Market"), required=False)
    solution = forms.ModelChoiceField(
        label=_("Solution"),
        queryset=Solution.objects.none(),
        required=False,
        empty_label=_("All solutions"),
    )
    field_order = ("country", "solution", "location")

    def __init__(self, *args: Any, company: Company, **kwargs: Any) -> None:
        super().__init__(*args, company=company, **kwargs)
        self.fields["country"].choices = [("", _("All markets")), *countries]  # type: ignore[attr-defined]
        self.fields["solution"].queryset = Solution.objects.own(company)  # type: ignore[attr-defined]
