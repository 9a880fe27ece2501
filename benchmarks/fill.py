"""A portal full of deals, made by the database itself.

Every row is what the portal would have written, as far as what is measured can tell: one
partner's own deals, a fifth of them with a request for help that nobody answered in time,
a twentieth with one that still can be answered.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from benchmarks.rows import ASKED, DEALS, OWN, TEAM
from portal.models import Account, Company, Location, Membership, Person, Role
from referrals.models import Solution

PLACES = 10
CUSTOMERS = 500
MANY = 50_000  # rows from which indexes are made afterwards
TABLES = ("referrals_deal", "referrals_referral", "referrals_teammember")


@dataclass
class World:
    """Who is there, and how many deals the partner has."""

    vendor: Company
    partner: Company
    admin: Person
    seller: Person
    solution: Solution
    places: list[Location]
    base: datetime
    rows: int = 0
    most_rounds: int = 1_000_000

    def rounds(self, usual: int) -> int:
        """As many as are usual, or as few as were asked for."""
        return min(usual, self.most_rounds)


def world(most_rounds: int) -> World:
    """The people, places and customers; no deal yet."""
    vendor = Company.objects.create(kind="vendor", name="Vendor", country="US")
    partner = Company.objects.create(name="Partner", country="PT")
    places = Location.objects.bulk_create(
        Location(company=partner, partner_id=f"{n}", name=f"Place {n}", country="PT")
        for n in range(PLACES)
    )
    Account.objects.bulk_create(_customer(n) for n in range(CUSTOMERS))
    return World(
        vendor=vendor,
        partner=partner,
        admin=_person("Ana Admin", partner, Role.REFERRALS_ADMIN),
        seller=_person("Sam Seller", vendor, Role.SELLER),
        solution=Solution.objects.create(code="S1", name="Product", company=partner, status="ip"),
        places=places,
        base=timezone.now() - timedelta(days=400),
        most_rounds=most_rounds,
    )


def _person(name: str, company: Company, role: Role) -> Person:
    email = f"{name.split(maxsplit=1)[0].lower()}@{company.name.lower()}.example"
    person = Person.objects.create(email=email, name=name, company=company, phone="+351210000000")
    Membership.objects.create(person=person, role=role)
    return person


def _customer(n: int) -> Account:
    account = Account(name=f"Customer {n} Trading Ltd", kind="managed", city="Porto", country="PT")
    account.rekey()
    return account


def grow(world: World, rows: int) -> None:
    """Add deals until the partner has `rows` of its own."""
    values = {
        "first": world.rows + 1,
        "last": rows,
        "base": world.base,
        "partner": world.partner.pk,
        "vendor": world.vendor.pk,
        "admin": world.admin.pk,
        "email": world.admin.email,
        "places": [place.pk for place in world.places],
        "customers": list(Account.objects.order_by("name").values_list("pk", flat=True)),
    }
    with connection.cursor() as cursor, _without_indexes(rows - world.rows):
        for statement in (DEALS, OWN, ASKED, TEAM):
            cursor.execute(statement, values)
    world.rows = rows
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")


@contextmanager
def _without_indexes(rows: int) -> Iterator[None]:
    """Large fills make the indexes at the end: it is many times quicker."""
    if rows < MANY:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT x.indexname, x.indexdef FROM pg_indexes x WHERE x.tablename = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conname = x.indexname)",
            [list(TABLES)],
        )
        known = cursor.fetchall()
        cursor.execute("; ".join(f'DROP INDEX "{name}"' for name, _made in known))
        yield
        cursor.execute("SET maintenance_work_mem = '256MB'")
        for _name, made in known:
            cursor.execute(made)
        cursor.execute("RESET maintenance_work_mem")
