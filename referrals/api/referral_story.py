"""A referral as the API's own object: where it stands, what happened, and what may be done."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal import roles
from portal.api.records import Answers, answers, etag, told
from portal.models import Person
from portal.story import Line
from portal.workflow import NotAllowed, Refused, Text
from referrals import registration_banner as banners
from referrals import story
from referrals.lifecycle.eligibility import Criterion, obstacle
from referrals.models import Referral

# Steps that a page offers elsewhere than among the buttons of the life-cycle.
BESIDE = ("remove_member", "comment")


def compact(referral: Referral, person: Person) -> dict[str, Any]:
    """What every verb answers with."""
    return {
        "id": referral.pk,
        "dealId": referral.deal_id,
        "name": referral.name,
        "status": referral.shown_status,
        "stage": referral.stage,
        "dealType": referral.deal.type,
        "registrationId": _registration(referral, person),
        "updatedAt": referral.updated_at,
        "eTag": etag(referral),
        "links": links(referral),
        "allowedActions": told(verbs(referral, person)),
    }


def links(referral: Referral) -> dict[str, str]:
    """This object, and the same as the vendor's contract writes it."""
    return {
        "self": f"{settings.BASE_URL}/v1.0/referrals/{referral.pk}",
        "wire": f"{settings.BASE_URL}/v1.0/engagements/referrals/{referral.pk}",
    }


def _registration(referral: Referral, person: Person) -> Any:
    begun = banners.of(referral) if banners.told(referral, person) else None
    return begun.pk if begun else None


def verbs(referral: Referral, person: Person) -> Answers:
    """Every verb that a page offers, and why it is refused to this person now."""
    found = answers(referral, person, *BESIDE)
    return found | {
        "register": _register(referral, person),
        "favour": None,
        "unfavour": None,
    }


def _register(referral: Referral, person: Person) -> Refused | None:
    """As the action answers: who may, then what was begun, then the first criterion."""
    if referral.company.is_vendor or not roles.worker(referral, person):
        return NotAllowed(_("Your role does not allow this."))
    if banners.of(referral):
        return None
    sentence: Text = obstacle(referral)
    return Refused(sentence) if sentence else None


def whole(referral: Referral, person: Person) -> dict[str, Any]:
    """And what its page tells besides: criteria, conversation, history."""
    for leg in referral.deal.legs.all():
        leg.moment = referral.moment  # one answer, one time
    own = referral.company_id == person.company_id
    banner = banners.banner(referral, person)
    return compact(referral, person) | {
        "favourite": referral.favourites.filter(person=person).exists(),
        "registration": registration(banner) if banner else None,
        "conversation": conversation(referral, person),
        "history": [line(one) for one in story.history(referral, own=own)],
    }


def registration(banner: banners.Banner) -> dict[str, Any]:
    """Can this deal be registered, criterion by criterion?"""
    return {
        "verdict": banner.verdict,
        "message": banner.line,
        "criteria": [criterion(one) for one in banner.criteria],
        "until": banner.until,
    }


def criterion(one: Criterion) -> dict[str, Any]:
    """`decides` is false for what a reviewer may overlook."""
    return {
        "code": one.code,
        "state": one.state,
        "label": one.label,
        "message": one.hint,
        "decides": one.decides,
    }


def conversation(referral: Referral, person: Person) -> list[dict[str, Any]]:
    """As the deal's page shows it."""
    return [
        {
            "id": row.pk,
            "author": row.author.name,
            "company": {"id": row.company_id, "name": row.company.name},
            "at": row.at,
            "text": row.text,
            "internal": row.internal,
        }
        for row in story.conversation(referral, person)
    ]


def line(one: Line) -> dict[str, Any]:
    """A line of history, in the reader's language."""
    changes = [{"field": name, "old": old, "new": new} for name, old, new in one.changes]
    return {"sentence": one.sentence, "at": one.at, "note": one.note, "changes": changes}
