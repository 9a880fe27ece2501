"""Who hears of an event, for a thousand legs in as many queries as for one."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.urls import reverse

from portal.bulk import among
from portal.models import Company, Membership, Person, Role
from referrals.models import Referral, TeamMember

DEAL = Referral._meta.get_field("deal")
NOBODY = str(UUID(int=0))
ROLES = (Role.REFERRALS_ADMIN, Role.REFERRALS_USER, Role.SELLER)


class Leg(Protocol):
    """What choosing readers asks of a leg."""

    @property
    def company_id(self) -> UUID: ...
    @property
    def location_id(self) -> UUID | None: ...
    @property
    def company(self) -> Company: ...


class Named(NamedTuple):
    """A line of a team, without what costs time to read."""

    person_id: UUID | None
    email: str
    name: str


class Readers:
    """The people of some companies who work with deals, and the teams of their legs."""

    def __init__(self, companies: Iterable[UUID]) -> None:
        rows = Membership.objects.filter(
            person__company__in=set(companies), person__is_active=True, role__in=ROLES
        )
        self._people: dict[UUID, dict[str, list[tuple[Person, frozenset[UUID] | None]]]] = {}
        rows = rows.select_related("person").defer("person__phone", "person__views")
        found = list(rows.order_by("pk"))
        prefetch_related_objects([row for row in found if not row.whole_company], "locations")
        for row in found:
            scope = None if row.whole_company else frozenset(x.pk for x in row.locations.all())
            if company := row.person.company_id:
                roles = self._people.setdefault(company, {})
                roles.setdefault(row.role, []).append((row.person, scope))

    def _holders(self, role: Role, leg: Leg) -> list[Person]:
        holders = self._people.get(leg.company_id, {}).get(role, [])
        return [p for p, scope in holders if scope is None or leg.location_id in scope]

    def in_charge(self, leg: Leg) -> list[Person]:
        """Referrals admins at the leg's location; for the vendor its sellers (decision 13)."""
        role = Role.SELLER if leg.company.is_vendor else Role.REFERRALS_ADMIN
        return self._holders(role, leg)

    def on_team(self, leg: Leg, rows: Iterable[Named]) -> list[Person]:
        """Those of a team who may open the leg today."""
        team = {row.person_id for row in rows if row.person_id}
        if leg.company.is_vendor:
            return [p for p in self._holders(Role.SELLER, leg) if p.pk in team]
        admins = self._holders(Role.REFERRALS_ADMIN, leg)
        users = self._holders(Role.REFERRALS_USER, leg)
        return list({p.pk: p for p in [*admins, *users] if p.pk in team}.values())

    def answer_to(self, leg: Leg, rows: list[Named]) -> tuple[list[Person], list[tuple[str, str]]]:
        """The team behind what was sent; where it names nobody, those in charge of the leg."""
        people = self.on_team(leg, rows)
        outside = {row.email: row.name for row in rows if row.person_id is None}
        return people if people or outside else self.in_charge(leg), list(outside.items())


def load(legs: Iterable[Referral]) -> None:
    """Fetch what the mails name, once for all legs."""
    legs = list(legs)
    prefetch_related_objects([leg for leg in legs if not DEAL.is_cached(leg)], "deal__customer")
    companies = Company.objects.in_bulk(
        {pk for leg in legs for pk in (leg.company_id, leg.sender_id) if pk}
    )
    for leg in legs:
        leg.company = companies[leg.company_id]
        leg.sender = companies[leg.sender_id] if leg.sender_id else None


def teams(ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], list[Named]]:
    """(leg, company) -> that company's people on the leg's team."""
    found: dict[tuple[UUID, UUID], list[Named]] = {}
    rows = TeamMember.objects.filter(referral__in=among(ids))
    columns = ("referral_id", "company_id", "person_id", "email", "name")
    for leg, company, person, email, name in rows.values_list(*columns):
        found.setdefault((leg, company), []).append(Named(person, email, name))
    return found


@dataclass(frozen=True)
class OwnLeg:
    """As much of a sender's leg as a message needs: whose it is, where, and its page."""

    pk: UUID
    company_id: UUID
    location_id: UUID | None
    company: Company
    url: str

    _meta = Referral._meta

    def get_absolute_url(self) -> str:
        return self.url


def senders_legs(legs: list[Referral]) -> dict[UUID, OwnLeg]:
    """Leg -> the sender's own leg of the same deal."""
    rows = Referral.objects.filter(
        deal__in=among({leg.deal_id for leg in legs}), company__in={leg.sender_id for leg in legs}
    ).values_list("deal_id", "company_id", "pk", "location_id")
    found = {(deal, company): (pk, company, place) for deal, company, pk, place in rows}
    own, page = {}, reverse("deal", args=[NOBODY])  # worked out once for all legs
    for leg in legs:
        if leg.sender and (known := found.get((leg.deal_id, leg.sender.pk))):
            url = page.replace(NOBODY, str(known[0]))
            own[leg.pk] = OwnLeg(*known, leg.sender, url)
    return own
