"""The page of a registration, for the partner and for the reviewer, and its documents."""

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from portal.documents import listed, served
from portal.models import Document, Person
from portal.pages import get_visible
from portal.steps import steps
from referrals import registration_story as story
from referrals.choices import ReviewReason
from referrals.lifecycle.eligibility import criteria
from referrals.lifecycle.registration import Status
from referrals.models import Referral, Registration


def seen(request: HttpRequest, pk: UUID) -> Registration:
    """The registration, if this person may see it; 404 otherwise."""
    rows = Registration.objects.visible_to(request.user).with_details()
    return get_visible(rows, pk)


@require_GET
def registration(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = seen(request, pk)
    return render(request, "referrals/registration.html", context(found, request.user))


def context(found: Registration, person: Person) -> dict[str, Any]:
    """Everything on the page."""
    referral = found.referral
    referral.deal = found.deal
    return {
        "registration": found,
        "referral": referral,
        "own": found.company_id == person.company_id,
        "deal_url": _deal_url(found, person),
        "steps": steps(found, person),
        "lifecycle": story.progress(found),
        "facts": story.facts(found),
        "criteria": criteria(referral),
        "documents": documents(found),
        "reasons": [ReviewReason(code).label for code in found.reasons],
        "question": story.question(found) if found.status == Status.ACTION else "",
        "exception": found.exception if found.has_exception else None,
        "history": story.history(found),
    }


def _deal_url(found: Registration, person: Person) -> str:
    rows = Referral.objects.visible_to(person).filter(pk=found.referral_id)
    return found.referral.get_absolute_url() if rows.exists() else ""


def documents(found: Registration) -> Any:
    """The files, each with the address that hands it out."""
    return listed(
        found,
        url=lambda one: reverse("registration_document", args=[found.pk, one.pk]),
    )


@require_GET
def document(request: HttpRequest, pk: UUID, document: UUID) -> FileResponse:
    found = seen(request, pk)
    return served(get_visible(Document.objects.of(found), document))
