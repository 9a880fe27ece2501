"""The first page after signing in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal import clock
from portal.models import Person, Role
from portal.roles import VENDOR_READERS, reviews, seller
from referrals import home as figures
from referrals.actions.opening import barred
from referrals.views.registrations.desk import waiting

WORKS_DEALS = (Role.REFERRALS_ADMIN, Role.REFERRALS_USER, *VENDOR_READERS)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    person = request.user
    shown = _deals(person) if person.has_role(*WORKS_DEALS) else {}
    if reviews(person):
        shown["desk"] = waiting(person)
    return render(request, "referrals/home.html", shown)


def _deals(person: Person) -> dict[str, Any]:
    now = clock.now()
    chart, values = figures.pipeline(person)
    return {
        "works_deals": True,
        "is_seller": seller(person),
        "answers_deals": seller(person) or not person.is_vendor,
        "barred": barred(person),
        "waiting": figures.waiting(person, now),
        "figures": figures.figures(person, now),
        "answers": figures.answers(person),
        "pipeline": chart,
        "pipeline_values": values,
        "outcomes": figures.outcomes(person, now),
        "kinds": figures.kinds(person),
    }
