"""Routing rules: read by everybody who works referrals, written by whole-company admins."""

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404
from django_countries import countries
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.errors import Problem
from portal.api.fields import ID, choice, needed, or_null, read
from portal.api.gates import caller
from portal.api.paging import known
from portal.api.records import RecordView, etag, expected
from portal.api.views import View
from portal.models import Company, Location, Person, Role
from portal.pages import get_visible
from portal.workflow import lock
from referrals.actions import routing as actions
from referrals.api import schema_settings as schema
from referrals.models import RoutingRule, Solution

MOVE = {"location": needed(ID)}
ADD = {
    **MOVE,
    "country": or_null(choice(["", *(code for code, _name in countries)]), ""),
    "solution": or_null(ID),
}


def _rules(person: Person) -> "QuerySet[RoutingRule]":
    if person.is_vendor or not person.has_role(Role.REFERRALS_ADMIN, Role.REFERRALS_USER):
        raise Http404
    rules = RoutingRule.objects.filter(company=person.company_id)
    return rules.select_related("solution", "location")


class RoutingRules(View):
    scope = "settings"

    @extend_schema(**schema.RULES)
    def get(self, request: Request) -> Response:
        """In the order of the page: the default is the last."""
        rules = _rules(caller(request))
        known(request)
        ordered = sorted(rules, key=lambda rule: (rule.is_default, str(rule), rule.pk))
        return Response({"value": [_row(rule) for rule in ordered]})

    @extend_schema(**schema.add_rule(ADD))
    def post(self, request: Request) -> Response:
        _rules(caller(request))
        company, given = _company(request), read(request.data, ADD)
        rule = actions.add_rule(
            by=caller(request),
            location=_location(company, given["location"]),
            country=given.get("country", ""),
            solution=_solution(company, given.get("solution")),
        )
        address = f"{settings.BASE_URL}/v1.0/routing-rules/{rule.pk}"
        return Response(_row(rule), headers={"ETag": etag(rule), "Location": address})


class OneRoutingRule(RecordView):
    scope = "settings"

    @extend_schema(**schema.RULE)
    def get(self, request: Request, pk: UUID) -> Response:
        rule = get_visible(_rules(caller(request)), pk)
        return self.answer(rule, _row(rule))

    @extend_schema(**schema.move_rule(MOVE))
    def put(self, request: Request, pk: UUID) -> Response:
        """Only where it points to can be changed; `If-Match` has to say which state was read."""
        rule = get_visible(_rules(caller(request)), pk)
        self.seen, version = rule, expected(request, rule)
        if version is None:
            message = "Send the eTag that you read as If-Match."
            raise Problem(message, target="If-Match", status=412, code="ifMatchMissing")
        given = read(request.data, MOVE)
        place = _location(_company(request), given["location"])
        rule = actions.move_rule(rule, by=caller(request), location=place, version=version)
        return self.answer(rule, _row(rule))

    @extend_schema(**schema.REMOVE)
    def delete(self, request: Request, pk: UUID) -> Response:
        rule = get_visible(_rules(caller(request)), pk)
        self.seen, version = rule, expected(request, rule)
        if version is not None:
            lock(rule, version)
        actions.remove_rule(rule, by=caller(request))
        return Response(status=204)


def _company(request: Request) -> Company:
    return cast(Company, caller(request).company)


def _location(company: Company, pk: UUID) -> Location:
    found = company.locations.filter(is_active=True, pk=pk).first()
    if found is None:
        raise Problem("This is no location of your company.", target="location")
    return found


def _solution(company: Company, pk: UUID | None) -> Solution | None:
    found: Solution | None = Solution.objects.own(company).filter(pk=pk).first() if pk else None
    if pk and found is None:
        raise Problem("This is no solution of your company.", target="solution")
    return found


def _row(rule: RoutingRule) -> dict[str, Any]:
    solution = rule.solution
    return {
        "id": rule.pk,
        "country": str(rule.country),
        "solution": {"id": solution.pk, "name": solution.name} if solution else None,
        "location": {"id": rule.location_id, "name": rule.location.name},
        "isDefault": rule.is_default,
        "eTag": etag(rule),
    }
