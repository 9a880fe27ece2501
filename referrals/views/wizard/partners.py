"""Other partners to ask in, each with its own numbers."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from portal.models import Company
from portal.pages import is_htmx
from referrals.actions.opening import may_be_invited
from referrals.actions.responsiveness import partners_by_responsiveness
from referrals.forms.draft_values import found
from referrals.forms.wizard import Invitee
from referrals.forms.wizard_reading import PARTNERS_MAX
from referrals.views.wizard.page import QUIET, Page

SHOWN = 8


def partners(page: Page) -> HttpResponse:
    if not page.posted:
        results = "referrals/wizard/partner_results.html" if is_htmx(page.request) else ""
        return _show(page, results)
    rows = _typed(page)
    verb, of = page.go
    if verb == "remove":
        rows = [row for row in rows if row["company"] != of]
    if verb == "invite":
        rows += _invited(page, of, rows)
    page.keep({"invitations": rows, "seen": True})
    if verb == "invite":
        return page.to("partners", QUIET, f"p{len(rows) - 1}")
    if verb == "remove":
        return page.to("partners", QUIET)
    if verb == "find":
        query = {"look": page.post.get("look", "")[:100], QUIET: ""}
        return page.to("partners", urlencode(query), "find")
    return page.onward() or _show(page)


def _typed(page: Page) -> list[dict[str, Any]]:
    """The invitations of the page; which companies they are for stands in the draft."""
    known = {str(form.company.pk): form.company for form in page.reading.invitees}
    rows: list[dict[str, Any]] = []
    for n in range(PARTNERS_MAX):
        company = known.get(page.post.get(f"p{n}-company", ""))
        if company is not None and str(company.pk) not in {row["company"] for row in rows}:
            rows.append({"company": str(company.pk), **_kept(page, n, company)})
    return rows


def _kept(page: Page, n: int, company: Company) -> dict[str, Any]:
    posted = page.post
    many = ("solutions", "team")
    names = [name for name in Invitee.base_fields if name not in many]
    row: dict[str, Any] = {name: posted.get(f"p{n}-{name}", "") for name in names}
    row |= {name: posted.getlist(f"p{n}-{name}") for name in many}
    return page.reading.invitee(n, company, row).kept()


def _invited(page: Page, pk: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A new invitation: the deal's close date and currency to begin with, all of the team."""
    company = found(Company, pk)
    if company is None or not may_be_invited(company, page.person.company):
        messages.error(page.request, _("Invite other companies that take part in co-selling."))
        return []
    if str(company.pk) in {row["company"] for row in rows} or len(rows) >= PARTNERS_MAX:
        messages.error(page.request, _("Invite each company once."))
        return []
    details = page.reading.data("details")
    row: dict[str, Any] = {name: details.get(name) or "" for name in ("close_on", "currency")}
    row |= {"team": [m.email for m in page.reading.members], "solutions": []}
    return [{"company": str(company.pk), **row}]


def _show(page: Page, template: str = "") -> HttpResponse:
    forms = page.reading.invitees
    for form in forms:
        form.refused = {flaw.field: flaw.sentence for flaw in page.flaws}.get(
            f"{form.prefix}-company"
        )
        page.blamed(form)
    invited = [form.company.pk for form in forms]
    text = page.asked("look")
    company = page.person.company
    assert company is not None, "whoever opens deals works for a partner"
    rows = partners_by_responsiveness(text, besides=company).exclude(pk__in=invited)
    full = len(forms) >= PARTNERS_MAX
    return page.show(template, forms=forms, look=text, results=rows[:SHOWN], full=full)
