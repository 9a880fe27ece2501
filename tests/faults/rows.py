"""Thousands of referrals that are due, and what must be true of them afterwards."""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Max, Min

from notifications.models import Message
from portal import clock
from portal.models import Account, Event, Person, new_id
from referrals.actions import deal
from referrals.models import Deal, Referral, TeamMember
from tests.conftest import HELP, opening


@transaction.atomic  # sweeps that run meanwhile see all of it at once
def referrals(many: int, ana: Person, customer: Account, due_at: datetime) -> list[Referral]:
    """So many requests for help that wait for an answer until then; Ana is told of each."""
    own = deal.open(opening(ana, customer, **HELP), by=ana)
    leg = own.deal.legs.get(company__kind="vendor")
    deals = [Deal(customer=customer, motion="ip", visible_to_vendor=True) for _ in range(many)]
    Deal.objects.bulk_create(deals)
    pairs = [(_copy(own, new), _copy(leg, new, due_at=due_at)) for new in deals]
    Referral.objects.bulk_create([one for pair in pairs for one in pair])
    _history([theirs for _mine, theirs in pairs])
    member = {"company": ana.company, "person": ana, "name": ana.name, "email": ana.email}
    TeamMember.objects.bulk_create(TeamMember(referral=mine, **member) for mine, _ in pairs)
    Message.objects.filter(record_id__in=own.deal.legs.values("pk")).delete()
    return [theirs for _mine, theirs in pairs]


def _copy(leg: Referral, new: Deal, **changed: object) -> Referral:
    fields = {f.attname: getattr(leg, f.attname) for f in leg._meta.concrete_fields}
    return Referral(**fields | {"id": new_id(), "deal_id": new.pk, "version": 1} | changed)


def _history(legs: list[Referral]) -> None:
    Event.objects.bulk_create(
        Event(
            record_type="referral",
            record_id=leg.pk,
            version=1,
            verb="send",
            after="pending",
            changes={},
            at=leg.created_at,
            actor_kind="system",
        )
        for leg in legs
    )


def overdue(many: int, ana: Person, customer: Account) -> list[Referral]:
    """So many referrals whose time to answer has passed an hour ago."""
    return referrals(many, ana, customer, clock.now() - timedelta(hours=1))


def expired(legs: list[Referral]) -> int:
    return Referral.objects.filter(pk__in=[leg.pk for leg in legs], status="expired").count()


def assert_expired_once(legs: list[Referral]) -> None:
    """Each left its state once, its history has no gap, and each reader is told once."""
    ids = [leg.pk for leg in legs]
    rows = Referral.objects.filter(pk__in=ids).values_list("status", "version")
    assert Counter(rows) == {("expired", 2): len(ids)}
    assert_no_gaps(ids)
    events = Event.objects.filter(record_id__in=ids, verb="expire")
    assert events.count() == len(ids)
    deals = [leg.deal_id for leg in legs]
    senders = Referral.objects.filter(deal__in=deals).exclude(pk__in=ids).values("pk")
    told = Message.objects.filter(record_id__in=senders, kind="referrals/expired").order_by()
    once = told.values("record_id", "address").annotate(n=Count("pk"))
    assert Counter(row["n"] for row in once) == {1: len(ids)}


def assert_no_gaps(ids: list[object]) -> None:
    """Versions of history are 1, 2, 3 … up to the record's own."""
    history = Event.objects.filter(record_id__in=ids).order_by().values("record_id")
    steps = history.annotate(n=Count("pk"), low=Min("version"), high=Max("version"))
    assert not steps.exclude(low=1, high=F("n")).exists()
    last = {row["record_id"]: row["high"] for row in steps}
    assert last == dict(Referral.objects.filter(pk__in=ids).values_list("pk", "version"))
