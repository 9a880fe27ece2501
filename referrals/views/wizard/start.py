"""Where a new deal begins, and the drafts that wait."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.pages import answer
from referrals.actions import deal as deals
from referrals.actions.opening import barred
from referrals.forms.wizard_reading import Reading
from referrals.models import Draft
from referrals.views.wizard.page import NAMES, opened, own_draft


def refusal_page(request: HttpRequest, heading: Any, reason: Any) -> HttpResponse:
    """403 with the sentence that says why."""
    shown = {"heading": heading, "reason": reason}
    return render(request, "referrals/wizard/barred.html", shown, status=403)


@require_http_methods(["GET", "HEAD", "POST"])
def new_deal(request: HttpRequest) -> HttpResponse:
    """What is going to be asked; the button starts a draft."""
    if reason := barred(request.user):
        return refusal_page(request, _("New deal"), reason)
    if request.method == "POST":
        fresh: dict[str, Any] = {"by": request.user, "step": "customer", "data": {}}
        return answer(request, deals.save_draft, Draft(), to=lambda made: made, **fresh)
    waiting = Draft.objects.filter(person=request.user, deal=None)[:5]
    return render(request, "referrals/wizard/start.html", {"names": NAMES, "drafts": waiting})


@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """The reader's drafts that were not opened yet, the last one first."""
    rows = Draft.objects.filter(person=request.user, deal=None)[:100]
    found = [
        {"draft": draft, "key": str(draft.pk), "reading": Reading(draft, request.user)}
        for draft in rows
    ]
    shown = {"drafts": found, "barred": barred(request.user)}
    return render(request, "referrals/wizard/drafts.html", shown)


def draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    """On to the first step that waits to be filled in, or to the deal once it is open."""
    found = own_draft(request, pk)
    if found.deal_id:
        return redirect(opened(found))
    reading = Reading(found, request.user)
    waiting = [step for step in reading.plan if not reading.seen(step)]
    return redirect("draft_step", found.pk, waiting[0])


@require_POST
def discard_draft(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = own_draft(request, pk)
    done = _("The draft is gone.")
    return answer(request, deals.discard_draft, found, by=request.user, to="drafts", done=done)
