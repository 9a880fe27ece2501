"""Everything once more, what will happen, and the one button that opens the deal."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.pages import go, status_of
from portal.workflow import Refused
from referrals.actions import deal as deals
from referrals.actions.opening import Opening
from referrals.choices import (
    DealType,
    Help,
    Intent,
    Motion,
    PartnerRole,
    SolutionArea,
    SolutionPlay,
)
from referrals.forms.wizard_reading import to_opening
from referrals.views.wizard.page import NAMES, Page


def review(page: Page) -> HttpResponse:
    if not page.posted:
        return page.show(**_shown(page))
    verb, _of = page.go
    if verb != "open":
        return page.onward() or page.show(**_shown(page))
    opening = to_opening(page.draft, page.person)
    if not isinstance(opening, Opening) or page.reading.problems:
        return page.show(**_shown(page))
    try:
        referral = deals.open(opening, by=page.person, draft=page.draft)
    except Refused as refused:
        response = page.show(refusal=str(refused), **_shown(page))
        response.status_code = status_of(refused)
        return response
    messages.success(page.request, str(_("The deal is open.")))
    return go(page.request, referral)


def _shown(page: Page) -> dict[str, Any]:
    flaws = [
        {"step": f.step, "label": NAMES[f.step], "field": f.field, "sentence": f.sentence}
        for f in page.reading.problems
    ]
    return {"summary": Summary(page), "problems": flaws}


class Summary:
    """The draft in words, for the template."""

    def __init__(self, page: Page) -> None:
        self.page, self.reading, self.opening = page, page.reading, page.reading.opening

    @cached_property
    def type(self) -> DealType:
        """What kind of deal it will be; the deal itself derives it again from its legs."""
        o = self.opening
        if o.motion == Motion.ASSESSMENT:
            return DealType.ASSESSMENT
        if o.invitations:
            return DealType.P2P_VENDOR if o.help else DealType.P2P
        if o.help:
            return DealType.CO_SELL
        return DealType.PARTNER_LED if o.visible else DealType.PRIVATE

    @property
    def details(self) -> list[tuple[Any, Any]]:
        terms = self.opening.terms
        rows = [
            (_("What do you sell?"), _label(Motion, self.opening.motion)),
            (_("Deal name"), terms.name),
            (_("Location"), self.reading.details.cleaned_data.get("location")),
            (_("Partner role"), _label(PartnerRole, terms.partner_role)),
            (_("Solution area"), _label(SolutionArea, terms.solution_area)),
            (_("Solution play"), _label(SolutionPlay, terms.solution_play)),
            (_("CRM ID"), terms.crm_id),
            (_("Marketing campaign ID"), terms.campaign_id),
        ]
        return [(label, value) for label, value in rows if value]

    @property
    def value(self) -> Any:
        return self.reading.details.cleaned_data.get("value")

    @property
    def close_on(self) -> Any:
        return self.reading.details.cleaned_data.get("close_on")

    @property
    def intent(self) -> Any:
        return _label(Intent, self.opening.terms.intent)

    @property
    def help(self) -> Any:
        return Help(self.opening.help).label

    @property
    def invitations(self) -> list[dict[str, Any]]:
        """With the value and date only where they were given."""
        return [
            {
                "is": invitation,
                "value": form.cleaned_data.get("value"),
                "close_on": form.cleaned_data.get("close_on"),
                "help": _label(Help, invitation.help),
            }
            for form, invitation in zip(
                self.reading.invitees, self.opening.invitations, strict=True
            )
        ]

    @property
    def days(self) -> int:
        return settings.ANSWER_DAYS


def _label(choices: Any, value: str) -> Any:
    return dict(choices.choices).get(value, "") if value else ""
