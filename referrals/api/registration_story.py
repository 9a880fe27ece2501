"""A registration, its documents and its exception as the API's own objects."""

from typing import Any

from django.conf import settings

from portal import roles
from portal.api.fields import wire_name
from portal.api.records import Answers, answers, etag, told
from portal.documents import why
from portal.models import Document, Person
from portal.steps import problems
from referrals import exception_story
from referrals import registration_story as story
from referrals.api.referral_story import criterion, line
from referrals.lifecycle.eligibility import criteria
from referrals.lifecycle.registration import OPEN, Status
from referrals.models import ExceptionRequest, Registration

BESIDE = ("attach", "detach")
PLAIN = (
    "status outcome holds_contract names_both is_marketplace marketplace_on deployment pricing "
    "term tenant total_value solution_value currency signed_on starts_on ends_on reasons "
    "fail_reason fail_note submitted_at pending_at action_at approved_at passed_at failed_at "
    "closed_at created_at updated_at"
).split()


def row(found: Registration) -> dict[str, Any]:
    """What stands in a list."""
    customer = found.deal.customer
    return {
        "id": found.pk,
        "referralId": found.referral_id,
        "dealId": found.deal_id,
        "name": found.referral.name,
        "company": {"id": found.company_id, "name": found.company.name},
        "customer": {"id": customer.pk, "name": customer.name},
        "solution": _solution(found),
        **{wire_name(name): getattr(found, name) for name in PLAIN},
        "question": story.question(found) if found.status == Status.ACTION else "",
        "closesAt": found.due_at,
        "exceptionId": found.exception.pk if found.has_exception else None,
        "eTag": etag(found),
        "links": {"self": f"{settings.BASE_URL}/v1.0/registrations/{found.pk}"},
    }


def _solution(found: Registration) -> dict[str, Any] | None:
    solution = found.solution
    return {"id": solution.pk, "name": solution.name} if solution else None


def compact(found: Registration, person: Person) -> dict[str, Any]:
    """What every verb answers with. Why an early win was accepted is the vendor's to read."""
    own = found.company_id == person.company_id
    return row(found) | {
        "override": "" if own else found.override,
        "allowedActions": told(verbs(found, person)),
    }


def verbs(found: Registration, person: Person) -> Answers:
    """Every verb that a page offers, and why it is refused to this person now."""
    return answers(found, person, *BESIDE)


def whole(found: Registration, person: Person) -> dict[str, Any]:
    """And what its page tells besides. `problems` are all that keep it from being submitted."""
    works = found.status in OPEN and roles.registrant(found, person)
    unmet = problems(found, "submit") if works else []
    return compact(found, person) | {
        "criteria": [criterion(one) for one in criteria(found.referral)],
        "problems": [{"field": wire_name(name), "message": said} for name, said in unmet],
        "documents": documents(found),
        "history": [line(one) for one in story.history(found)],
    }


def documents(found: Registration) -> list[dict[str, Any]]:
    """The files of a registration, oldest first."""
    rows = Document.objects.of(found).select_related("added_by")
    return [document(found, one) for one in rows]


def document(found: Registration, one: Document) -> dict[str, Any]:
    """A file; `content` is its address once it left the quarantine, `size` is in bytes."""
    address = f"{settings.BASE_URL}/v1.0/registrations/{found.pk}/documents/{one.pk}"
    return {
        "id": one.pk,
        "name": one.name,
        "mediaType": one.media_type,
        "size": one.size,
        "sha256": one.sha256,
        "state": one.state,
        "message": why(one),
        "addedAt": one.added_at,
        "addedBy": one.added_by.name,
        "content": address if one.is_ready else None,
    }


def exception(found: ExceptionRequest, person: Person) -> dict[str, Any]:
    """A request for an exception: what would count instead of what, and the answer."""
    return {
        "id": found.pk,
        "registrationId": found.registration_id,
        "company": {"id": found.company_id, "name": found.company.name},
        "status": found.status,
        "explanation": found.explanation,
        "changes": [
            {"field": name, "registered": before, "requested": after}
            for name, before, after in exception_story.changes(found)
        ],
        "answerBy": found.due_at,
        "decidedAt": found.decided_at,
        "decidedBy": found.reviewer.name if found.reviewer else "",
        "note": found.note,
        "createdAt": found.created_at,
        "eTag": etag(found),
        "links": {
            "self": f"{settings.BASE_URL}/v1.0/exceptions/{found.pk}",
            "registration": f"{settings.BASE_URL}/v1.0/registrations/{found.registration_id}",
        },
        "allowedActions": told(answers(found, person)),
    }
