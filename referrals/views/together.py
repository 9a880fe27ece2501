"""Working with others on a deal: help, partners, team, solutions, contact, conversation."""

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Case, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.models import Company
from portal.pages import answer, bound, get_visible, version
from portal.workflow import Refused
from referrals.actions import deal as deals
from referrals.actions import referral as actions
from referrals.actions import team as teams
from referrals.actions.opening import Contact, Invitation, Member, brought_by
from referrals.actions.responsiveness import partners_by_responsiveness
from referrals.forms import referral as forms
from referrals.models import Referral, Solution, TeamMember
from referrals.views.deal import seen, show
from referrals.views.step import step_page


def ask_help(request: HttpRequest, pk: UUID) -> HttpResponse:
    referral = seen(request, pk)
    known = referral.deal.has_contact
    form = bound(request, forms.AskHelp if known else forms.AskHelpWithContact)

    def run(help: str, ask: str, **given: Any) -> Referral:
        contact = None if known else _contact(given)
        asked = {"help": help, "ask": ask, "contact": contact, "version": version(request)}
        return deals.ask_help(referral, by=request.user, **asked)

    return step_page(
        request,
        referral,
        form,
        run,
        verb="ask_help",
        title=_("Ask the vendor for help"),
        done=_("Asked. The sellers are told."),
        follows=_("What is asked can't be changed later. The vendor's sellers will see the deal."),
    )


def _contact(given: dict[str, Any]) -> Contact:
    names = ("name", "title", "phone", "email")
    return Contact(**{name: str(given.get(f"contact_{name}", "")) for name in names})


def invite(request: HttpRequest, pk: UUID) -> HttpResponse:
    """First the partner (?company=), then what it should bring."""
    referral = seen(request, pk)
    found = partners_by_responsiveness(request.GET.get("q", ""), besides=referral.company)
    found = found.exclude(pk__in=referral.deal.legs.values("company"))
    if chosen := request.GET.get("company"):
        return _invite_company(request, referral, get_visible(found, chosen))
    shown = {"referral": referral, "partners": found[:20]}
    return render(request, "referrals/invite.html", shown)


def _invite_company(request: HttpRequest, referral: Referral, company: Company) -> HttpResponse:
    team = list(referral.team.filter(company=referral.company_id))
    initial = {"close_on": referral.close_on, "currency": referral.currency}
    form = bound(
        request,
        forms.Invite,
        offered=brought_by(company).select_related("company"),
        team=team,
        initial=initial,
    )
    return step_page(
        request,
        referral,
        form,
        partial(_invite, request, referral, company, team),
        verb="invite",
        title=_("Invite %(company)s") % {"company": company},
        done=_("Invited. The partner is told."),
        follows=_("Value and date are the partner's own afterwards; you can't change them."),
    )


def _invite(
    request: HttpRequest,
    referral: Referral,
    company: Company,
    colleagues: list[TeamMember],
    *,
    team: list[str],
    solutions: Any,
    **given: Any,
) -> Referral:
    members = [Member(m.name, str(m.phone), m.email) for m in colleagues if m.email in team]
    invitation = Invitation(
        company=company, solutions=tuple(solutions), team=tuple(members), **given
    )
    return deals.invite(referral, invitation, by=request.user, version=version(request))


def add_member(request: HttpRequest, pk: UUID) -> HttpResponse:
    referral = seen(request, pk)
    form = bound(request, forms.Member)

    def run(name: str, phone: Any, email: str) -> TeamMember:
        member = Member(name, str(phone), email)
        return teams.add_member(referral, member, by=request.user, version=version(request))

    known = {m.email for m in referral.team.all()}
    suggested = [m for m in actions.suggested_team(request.user) if m.email not in known]
    words: dict[str, Any] = {"title": _("Add to the team"), "done": _("Added to the team.")}
    return step_page(request, referral, form, run, verb="add_member", suggested=suggested, **words)


@require_POST
def remove_member(request: HttpRequest, pk: UUID, member: int) -> HttpResponse:
    referral = seen(request, pk)
    row = get_object_or_404(referral.team, pk=member)
    to = "deals" if row.person_id == request.user.pk else referral
    done = _("Removed from the team.")
    given = {"by": request.user, "version": version(request)}
    return answer(request, teams.remove_member, referral, row, to=to, done=done, **given)


def set_solutions(request: HttpRequest, pk: UUID) -> HttpResponse:
    referral = seen(request, pk)
    offered = Solution.objects.offered_to(request.user).filter(is_assessment=False)
    initial = {"solutions": [s.pk for s in referral.solutions.all()]}
    own_first = Case(When(company=referral.company_id, then=0), default=1)
    offered = offered.select_related("company").order_by(own_first, "company__name", "name")
    form = bound(request, forms.Solutions, offered=offered, initial=initial)

    def run(solutions: Any) -> Referral:
        chosen = {"solutions": [s.pk for s in solutions], "version": version(request)}
        return deals.set_solutions(referral, by=request.user, **chosen)

    words: dict[str, Any] = {
        "title": _("Change the solutions"),
        "done": _("The solutions are changed."),
    }
    return step_page(request, referral, form, run, verb="set_solutions", **words)


@require_POST
def reveal_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Each look is a line of history, so this answer itself shows the contact, once."""
    referral = seen(request, pk)
    try:
        actions.reveal_contact(referral, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(referral)
    return show(request, seen(request, pk), contact=True)


@require_POST
def comment(request: HttpRequest, pk: UUID) -> HttpResponse:
    referral = seen(request, pk)
    form = forms.Comment(data=request.POST)
    if not form.is_valid():
        return show(request, referral, comment=form, status=422)
    to = f"{referral.get_absolute_url()}#talk"
    said = {"by": request.user, "done": _("Your note is there."), **form.cleaned_data}
    return answer(request, actions.comment, referral, to=to, **said)
