"""Who is told of changes to referrals and registrations, and what they are called (facts 1.11).

A company is told of its own leg; of the other legs of a deal as far as its page shows them
(`referrals.story.other_legs`); the vendor also of deals that its sellers see. What it may not
read is never named: a partner is led to its own leg, which links to the deal's others.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from notifications import topics
from notifications.topics import CREATED, UPDATED, Topic
from portal.models import Company, Event
from referrals.lifecycle.referral import Status
from referrals.models import Referral, Registration

OPENS = ("open", "send")
TAKES_PART = (Status.ACCEPTED, Status.WON, Status.LOST)


def referral_topics(events: Sequence[Event]) -> Iterator[Topic]:
    """Two queries, however many events."""
    ids = {event.record_id for event in events}
    deals = Referral.objects.filter(pk__in=ids).values("deal")
    rows = Referral.objects.filter(deal__in=deals)
    legs = {leg.pk: leg for leg in rows.select_related("deal", "company")}
    others: dict[UUID, list[Referral]] = defaultdict(list)
    for leg in legs.values():
        others[leg.deal_id].append(leg)
    vendor = Company.objects.vendor().pk if legs else None
    for event in events:
        if found := legs.get(event.record_id):
            yield from _of_leg(event, found, others[found.deal_id], vendor)


def _of_leg(
    event: Event, leg: Referral, legs: list[Referral], vendor: UUID | None
) -> Iterator[Topic]:
    change = CREATED if event.verb in OPENS else UPDATED
    yield _referral(event, leg.company_id, f"referral-{change}", leg)
    seen = leg.deal.visible_to_vendor
    for mine in legs:
        by_vendor = seen and mine.company_id == vendor
        if mine.pk != leg.pk and (by_vendor or _knows(mine, leg)):
            shown = leg if by_vendor else mine
            yield _referral(event, mine.company_id, f"related-referral-{change}", shown)
    if seen and vendor not in {mine.company_id for mine in legs} and vendor is not None:
        yield _referral(event, vendor, f"related-referral-{change}", leg)


def _knows(mine: Referral, other: Referral) -> bool:
    """Who takes part knows the others; who does not, only who sent it the deal."""
    return mine.status in TAKES_PART or other.company_id == mine.sender_id


def _referral(event: Event, company_id: UUID, name: str, leg: Referral) -> Topic:
    path = f"engagements/referrals/{leg.pk}"
    return Topic(event, company_id, name, "referral", path, leg.pk)


def registration_topics(events: Sequence[Event]) -> Iterator[Topic]:
    """The partner from the first draft, the vendor from the first time that it is sent."""
    ids = {event.record_id for event in events}
    rows = Registration.objects.filter(pk__in=ids)
    companies = dict(rows.values_list("pk", "company_id"))
    vendor = Company.objects.vendor().pk if companies else None
    for event in events:
        if event.record_id in companies:
            change = CREATED if event.verb == "register" else UPDATED
            yield _registration(event, companies[event.record_id], change)
            if vendor is not None and not _is_private(event):
                change = CREATED if event.before == "draft" else UPDATED
                yield _registration(event, vendor, change)


def _is_private(event: Event) -> bool:
    """What a partner does with a registration that it has not sent is its own affair."""
    return event.after == "draft" or (event.before == "draft" and event.verb != "submit")


def _registration(event: Event, company_id: UUID, change: str) -> Topic:
    pk = event.record_id
    name = f"registration-{change}"
    return Topic(event, company_id, name, "registration", f"registrations/{pk}", pk)


topics.declare(
    "referral",
    referral_topics,
    names={
        "referral-created": _("A deal of ours is new"),
        "referral-updated": _("A deal of ours has changed"),
        "related-referral-created": _("Another company is new in a deal of ours"),
        "related-referral-updated": _("Another company changed its part in a deal of ours"),
    },
)
topics.declare(
    "registration",
    registration_topics,
    names={
        "registration-created": _("A registration is new"),
        "registration-updated": _("A registration has changed"),
    },
)
