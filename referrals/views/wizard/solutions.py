"""What is offered to the customer: four kinds, a search, and what would fit."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.pages import is_htmx
from referrals.choices import Intent, Motion
from referrals.forms.draft_values import ids
from referrals.forms.wizard_reading import SOLUTIONS_MAX
from referrals.models import Solution
from referrals.models.solutions import SolutionQuerySet
from referrals.views.wizard.page import Page

SHOWN = 50
KINDS = ("own", "vendor", "others", "assessments")


def solutions(page: Page) -> HttpResponse:
    if not page.posted:
        results = "referrals/wizard/solution_results.html" if is_htmx(page.request) else ""
        return page.show(results, **_offer(page))
    verb, of = page.go
    chosen = [s.pk for s in page.reading.solutions]
    if verb == "add":
        chosen = _with(page, chosen, of)
    if verb == "remove":
        chosen = [pk for pk in chosen if str(pk) != of]
    page.keep({"solutions": [str(pk) for pk in chosen[:SOLUTIONS_MAX]]})
    if verb in ("add", "remove"):
        query = {"kind": _kind(page), "look": page.asked("look"), "quiet": ""}
        return page.to("solutions", urlencode(query), "chosen")
    return page.onward() or page.show(**_offer(page))


def _with(page: Page, chosen: list[UUID], pk: str) -> list[UUID]:
    """One more; a solution assessment takes the place of everything else."""
    found = Solution.objects.offered_to(page.person).filter(pk__in=ids([pk])).first()
    if found is None:
        return chosen
    if page.reading.motion == Motion.ASSESSMENT:
        return [found.pk]
    return list(dict.fromkeys([*chosen, found.pk]))


def _kind(page: Page) -> str:
    usual = "assessments" if page.reading.motion == Motion.ASSESSMENT else "own"
    return page.asked("kind") if page.asked("kind") in KINDS else usual


def _rows(page: Page, kind: str) -> SolutionQuerySet:
    rows = Solution.objects.offered_to(page.person)
    company = page.person.company
    assert company is not None, "whoever opens deals works for a partner"
    return {
        "own": rows.own(company),
        "vendor": rows.vendors(),
        "others": rows.third_party(company),
        "assessments": rows.assessments(),
    }[kind]


def _offer(page: Page) -> dict[str, Any]:
    kind, text = _kind(page), page.asked("look")
    rows = {name: _found(_rows(page, name), text) for name in KINDS}
    counts = {name: found.count() for name, found in rows.items()}
    chosen = {s.pk for s in page.reading.solutions}
    return {
        "kind": kind,
        "look": text,
        "tabs": [_tab(page, name, counts[name], name == kind) for name in KINDS],
        "offered": [{"solution": s, "chosen": s.pk in chosen} for s in _first(page, rows[kind])],
        "more": max(counts[kind] - SHOWN, 0),
        "barred": _barred(page, kind),
        "hints": _hints(page),
    }


def _found(rows: SolutionQuerySet, text: str) -> SolutionQuerySet:
    for word in text.split()[:8]:
        rows = rows.filter(name__icontains=word) | rows.filter(code__icontains=word)
    return rows


def _first(page: Page, rows: SolutionQuerySet) -> SolutionQuerySet:
    """Those that would fit come first."""
    order = ["-is_macc"] if _wants_macc(page) else []
    order += ["-is_incentivised"] if _wants_incentive(page) else []
    return rows.select_related("company").order_by(*order, "name")[:SHOWN]


def _tab(page: Page, kind: str, count: int, current: bool) -> dict[str, Any]:
    labels = {
        "own": _("My company's"),
        "vendor": _("%(vendor)s") % {"vendor": settings.VENDOR_NAME},
        "others": _("Other partners'"),
        "assessments": _("Solution assessments"),
    }
    query = urlencode({"kind": kind, "look": page.asked("look")})
    return {"label": labels[kind], "url": f"?{query}", "count": count, "current": current}


def _barred(page: Page, kind: str) -> Any:
    """Why nothing of this tab belongs on this deal."""
    assessment = page.reading.motion == Motion.ASSESSMENT
    if assessment and kind != "assessments":
        return _("A solution assessment deal has one assessment and nothing else.")
    if not assessment and kind == "assessments":
        return _("Assessments go with deals of the kind “Solution assessment” (step Details).")
    return ""


def _wants_macc(page: Page) -> bool:
    customer = page.reading.customer
    return bool(customer and customer.has_macc)


def _wants_incentive(page: Page) -> bool:
    return bool(page.reading.opening.terms.intent == Intent.YES)


def _hints(page: Page) -> list[Any]:
    """Recommendations only (facts 2.4)."""
    chosen = page.reading.solutions
    hints = []
    if _wants_macc(page) and not any(s.is_macc for s in chosen):
        hints.append(
            _("This customer has a consumption commitment (MACC). Choose a MACC-eligible solution.")
        )
    if _wants_incentive(page) and not any(s.is_incentivised for s in chosen):
        hints.append(
            _("The customer wants to buy on the marketplace. Choose a solution with an incentive.")
        )
    return hints
