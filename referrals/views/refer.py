"""A seller sends a customer to a partner, on one page.

Every button but "send" only looks something up; the form comes back as typed.
"""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portal.models import Account, Company
from portal.pages import UNPROCESSABLE, go, status_of
from portal.roles import seller
from portal.workflow import Refused
from referrals.actions import refer as actions
from referrals.actions.opening import brought_by, may_be_invited
from referrals.actions.responsiveness import partners_by_responsiveness
from referrals.actions.routing import location_for
from referrals.forms.draft_values import found
from referrals.forms.refer import Refer
from referrals.forms.wizard_fields import as_typed
from referrals.models import Referral, Solution
from referrals.views.wizard.customer import chosen, look
from referrals.views.wizard.start import refusal_page

SHOWN = 8


@require_http_methods(["GET", "HEAD", "POST"])
def refer(request: HttpRequest) -> HttpResponse:
    """Customer, partner, what it is about; sent, it is the partner's to answer."""
    if not seller(request.user):
        return refusal_page(request, _("Send a referral"), _("Sellers send referrals."))
    typed = as_typed(request.POST if request.method == "POST" else request.GET)
    verb, _colon, of = typed.get("go", "").partition(":")
    if verb in ("customer", "partner"):
        typed[verb] = of
    customer = chosen(typed.get("customer", ""), request.user)
    partner = _partner(typed.get("partner", ""), request)
    shown = {"customer": customer, "partner": partner, "days": settings.ANSWER_DAYS}
    form = _form(request, typed, _offered(partner, customer), customer)
    if verb != "send":
        form.calm()
        return _page(request, typed, form, shown, 200)
    status = UNPROCESSABLE
    try:
        if leg := _send(form, customer, partner, request.user):
            return _sent(request, leg)
    except Refused as refused:
        form.add_error(None, str(refused))
        status = status_of(refused)
    return _page(request, typed, form, shown, status)


def _form(request: HttpRequest, typed: QueryDict, offered: Any, customer: Any) -> Refer:
    data = typed if request.method == "POST" and "name" in typed else None
    only = str(offered[0][0].pk) if len(offered) == 1 else None
    region = str(customer.country) if customer else ""
    return Refer(data, offered=offered, region=region, initial={"solution": only})


def _partner(pk: str, request: HttpRequest) -> Company | None:
    company: Company | None = found(Company, pk)
    fits = company is not None and may_be_invited(company, request.user.company)
    return company if fits else None


def _offered(partner: Company | None, customer: Account | None) -> list[tuple[Solution, Any]]:
    """The partner's solutions, each with the location that its routing will choose."""
    if partner is None or customer is None:
        return []
    rows = brought_by(partner).select_related("company")
    return [(solution, _place(partner, solution, customer)) for solution in rows[:50]]


def _place(partner: Company, solution: Solution, customer: Account) -> Any:
    try:
        return location_for(partner, solution, customer.country)
    except Refused as refused:
        return refused


def _send(
    form: Refer, customer: Account | None, partner: Company | None, by: Any
) -> Referral | None:
    if customer is None or partner is None:
        raise Refused(_("Choose the customer and the partner."))
    return actions.refer(form.sending(customer, partner), by=by) if form.is_valid() else None


def _sent(request: HttpRequest, leg: Referral) -> HttpResponse:
    words = _("Sent to %(company)s, %(location)s.")
    messages.success(request, words % {"company": leg.company, "location": leg.location})
    return go(request, leg.deal.legs.get(company=request.user.company_id))


def _page(
    request: HttpRequest, typed: QueryDict, form: Refer, shown: dict[str, Any], status: int
) -> HttpResponse:
    text = typed.get("partner_q", "")[:100].strip()
    if shown["customer"] is None:
        shown |= look(typed, request.user)
    if shown["partner"] is None:
        rows = partners_by_responsiveness(text, besides=request.user.company)[:SHOWN]
        shown |= {"partners": rows, "partner_q": text}
    return render(request, "referrals/refer.html", {"form": form, **shown}, status=status)
