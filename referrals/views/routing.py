"""Routing rules: read by everybody who works referrals, written by whole-company admins."""

from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.models import Role
from portal.pages import answer, bound, form_page, get_visible, version
from referrals.actions import routing as actions
from referrals.forms.routing import AddRule, MoveRule
from referrals.models import RoutingRule


def _rules(request: HttpRequest) -> QuerySet[RoutingRule]:
    person = request.user
    if person.is_vendor or not person.has_role(Role.REFERRALS_ADMIN, Role.REFERRALS_USER):
        raise Http404
    rules = RoutingRule.objects.filter(company=person.company_id)
    return rules.select_related("solution", "location")


def routing(request: HttpRequest) -> HttpResponse:
    """The list, and below it a form for one more rule."""
    rules = _rules(request)
    form = bound(request, AddRule, company=request.user.company)
    ordered = sorted(rules, key=lambda rule: (rule.is_default, str(rule)))
    shown = {"rules": ordered, "may_route": actions.may_route(request.user)}
    run = partial(actions.add_rule, by=request.user)
    done = _("The rule is added. It counts for referrals from now on.")
    return form_page(
        request, form, "referrals/routing.html", run, to="routing", done=done, context=shown
    )


def move_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    rule = get_visible(_rules(request), pk)
    form = bound(
        request, MoveRule, company=request.user.company, initial={"location": rule.location}
    )
    run = partial(actions.move_rule, rule, by=request.user, version=version(request))
    shown = {"rule": rule, "version": rule.version}
    done = _("The rule points to the new location. What arrived before stays where it is.")
    return form_page(
        request, form, "referrals/move_rule.html", run, to="routing", done=done, context=shown
    )


@require_POST
def remove_rule(request: HttpRequest, pk: UUID) -> HttpResponse:
    rule = get_visible(_rules(request), pk)
    done = _("The rule is removed.")
    return answer(request, actions.remove_rule, rule, by=request.user, to="routing", done=done)
