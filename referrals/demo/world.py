"""The whole demonstration, made in one transaction. Only in a sandbox, and only once."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import translation

from notifications.models import Message
from portal import clock
from portal.models import Account, Person
from referrals.actions import responsiveness, routing
from referrals.demo import customers, directory, notices, people, plans, rates
from referrals.demo.calendar import Calendar
from referrals.demo.deals import Tale, World

BEFORE = timedelta(days=400)  # the companies were there before their first deal
ELSEWHERE = ("GB", "", "US")  # the second place serves this market, the third one product


def exists() -> bool:
    """Was the demonstration made here?"""
    return Person.objects.filter(email=people.MAINS[0].email).exists()


@transaction.atomic
def make(seed: int, now: datetime | None = None, *, every: int = 1) -> None:
    """Make companies, people, customers and a year of deals (every n-th of them) up to `now`.

    The same seed and moment give the same names, values and statuses. Raises RuntimeError
    outside a sandbox: the past is made by a clock that stands still, and only a sandbox has one.
    """
    if not settings.SANDBOX:
        raise RuntimeError("Only a sandbox can be filled with a demonstration.")
    rng = Random(seed)  # noqa: S311  # nosec B311
    told = set(Message.objects.values_list("pk", flat=True))
    now = now or clock.now().replace(minute=0, second=0, microsecond=0)
    with translation.override(settings.LANGUAGE_CODE), clock.standing() as stand:
        world = _world(seed, rng, Calendar(now, stand))
        _route(world)
        _tell(world, rng, every)
        responsiveness.measure()
    mains = [world.cast.main(main.code) for main in people.MAINS]
    notices.quieten(told, mains, now)


def _world(seed: int, rng: Random, calendar: Calendar) -> World:
    at = calendar.now - BEFORE
    rates.load(calendar.now)
    calendar.stand(at)
    companies = directory.make(rng, at)
    cast = people.make(companies, rng, at)
    found = defaultdict(list)
    for account in customers.make(rng, at):
        if not account.is_federal or account.kind == Account.Kind.REGISTER:
            found[str(account.country)].append(account)
    return World(seed, companies, cast, calendar, dict(found))


def _route(world: World) -> None:
    """Every partner has a default; those with several places send markets and products there."""
    for partner in world.directory.partners:
        by = world.cast.admins(partner.company)[0]
        first, *others = partner.locations
        routing.add_rule(by=by, location=first)
        for n, place in enumerate(others):
            solution = partner.solutions[n] if n % 2 else None
            routing.add_rule(by=by, location=place, country=ELSEWHERE[n], solution=solution)


def _tell(world: World, rng: Random, every: int) -> None:
    found = plans.make(world.directory, rng, world.calendar.now)
    for number, plan in enumerate(found[::every]):
        Tale(world, plan, number).begin()
    world.calendar.run()


def sign_ins() -> Iterator[tuple[str, str, str]]:
    """Name, what the person is there for, e-mail."""
    for main in people.MAINS:
        yield main.name, main.says, main.email
