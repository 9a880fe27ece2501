"""One address for all steps; each step has its own answer."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from portal.workflow import Refused
from referrals.actions.opening import barred
from referrals.currencies import currency_of
from referrals.forms import wizard as forms
from referrals.forms.wizard_fields import StepForm
from referrals.views.wizard import customer, help, partners, review, solutions, team
from referrals.views.wizard.page import Page, opened, own_draft
from referrals.views.wizard.start import refusal_page


def contact(page: Page) -> HttpResponse:
    customer = page.reading.customer
    region = str(customer.country) if customer else ""
    return form_step(page, forms.Contact(page.post, region=region), page.reading.contact)


def details(page: Page) -> HttpResponse:
    typed = forms.Details(page.post, person=page.person)
    places = typed.fields["location"].widget.choices
    alone = places[1][0] if len(places) == 2 else None
    home = str(page.person.company.country) if page.person.company else ""
    initial = {"currency": currency_of(home), "location": alone}
    fresh = forms.Details(person=page.person, initial=initial)
    return form_step(page, typed, page.reading.details, fresh)


def intent(page: Page) -> HttpResponse:
    return form_step(page, forms.MarketplaceIntent(page.post), page.reading.intent)


def form_step(
    page: Page, typed: StepForm, kept: StepForm, fresh: StepForm | None = None
) -> HttpResponse:
    """A step that is nothing but a form."""
    if page.posted:
        page.keep(typed.kept())
        if onward := page.onward():
            return onward
        return page.show(form=page.blamed(typed))
    if page.reading.seen(page.step):
        return page.show(form=page.blamed(kept))
    return page.show(form=(fresh or type(typed)()).mark())


HANDLERS: dict[str, Callable[[Page], HttpResponse]] = {
    "customer": customer.customer,
    "contact": contact,
    "details": details,
    "intent": intent,
    "team": team.team,
    "solutions": solutions.solutions,
    "help": help.help_wanted,
    "partners": partners.partners,
    "review": review.review,
}


@require_http_methods(["GET", "HEAD", "POST"])
def draft_step(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """A step of the reader's own draft. After opening every step leads to the deal."""
    draft = own_draft(request, pk)
    if draft.deal_id:
        return redirect(opened(draft))
    if reason := barred(request.user):
        return refusal_page(request, _("New deal"), reason)
    if step not in HANDLERS:
        raise Http404
    page = Page(request, draft, step, {"today": timezone.localdate()})
    if step not in page.reading.plan:
        return redirect(draft)
    try:
        return HANDLERS[step](page)
    except Refused as refused:  # opened or discarded in another window
        messages.error(request, str(refused))
        return redirect("drafts")
