"""Opening a deal, accepting one, moving a stage: each with its history and its messages.

The limit of each is one statement, prepared, that writes the same rows.
"""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import uuid4

from benchmarks.fill import World
from benchmarks.measure import Figure, Side, against, counted, interleave, own_backend, plain
from benchmarks.statements import ACCEPT, MOVE, OPEN
from notifications.models import Message
from portal import clock
from portal.models import Account, Event
from referrals.actions import deal, referral
from referrals.actions.opening import Contact, Member, Opening, Terms
from referrals.models import Deal, Referral, ReferralSolution, TeamMember

ROUNDS, TIMES = 10, 10
WRITTEN = (Deal, Referral, Event, Message, TeamMember, ReferralSolution)
TERMS = {"name": "Data platform", "value": Decimal("50000.00"), "close_on": date(2027, 3, 31)}


def figures(world: World) -> Iterator[Figure]:
    """Who asks, and the record, are known before: every door has read them to show a page."""
    for person in (world.admin, world.seller):
        assert person.scopes
    waiting = _legs(company=world.vendor, status="pending", due_at__gt=clock.now())
    worked = _legs(company=world.partner, status="accepted")
    opening, people = _opening(world), _people(world)
    yield from _compare(
        world.rounds(ROUNDS),
        "open a deal with a request for help",
        lambda _n: deal.open(opening, by=world.admin),
        OPEN,
        lambda _n: people | _new(world, opening.customer),
    )
    yield from _compare(
        world.rounds(ROUNDS),
        "accept a request for help",
        lambda n: referral.accept(waiting[n], by=world.seller, **TERMS),
        ACCEPT,
        lambda n: people | TERMS | {"leg": waiting[-1 - n].pk},
        most=len(waiting) // 2,
    )
    yield from _compare(
        world.rounds(ROUNDS),
        "move a stage",
        lambda n: referral.move_stage(worked[n], by=world.admin, stage=25),
        MOVE,
        lambda n: people | {"leg": worked[-1 - n].pk, "stage": 25},
        most=len(worked) // 2,
    )


def _compare(
    rounds: int,
    name: str,
    verb: Callable[[int], Any],
    statement: str,
    values: Callable[[int], dict[str, Any]],
    most: int = TIMES * ROUNDS + 4,
) -> Iterator[Figure]:
    """Both write the same number of rows to the same tables, or it is no comparison."""
    rounds = max(1, min(rounds, most - 3))
    times, (mine, limit) = max(1, (most - 4) // ROUNDS), (count(), count())
    with plain() as bare:
        sides = (
            Side(lambda: verb(next(mine)), own_backend(), times),
            Side(
                lambda: bare.execute(statement, values(next(limit))), bare.info.backend_pid, times
            ),
        )
        first, second = (_rows_of(side.work) for side in sides)
        if first != second:
            raise RuntimeError(f"{name}: not the same writes: {first} and {second}")
        with counted() as statements:
            sides[0].work()
        sides[1].work()
        interleave(*sides, rounds=rounds)
    yield against(name, *sides)
    yield against(name, *sides, wall=True)
    yield Figure(f"{name}: queries", len(statements), "queries", 1)


def _rows_of(work: Callable[[], Any]) -> list[int]:
    before = [model.objects.count() for model in WRITTEN]
    work()
    return [model.objects.count() - old for model, old in zip(WRITTEN, before, strict=True)]


def _legs(**wanted: Any) -> list[Referral]:
    """Enough for both sides of every round."""
    return list(Referral.objects.filter(**wanted).order_by("pk")[: 2 * (TIMES * ROUNDS + 4)])


def _opening(world: World) -> Opening:
    return Opening(
        customer=Account.objects.filter(kind="managed")[0],
        motion="ip",
        location=world.places[0],
        terms=Terms(**TERMS, currency="USD", notes="The customer wants one.", intent="yes"),
        contact=Contact("Nora Wind", "CIO", "+351211111111", "nora@northwind.example"),
        may_share_contact=True,
        team=(Member("Ana Admin", "+351210000000", world.admin.email),),
        solutions=(world.solution,),
        help="proof",
        ask="We need help.",
        visible=True,
    )


def _people(world: World) -> dict[str, Any]:
    return {
        "vendor": world.vendor.pk,
        "vendor_name": world.vendor.name,
        "partner": world.partner.pk,
        "partner_name": world.partner.name,
        "admin": world.admin.pk,
        "admin_mail": world.admin.email,
        "seller": world.seller.pk,
        "seller_mail": world.seller.email,
    }


def _new(world: World, customer: Account) -> dict[str, Any]:
    words = {"notes": "The customer wants one.", "ask": "We need help."}
    return (
        TERMS
        | words
        | {
            "deal": uuid4(),
            "own": uuid4(),
            "asked": uuid4(),
            "customer": customer.pk,
            "customer_key": customer.name_key,
            "search_key": f"data platform {customer.name_key} the customer wants one",
            "place": world.places[0].pk,
            "solution": world.solution.pk,
        }
    )
