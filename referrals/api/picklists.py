"""Every closed list that people choose from, each value with its label in every language."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Choices
from django.http import Http404
from django.utils import translation
from django_countries import countries
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.paging import known
from portal.api.views import View
from portal.lookup import Tab
from portal.models import Account, Document, Role
from referrals import choices
from referrals.api import schema_settings as schema
from referrals.currencies import CURRENCIES
from referrals.lifecycle import eligibility, exception, referral, registration
from referrals.models import Solution

Picklist = list[dict[str, Any]]
# Where the class of a list is called by the noun of its module, the list says which.
NAMED: dict[str, type[Choices]] = {
    "referralStatus": referral.Status,
    "registrationStatus": registration.Status,
    "exceptionStatus": exception.Status,
    "criterionState": eligibility.State,
    "solutionStatus": Solution.Status,
    "customerKind": Account.Kind,
    "customerList": Tab,
    "documentState": Document.State,
    "role": Role,
}


def _of_deals() -> dict[str, type[Choices]]:
    """What referrals/choices.py lists: `PartnerRole` is `partnerRole`."""
    found = vars(choices).values()
    lists = [c for c in found if isinstance(c, type) and issubclass(c, Choices)]
    own = [c for c in lists if c.__module__ == choices.__name__]
    return {c.__name__[0].lower() + c.__name__[1:]: c for c in own}


@lru_cache(maxsize=1)
def picklists() -> dict[str, Picklist]:
    """All of them, by name. They are the code's own, so they stay as long as it runs."""
    said = {code: _said(code) for code, _name in settings.LANGUAGES}
    names = sorted(next(iter(said.values())))
    return {name: _merged({code: said[code][name] for code in said}) for name in names}


def _said(language: str) -> dict[str, dict[Any, str]]:
    """Name of the list -> value -> label, in one language."""
    with translation.override(language):
        known = {name: _labels(kind.choices) for name, kind in (_of_deals() | NAMED).items()}
        return known | {"country": _labels(countries), "currency": _labels(CURRENCIES())}


def _labels(pairs: Iterable[Any]) -> dict[Any, str]:
    return {value: str(label) for value, label in pairs}


def _merged(said: dict[str, dict[Any, str]]) -> Picklist:
    values = next(iter(said.values()))
    return [
        {"value": value, "labels": {code: labels[value] for code, labels in said.items()}}
        for value in values
    ]


class Picklists(View):
    scope = "settings"

    @extend_schema(**schema.PICKLISTS)
    def get(self, request: Request) -> Response:
        known(request)
        return Response(picklists())


class OnePicklist(View):
    scope = "settings"

    @extend_schema(**schema.PICKLIST)
    def get(self, request: Request, name: str) -> Response:
        known(request)
        found = picklists().get(name)
        if found is None:
            raise Http404
        return Response({"name": name, "value": found})
