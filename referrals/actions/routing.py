"""Which location a referral lands on, and the rules that say so (decision 14)."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Case, IntegerField, Q, When
from django.utils.translation import gettext_lazy as _

from portal import roles
from portal.history import Change, event
from portal.models import Company, Location, Person, Role
from portal.workflow import NotAllowed, Refused, created, lock
from referrals.models import RoutingRule, Solution


def location_for(company: Company, solution: Solution | None, country: Any) -> Location:
    """Market and solution, then solution, then market, then the default (D15).

    Raises Refused when the company has no location that could receive anything.
    """
    market, product = Q(country=str(country)), Q(solution=solution)
    all_markets, all_solutions = Q(country=""), Q(solution=None)
    rank = Case(
        When(market & product & ~all_solutions, then=0),
        When(all_markets & product & ~all_solutions, then=1),
        When(market & all_solutions, then=2),
        default=3,
        output_field=IntegerField(),
    )
    rules = RoutingRule.objects.filter(company=company, location__is_active=True)
    fitting = rules.filter(market | all_markets, product | all_solutions)
    rule = fitting.order_by(rank).select_related("location").first()
    if rule is not None:
        return rule.location
    first = company.locations.filter(is_active=True).order_by("created_at").first()
    if first is None:
        raise Refused(_("%(company)s has no location to receive it.") % {"company": company})
    return first


def may_route(person: Person) -> bool:
    """Rules belong to referrals admins of the whole company; others read them (facts 2.9)."""
    return roles.whole_company(person, Role.REFERRALS_ADMIN)


@transaction.atomic
def add_rule(
    *, by: Person, location: Location, country: str = "", solution: Solution | None = None
) -> RoutingRule:
    """Add a rule. Refused when one for the same market and solution stands already."""
    _check(by, location)
    same = RoutingRule.objects.filter(company=by.company, country=country, solution=solution)
    if standing := same.first():
        raise Refused(_("There is a rule for “%(rule)s” already.") % {"rule": standing})
    rule = RoutingRule(company=by.company, country=country, solution=solution, location=location)
    return _written(rule, by)


def _written(rule: RoutingRule, by: Person) -> RoutingRule:
    try:
        with transaction.atomic():
            return created(rule, "add_rule", by=by)
    except IntegrityError as error:
        sentence = _("There is a rule for “%(rule)s” already.") % {"rule": rule}
        raise Refused(sentence) from error


def _check(by: Person, location: Location | None = None) -> None:
    if not may_route(by):
        raise NotAllowed(_("Routing belongs to referrals admins of the whole company."))
    if location is not None and location.company_id != by.company_id:
        raise Refused(_("Choose a location of your own company."))


@transaction.atomic
def move_rule(
    rule: RoutingRule, *, by: Person, location: Location, version: int | None = None
) -> RoutingRule:
    """Point a rule to another location; referrals that arrived stay where they are."""
    _check(by, location)
    rule = lock(rule, version)
    old, rule.location = rule.location, location
    rule.version += 1
    rule.save()
    change = Change("", "", {"location": [str(old), str(location)]})
    event(rule, "move_rule", change, by=by).save(force_insert=True)
    return rule


@transaction.atomic
def remove_rule(rule: RoutingRule, *, by: Person) -> None:
    """Remove a rule; the default stays, it can only be pointed elsewhere."""
    _check(by)
    rule = lock(rule)
    if rule.is_default:
        raise Refused(_("The default rule can be changed but not removed."))
    rule.version += 1
    event(rule, "remove_rule", Change("", "", {}), by=by, note=str(rule)).save(force_insert=True)
    rule.delete()
