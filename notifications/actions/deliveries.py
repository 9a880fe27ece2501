"""Sending again what could not be sent, or was lost behind the receiver's door."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from notifications.models import Delivery, Subscription
from portal import clock, roles
from portal.models import Person
from portal.workflow import NotAllowed, Refused

State = Delivery.State


@transaction.atomic
def replay(delivery: Delivery, *, by: Person) -> Delivery:
    """Queue one once more, with all its tries and the same id.

    Raises NotAllowed, or Refused where it waits already or the webhook is switched off.
    """
    _may(by, delivery.subscription)
    rows = Delivery.objects.filter(pk=delivery.pk).exclude(state=State.QUEUED)
    if not _queue(rows):
        raise Refused(_("This message waits to be sent already."), "waits")
    return Delivery.objects.get(pk=delivery.pk)


@transaction.atomic
def replay_many(
    subscription: Subscription,
    *,
    by: Person,
    start: datetime | None,
    end: datetime | None,
    sent_too: bool = False,
) -> int:
    """Queue what was parked in this time once more (`sent_too`: and what was sent), in the order
    in which it happened. None is open. Returns how many."""
    _may(by, subscription)
    states = [State.PARKED, *([State.SENT] if sent_too else [])]
    rows = subscription.deliveries.between(start, end).filter(state__in=states)
    return _queue(rows)


def _may(by: Person, subscription: Subscription) -> None:
    if not roles.integrator(by) or subscription.company_id != by.company_id:
        raise NotAllowed(_("Your role does not allow this."))
    if subscription.off:
        raise Refused(_("This webhook is switched off. Save it again first."), "switchedOff")


def _queue(rows: "QuerySet[Delivery]") -> int:
    return rows.update(state=State.QUEUED, due_at=clock.now(), tries=0)
