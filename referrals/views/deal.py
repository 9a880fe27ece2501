"""The page of one deal, as one company sees it."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from portal import roles
from portal.models import Person
from portal.pages import get_visible
from portal.steps import steps
from referrals import registration_banner, story
from referrals.forms.referral import Comment
from referrals.lifecycle.referral import Status
from referrals.listing.page import neighbours
from referrals.models import Referral


def seen(request: HttpRequest, pk: UUID) -> Referral:
    """The referral, if this person may see it; 404 otherwise."""
    return get_visible(Referral.objects.visible_to(request.user).with_registration(), pk)


@require_GET
def deal(request: HttpRequest, pk: UUID) -> HttpResponse:
    referral = seen(request, pk)
    query = request.GET.get("list", "")
    beside = neighbours(request.user, referral, query)
    return show(request, referral, neighbours=beside, list_query=query)


def show(
    request: HttpRequest, referral: Referral, *, status: int = 200, **extra: Any
) -> HttpResponse:
    """Render the page; the contact only where `extra` or ownership says so."""
    shown = context(referral, request.user) | {"here": referral.get_absolute_url()} | extra
    return render(request, "referrals/deal.html", shown, status=status)


def context(referral: Referral, person: Person) -> dict[str, Any]:
    """Everything on the page, in a constant number of queries."""
    offered = steps(referral, person)
    for leg in referral.deal.legs.all():
        leg.moment = referral.moment  # one page, one time
    banner = registration_banner.banner(referral, person)
    own = referral.company_id == person.company_id
    works = referral.status == Status.ACCEPTED and roles.worker(referral, person)
    return {
        "referral": referral,
        "deal": referral.deal,
        "now": referral.now,
        "steps": [
            *(s for s in offered if s.verb not in ("add_member", "set_solutions")),
            *registration_banner.register_steps(referral, person),
        ],
        "beside": {s.verb: s for s in offered},
        "works": works,
        "own": own,
        "contact": roles.opener(referral, person),  # the vendor's readers are no workers
        "lifecycle": story.lifecycle(referral, banner.verdict if banner else None),
        "banner": banner,
        "history": story.history(referral, own=own),
        "others": story.other_legs(referral, person),
        "early_until": story.early_until(referral),
        "team": referral.team.select_related("company"),
        "favourite": referral.favourites.filter(person=person).exists(),
        "talks": story.talks(referral, person),
        "comments": comments(referral, person),
        "comment": Comment(initial={"id": uuid4()}) if works else None,
    }


def comments(referral: Referral, person: Person) -> list[dict[str, Any]]:
    """The conversation as this person may read it, oldest first."""
    return [
        {
            "author": row.author.name,
            "company": row.company.name,
            "at": row.at,
            "text": row.text,
            "internal": row.internal,
            "mine": row.author_id == person.pk,
        }
        for row in story.conversation(referral, person)
    ]
