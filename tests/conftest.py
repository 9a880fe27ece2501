"""The people of the tests, each with a name and a side, and a way to any state.

Ana runs referrals at Contoso, Bruno works there at one location, Carla is somebody of
another partner (Fabrikam); Sam sells for the vendor, Rita reviews, Otto operates.
"""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.db import connection

from portal import clock
from portal.models import Account, Company, Location, Membership, Person, Role
from portal.names import key
from referrals.actions import deal, referral
from referrals.actions.opening import Contact, Invitation, Member, Opening, Terms
from referrals.models import Referral, Solution

PASSWORD = "correct horse battery staple"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Locks count on PostgreSQL only; elsewhere their tests are deselected, not passed."""
    if connection.vendor == "postgresql":
        return
    left = [item for item in items if item.get_closest_marker("postgres")]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.fixture
def vendor(db: None) -> Company:
    return Company.objects.create(kind="vendor", name=settings.VENDOR_NAME, country="US")


def _partner(name: str, country: str, number: int) -> Company:
    company = Company.objects.create(name=name, country=country)
    for n, city in enumerate(("Lisbon", "Porto")):
        Location.objects.create(
            company=company, partner_id=f"{number}{n}", name=f"{name} {city}", country=country
        )
    for n, status in enumerate((Solution.Status.IP, Solution.Status.READY)):
        Solution.objects.create(
            code=f"SOL-{number}{n}-TST", name=f"{name} product {n}", company=company, status=status
        )
    return company


@pytest.fixture
def contoso(vendor: Company) -> Company:
    return _partner("Contoso", "PT", 100)


@pytest.fixture
def fabrikam(vendor: Company) -> Company:
    return _partner("Fabrikam", "BR", 200)


def make_person(
    name: str, company: Company, *roles: str, at: Location | None = None, **fields: Any
) -> Person:
    """Somebody with these roles, for the whole company or at one location."""
    email = f"{name.split(maxsplit=1)[0].lower()}@{company.name.lower()}.example"
    person = Person.objects.create(
        email=email, name=name, company=company, phone="+351210000000", **fields
    )
    for role in roles:
        membership = Membership.objects.create(person=person, role=role, whole_company=at is None)
        if at is not None:
            membership.locations.add(at)
    return person


@pytest.fixture
def ana(contoso: Company) -> Person:
    return make_person("Ana Souza", contoso, Role.REFERRALS_ADMIN)


@pytest.fixture
def bruno(contoso: Company) -> Person:
    """A referrals user at the first location only."""
    place = contoso.locations.order_by("partner_id")[0]
    return make_person("Bruno Lima", contoso, Role.REFERRALS_USER, at=place)


@pytest.fixture
def paula(contoso: Company) -> Person:
    """Account admin: manages people, sees no referrals."""
    return make_person("Paula Reis", contoso, Role.ACCOUNT_ADMIN)


@pytest.fixture
def carla(fabrikam: Company) -> Person:
    return make_person("Carla Dias", fabrikam, Role.REFERRALS_ADMIN)


@pytest.fixture
def sam(vendor: Company) -> Person:
    return make_person("Sam Seller", vendor, Role.SELLER)


@pytest.fixture
def sue(vendor: Company) -> Person:
    return make_person("Sue Second", vendor, Role.SELLER)


@pytest.fixture
def rita(vendor: Company) -> Person:
    return make_person("Rita Reviewer", vendor, Role.REVIEWER)


@pytest.fixture
def otto(vendor: Company) -> Person:
    return make_person("Otto Operator", vendor, Role.OPERATOR, is_staff=True)


@pytest.fixture
def customer(db: None) -> Account:
    return make_account("Northwind Traders")


def make_account(name: str, kind: str = Account.Kind.MANAGED, **fields: Any) -> Account:
    place = {"city": "Lisbon", "country": "PT"} | fields
    return Account.objects.create(
        name=name, kind=kind, name_key=key(name), search_key=key(f"{name} Lisbon"), **place
    )


def terms(name: str = "Data platform for Northwind", **changed: Any) -> Terms:
    values: dict[str, Any] = {
        "name": name,
        "value": Decimal("50000.00"),
        "currency": "USD",
        "close_on": date(2027, 3, 31),
        "notes": "The customer wants one platform for sales data.",
        "intent": "yes",
    }
    return Terms(**values | changed)


CONTACT = Contact("Nora Wind", "CIO", "+351211111111", "nora@northwind.example")


def opening(person: Person, customer: Account, **changed: Any) -> Opening:
    """A private IP deal that meets every rule, with whatever is changed."""
    company = person.company
    assert company is not None
    values: dict[str, Any] = {
        "customer": customer,
        "motion": "ip",
        "location": company.locations.order_by("partner_id")[0],
        "terms": terms(),
        "team": (Member(person.name, "+351210000000", person.email),),
        "solutions": (company.solutions.order_by("code")[0],),
    }
    return Opening(**values | changed)


HELP: dict[str, Any] = {
    "help": "proof",
    "ask": "We need a proof of concept before March.",
    "contact": CONTACT,
    "may_share_contact": True,
}


def invitation(company: Company, **changed: Any) -> Invitation:
    values: dict[str, Any] = {
        "company": company,
        "value": Decimal("9000.00"),
        "currency": "EUR",
        "close_on": date(2027, 2, 28),
        "help": "proof",
        "ask": "Join us for the migration.",
        "solutions": (company.solutions.order_by("code")[0],),
    }
    return Invitation(**values | changed)


@pytest.fixture
def own_deal(ana: Person, customer: Account) -> Referral:
    """Ana's private deal, just opened."""
    return deal.open(opening(ana, customer), by=ana)


@pytest.fixture
def co_sell(ana: Person, customer: Account, sam: Person) -> Referral:
    """Ana's deal with help asked for; `vendor_leg` is Sam's to answer."""
    return deal.open(opening(ana, customer, **HELP), by=ana)


@pytest.fixture
def vendor_leg(co_sell: Referral) -> Referral:
    return co_sell.deal.legs.get(company__kind="vendor")


@pytest.fixture
def invited_leg(own_deal: Referral, ana: Person, carla: Person, fabrikam: Company) -> Referral:
    """Carla's pending leg of Ana's deal."""
    return deal.invite(own_deal, invitation(fabrikam), by=ana)


def accept(leg: Referral, by: Person) -> Referral:
    return referral.accept(leg, by=by, name=leg.name, value=leg.value, close_on=leg.close_on)


def _won(leg: Referral, by: Person) -> Referral:
    return referral.win(accept(leg, by), by=by)


def _lost(leg: Referral, by: Person) -> Referral:
    return referral.lose(accept(leg, by), by=by, reason="budget")


def _declined(leg: Referral, by: Person) -> Referral:
    return referral.decline(leg, by=by, reason="timeline")


def _error(leg: Referral, by: Person) -> Referral:
    return referral.close_as_error(leg, by=by, reason="test")


def _expired(leg: Referral, by: Person) -> Referral:
    past(leg)
    referral.expire_overdue()
    leg = Referral.objects.get(pk=leg.pk)
    clock.move(-clock.offset())
    return leg


WALKS: dict[str, Callable[[Referral, Person], Referral]] = {
    "pending": lambda leg, by: leg,
    "accepted": accept,
    "won": _won,
    "lost": _lost,
    "declined": _declined,
    "expired": _expired,
    "error": _error,
}


def at(status: str, leg: Referral, by: Person) -> Referral:
    """Walk a received referral to this status by the real verbs."""
    return WALKS[status](leg, by)


def past(leg: Referral, *, by: timedelta = timedelta(seconds=1)) -> None:
    """Move the clock past the moment by which the referral had to be answered."""
    assert leg.due_at is not None
    clock.move(leg.due_at - clock.now() + by + timedelta(seconds=1))


@pytest.fixture
def login(client: Any) -> Callable[[Person], Any]:
    """A browser that is signed in as this person."""

    def sign_in(person: Person) -> Any:
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def on_postgres() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture(autouse=True)
def _cool_caches() -> None:
    """Limits on sign-in live in the cache, and no test inherits another's.

    Tests that run side by side share a Redis: each counts under a prefix of its own, since
    clearing would empty it under the neighbour.
    """
    for found in (caches[alias] for alias in settings.CACHES):
        found.key_prefix = uuid4().hex
        own = getattr(found, "near", None) if isinstance(found, RedisCache) else found
        if own is not None:
            own.clear()
