"""Which lines of the history of referrals and registrations somebody may read in the feed.

What a deal's page tells its reader, and nothing else (referrals/story.py): its own history, and
that a known company's leg moved. Taken off a team, a referrals user is told that it is gone.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from notifications import feed
from notifications.feed import Sight
from portal import roles
from portal.models import Person, Role
from referrals import registration_story, story
from referrals.models import Referral, Registration
from referrals.topics import TAKES_PART

RECORD = OuterRef("record_id")


def referral_lines(person: Person) -> Q:
    """Legs in sight, legs of companies that those work with, and the end of a sight."""
    seen = Referral.objects.visible_to(person)
    lines = Q(Exists(seen.filter(pk=RECORD)))
    if person.is_vendor:
        return lines
    places = roles.in_scope(person, Role.REFERRALS_USER)
    own = Referral.objects.filter(places, company=person.company_id, pk=RECORD)
    mine = seen.filter(deal=OuterRef("deal")).filter(
        Q(status__in=TAKES_PART) | Q(sender=OuterRef("company"))
    )
    known = Referral.objects.filter(Exists(mine), pk=RECORD)
    return lines | Q(Exists(known)) | Q(Exists(own), verb="remove_member")


def referral_sights(person: Person, ids: Sequence[UUID]) -> dict[UUID, Sight]:
    rows = Referral.objects.visible_to(person).filter(pk__in=ids)
    untold = {
        own: frozenset(story.UNTOLD if own else story.UNTOLD | story.OWN) for own in (True, False)
    }
    return {
        pk: Sight(deal, untold[company == person.company_id])
        for pk, deal, company in rows.values_list("pk", "deal_id", "company_id")
    }


def registration_lines(person: Person) -> Q:
    seen = Registration.objects.visible_to(person).filter(pk=RECORD)
    return Q(Exists(seen))


def registration_sights(person: Person, ids: Sequence[UUID]) -> dict[UUID, Sight]:
    rows = Registration.objects.visible_to(person).filter(pk__in=ids)
    untold = frozenset(registration_story.UNTOLD)
    return {pk: Sight(deal, untold) for pk, deal in rows.values_list("pk", "deal_id")}


feed.declare("referral", referral_lines, referral_sights)
feed.declare("registration", registration_lines, registration_sights)
