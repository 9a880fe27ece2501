"""What is done with a company's webhook: made, changed, removed, given a new secret, tried out."""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from notifications import topics
from notifications.models import Delivery, Subscription
from notifications.webhooks import secrets, targets
from notifications.webhooks.payload import of_test
from portal import clock, roles
from portal.actors import CLOCK, Actor
from portal.history import Change, event
from portal.models import Person
from portal.steps import Step
from portal.workflow import NotAllowed, Refused, Text, Verb, lock

TESTS_A_MINUTE = 2  # facts 1.11
Off, State = Subscription.Off, Delivery.State


@dataclass(frozen=True)
class Wish:
    """What a webhook should be. `own_header`: the signature goes in `x-ms-signature`;
    `skip_own`: what its own program changed is not told."""

    url: str
    events: tuple[str, ...]
    own_header: bool = False
    skip_own: bool = False

    @classmethod
    def of(cls, row: Subscription) -> "Wish":
        return cls(row.url, tuple(row.events), row.own_header, row.skip_own)


class BadAddress(Refused):
    """Nothing is sent to this address, and why."""


class TooOften(Refused):
    """Once more in `seconds`."""

    def __init__(self, sentence: Text, seconds: int) -> None:
        super().__init__(sentence, "tooOften")
        self.seconds = seconds


# --- verbs ----------------------------------------------------------------------------


@transaction.atomic
def subscribe(wish: Wish, *, by: Person) -> tuple[Subscription, str]:
    """Tell this company's program of these events. Returns also the secret, shown this once.

    Raises NotAllowed, BadAddress, or Refused where there is a webhook already.
    """
    _may(by)
    chosen = _chosen(wish)
    subscription = _blank(by)
    secret = secrets.make()
    subscription.secret = secrets.encrypt(secret)
    subscription.secret_before, subscription.before_until = "", None
    _begin_anew(subscription)
    return _write(subscription, "subscribe", chosen, by=by), secret


@transaction.atomic
def change(
    subscription: Subscription, wish: Wish, *, by: Person, version: int | None = None
) -> Subscription:
    """Replace all of it. One that was switched off because its receiver had gone works again."""
    _may(by)
    chosen = _chosen(wish)
    fresh = _held(subscription, version)
    if fresh.off:
        _begin_anew(fresh)
    elif (by.client or fresh.client) == fresh.client and asdict(Wish.of(fresh)) == chosen:
        return fresh
    fresh.client = by.client or fresh.client
    return _write(fresh, "change", chosen, by=by)


@transaction.atomic
def unsubscribe(
    subscription: Subscription, *, by: Person, version: int | None = None
) -> Subscription:
    """Tell nothing more. What waits is not sent."""
    _may(by)
    fresh = _held(subscription, version)
    _park(fresh)
    fresh.off = Off.REMOVED
    return _write(fresh, "unsubscribe", {}, by=by)


@transaction.atomic
def rotate_secret(subscription: Subscription, *, by: Person, version: int | None = None) -> str:
    """A new secret, shown this once. Both sign for WEBHOOK_OVERLAP_HOURS, so that the receiver
    has time to take it over."""
    _may(by)
    fresh, secret = _held(subscription, version), secrets.make()
    fresh.secret_before, fresh.secret = fresh.secret, secrets.encrypt(secret)
    fresh.before_until = fresh.now + timedelta(hours=settings.WEBHOOK_OVERLAP_HOURS)
    _write(fresh, "rotate_secret", {}, by=by)
    return secret


@transaction.atomic
def send_test(subscription: Subscription, *, by: Person) -> Delivery:
    """Send `test-created`, tried once. Raises Refused where that is not subscribed to, TooOften
    at the third in a minute."""
    _may(by)
    fresh = _held(subscription, None)
    if refusal := _untestable(fresh):
        raise refusal
    lately = fresh.deliveries.filter(
        name=topics.TEST, created_at__gt=fresh.now - timedelta(minutes=1)
    )
    if lately.count() >= TESTS_A_MINUTE:
        raise TooOften(_("Two tests were sent in this minute. Wait a minute."), 60)
    delivery = Delivery(
        subscription=fresh, name=topics.TEST, created_at=fresh.now, due_at=fresh.now
    )
    delivery.payload = of_test(delivery.pk, fresh.now)
    delivery.save(force_insert=True)
    return delivery


@transaction.atomic
def switch_off(subscription: Subscription) -> None:
    """The receiver answered 410: what waits is parked, to be sent again if it comes back."""
    fresh = lock(subscription)
    _park(fresh)
    fresh.off = Off.GONE
    _write(fresh, "switch_off", {}, by=CLOCK)


# --- buttons --------------------------------------------------------------------------

OFFERS = {
    "send_test": Verb(_("Send a test")),
    "rotate_secret": Verb(
        _("New secret"),
        _("You see it once. Both secrets sign for a day; then the old one ends."),
    ),
    "unsubscribe": Verb(
        _("Remove"),
        _("Nothing more is sent, also not what waits. A new webhook gets a new secret."),
        danger=True,
    ),
}


def steps(subscription: Subscription, by: Person) -> list[Step]:
    """What may be done with it now, with the reason where something is barred."""
    barred = _untestable(subscription)
    return [
        Step(
            verb,
            offer,
            f"{subscription.get_absolute_url()}{verb}/",
            barred.args[0] if barred and verb == "send_test" else "",
        )
        for verb, offer in OFFERS.items()
        if roles.integrator(by)
    ]


# --- the machinery of this page -------------------------------------------------------


def _may(by: Person) -> None:
    if not roles.integrator(by):
        raise NotAllowed(_("Your role does not allow this."))


def _untestable(subscription: Subscription) -> Refused | None:
    if subscription.off:
        return Refused(_("This webhook is switched off. Save it again first."), "switchedOff")
    if topics.TEST not in subscription.events:
        return Refused(_("Subscribe to test-created first."), "notSubscribed")
    return None


def _held(subscription: Subscription, version: int | None) -> Subscription:
    """Locked, and not removed by somebody else in the meantime."""
    fresh = lock(subscription, version)
    if fresh.off == Off.REMOVED:
        raise Refused(_("This webhook was removed."), "removed")
    return fresh


def _chosen(wish: Wish) -> dict[str, Any]:
    """The wish as it is kept: each event once, in the order of the list. Asks the name server."""
    try:
        targets.check(wish.url)
    except targets.Unfit as unfit:
        raise BadAddress(unfit.sentence, unfit.code) from unfit
    asked, known = set(wish.events), topics.names()
    if not asked or not asked <= set(known):
        raise Refused(_("Choose at least one of the events."), "unknownEvent")
    return asdict(wish) | {"events": tuple(name for name in known if name in asked)}


def _blank(by: Person) -> Subscription:
    """A new row for this company, or the one that was removed; written at once, so that of two
    who come together one waits for the other."""
    now = clock.now()
    row = Subscription(company=by.company, secret="-", since=now, created_at=now)  # noqa: S106
    row.off = Off.REMOVED
    Subscription.objects.bulk_create([row], ignore_conflicts=True)
    fresh = lock(Subscription.objects.get(company=by.company_id))
    if fresh.off != Off.REMOVED:
        raise Refused(_("Your company has a webhook already. Change it instead."), "exists")
    fresh.client = by.client
    return fresh


def _begin_anew(subscription: Subscription) -> None:
    subscription.off, subscription.failures = "", 0
    subscription.since = subscription.now


def _park(subscription: Subscription) -> None:
    """Nothing that waits goes out by itself any more."""
    waiting = subscription.deliveries.filter(state=State.QUEUED)
    waiting.update(state=State.PARKED, due_at=None)
    subscription.held_until = None


def _write(
    subscription: Subscription, verb: str, chosen: dict[str, Any], *, by: Actor
) -> Subscription:
    """Save, with one line of history: what was chosen, never a secret."""
    before = asdict(Wish.of(subscription))
    changes = {
        name: [before[name], value] for name, value in chosen.items() if before[name] != value
    }
    for name, value in chosen.items():
        setattr(subscription, name, value)
    subscription.version += 1
    subscription.updated_at = subscription.now
    subscription.save()
    change = Change("", "", changes)
    event(subscription, verb, change, by=by, at=subscription.now).save(force_insert=True)
    return subscription
