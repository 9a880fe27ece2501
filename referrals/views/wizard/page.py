"""What all steps of the wizard share: whose draft, what stands at the side, where a button leads.

Every button of a step saves what was typed, right or wrong; only "next" asks that it be right.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.models import Person
from portal.pages import SEE_OTHER, UNPROCESSABLE, get_visible
from portal.workflow import Text
from referrals.actions import deal as deals
from referrals.actions.opening import Problem
from referrals.forms.wizard_fields import StepForm, as_typed, cut
from referrals.forms.wizard_reading import STEPS, Reading
from referrals.models import Draft, Referral

F = TypeVar("F", bound=StepForm)

NAMES: dict[str, Text] = {
    "customer": _("Customer"),
    "contact": _("Contact"),
    "details": _("Details"),
    "intent": _("Marketplace"),
    "team": _("Team"),
    "solutions": _("Solutions"),
    "help": _("Help and visibility"),
    "partners": _("Partners"),
    "review": _("Review"),
}
QUIET = "quiet"  # in the address after adding a row: what is still empty is no mistake yet


def own_draft(request: HttpRequest, pk: UUID) -> Draft:
    """The reader's own draft; anybody else's is 404."""
    return get_visible(Draft.objects.filter(person=request.user), pk)


def opened(draft: Draft) -> Referral:
    """The leg that was opened from this draft."""
    return Referral.objects.get(deal=draft.deal_id, company=draft.person.company_id)


@dataclass
class Page:
    """One step of one draft, as it is asked for now."""

    request: HttpRequest
    draft: Draft
    step: str
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def person(self) -> Person:
        person: Person = self.request.user  # type: ignore[assignment]
        return person

    @property
    def posted(self) -> bool:
        return self.request.method == "POST"

    @cached_property
    def post(self) -> QueryDict:
        return as_typed(self.request.POST)

    @property
    def go(self) -> tuple[str, str]:
        """The button that was pressed, and what it is for: ("remove", "2")."""
        verb, _colon, of = self.post.get("go", "next").partition(":")
        return verb, of

    def asked(self, name: str) -> str:
        """A word of the address."""
        return cut(self.request.GET.get(name, ""))[:200].strip()

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.draft, self.person)

    @property
    def quiet(self) -> bool:
        return not self.posted and QUIET in self.request.GET

    # --- saving and going on ----------------------------------------------------------

    def keep(self, data: dict[str, Any]) -> None:
        """Keep what was entered in this step, and read the draft anew."""
        self.draft = deals.save_draft(self.draft, by=self.person, step=self.step, data=data)
        self.__dict__.pop("reading", None)

    def onward(self) -> HttpResponse | None:
        """Where the button leads; nothing when "next" has to wait for a correction."""
        verb, _of = self.go
        if verb in STEPS:
            return self.to(verb)
        if verb == "later":
            return redirect("drafts")
        if verb == "next" and self.reading.of(self.step):
            return None
        plan = self.reading.plan
        return self.to(plan[min(plan.index(self.step) + 1, len(plan) - 1)])

    def to(self, step: str, query: str = "", anchor: str = "") -> HttpResponse:
        url = reverse("draft_step", args=[self.draft.pk, step])
        url += (f"?{query}" if query else "") + (f"#{anchor}" if anchor else "")
        return HttpResponseRedirect(url, status=SEE_OTHER)

    # --- showing ------------------------------------------------------------------------

    def show(self, template: str = "", **context: Any) -> HttpResponse:
        """The page of this step; what is wrong with it stands at the top and at its fields."""
        shown = {
            "draft": self.draft,
            "reading": self.reading,
            "step": self.step,
            "name": NAMES[self.step],
            "stages": self.stages(),
            "stage_number": self.reading.plan.index(self.step) + 1,
            "before": self._before(),
            "days": settings.ANSWER_DAYS,
            "flaws": self.flaws,
            "errors": {flaw.field: flaw.sentence for flaw in self.flaws},
            **self.extra,
            **context,
        }
        status = UNPROCESSABLE if self.posted else 200
        name = template or f"referrals/wizard/{self.step}.html"
        return render(self.request, name, shown, status=status)

    @property
    def flaws(self) -> list[Problem]:
        """What is wrong with this step, once somebody has been there."""
        seen = self.reading.seen(self.step) and not self.quiet
        return self.reading.of(self.step) if seen else []

    def blamed(self, form: F) -> F:
        """The form with the rules that its fields do not meet beside them."""
        known = {form.add_prefix(name): name for name in form.fields}
        flaws = self.flaws if self.reading.problems else []  # all is read before errors move
        if self.quiet:
            form.calm()
        for flaw in flaws if form.is_bound else ():
            name = known.get(flaw.field)
            if name and name not in form.errors:
                form.add_error(name, str(flaw.sentence))
        return form.mark()

    def stages(self) -> list[dict[str, Any]]:
        """The names at the side, each with its state."""
        wrong = {flaw.step for flaw in self.reading.problems}
        return [
            {"name": step, "label": NAMES[step], "state": self._state(step, wrong)}
            for step in self.reading.plan
        ]

    def _state(self, step: str, wrong: set[str]) -> str:
        if step == self.step:
            return "current"
        if not self.reading.seen(step):
            return "todo"
        return "error" if step in wrong else "done"

    def _before(self) -> str:
        plan = self.reading.plan
        at = plan.index(self.step)
        return plan[at - 1] if at else ""
