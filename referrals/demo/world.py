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
from referrals.demo import customers, directory, notices, people, plans
from referrals.demo.calendar import Calendar, stand_at
from referrals.demo.deals import Tale, World, sweep

BEFORE = timedelta(days=400)  # the companies were there before their first deal


def exists() -> bool:
    """Was the demonstration made here?"""
    return Person.objects.filter(email=people.MAINS[0].email).exists()


@transaction.atomic
def make(seed: int, now: datetime | None = None) -> None:
    """Make companies, people, customers and a year of deals up to `now`.

    The same seed and moment give the same names, values and statuses. Raises RuntimeError
    outside a sandbox: the past is made by moving its clock, which is put back at the end.
    """
    if not settings.SANDBOX:
        raise RuntimeError("Only a sandbox can be filled with a demonstration.")
    rng, moved = Random(seed), clock.offset()  # noqa: S311  # nosec B311
    told = set(Message.objects.values_list("pk", flat=True))
    now = now or clock.now().replace(minute=0, second=0, microsecond=0)
    with translation.override(settings.LANGUAGE_CODE):
        world = _world(seed, rng, now)
        _route(world, now)
        _tell(world, rng)
    sweep()
    responsiveness.measure()
    clock.move(moved - clock.offset())
    mains = [world.cast.main(main.code) for main in people.MAINS]
    notices.quieten(told, mains, now)


def _world(seed: int, rng: Random, now: datetime) -> World:
    at = now - BEFORE
    companies = directory.make(rng, at)
    cast = people.make(companies, rng, at)
    found = defaultdict(list)
    for account in customers.make(rng, at):
        if not account.is_federal or account.kind == Account.Kind.REGISTER:
            found[str(account.country)].append(account)
    return World(seed, companies, cast, Calendar(now), dict(found))


def _route(world: World, now: datetime) -> None:
    """Every partner has a default; those with several places send markets and products there."""
    stand_at(now - BEFORE + timedelta(days=1))
    for partner in world.directory.partners:
        by = world.cast.admins(partner.company)[0]
        first, *others = partner.locations
        routing.add_rule(by=by, location=first)
        for n, place in enumerate(others):
            solution = partner.solutions[n] if n % 2 else None
            routing.add_rule(by=by, location=place, country=_market(place, n), solution=solution)


def _market(place: object, n: int) -> str:
    return ("ES", "", "AO", "IE")[n % 4]


def _tell(world: World, rng: Random) -> None:
    for number, plan in enumerate(plans.make(world.directory, rng, world.calendar.now)):
        Tale(world, plan, number).begin()
    world.calendar.run()
    stand_at(world.calendar.now)


def sign_ins() -> Iterator[tuple[str, str, str]]:
    """Name, what the person is there for, e-mail."""
    for main in people.MAINS:
        yield main.name, main.says, main.email
