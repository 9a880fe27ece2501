"""Who hears of an event, for a thousand legs in as many queries as for one."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import prefetch_related_objects

from portal.models import Membership, Person, Role
from referrals.models import Referral, TeamMember

ROLES = (Role.REFERRALS_ADMIN, Role.REFERRALS_USER, Role.SELLER)


class Readers:
    """The people of some companies who work with deals, and the teams of their legs."""

    def __init__(self, companies: Iterable[UUID]) -> None:
        rows = Membership.objects.filter(
            person__company__in=set(companies), person__is_active=True, role__in=ROLES
        )
        self._people: dict[UUID, dict[str, list[tuple[Person, frozenset[UUID] | None]]]] = {}
        for row in rows.select_related("person").prefetch_related("locations").order_by("pk"):
            scope = None if row.whole_company else frozenset(x.pk for x in row.locations.all())
            company = self._people.setdefault(row.person.company_id, {})
            company.setdefault(row.role, []).append((row.person, scope))

    def _holders(self, role: Role, leg: Referral) -> list[Person]:
        holders = self._people.get(leg.company_id, {}).get(role, [])
        return [p for p, scope in holders if scope is None or leg.location_id in scope]

    def in_charge(self, leg: Referral) -> list[Person]:
        """Referrals admins at the leg's location; for the vendor its sellers (decision 13)."""
        role = Role.SELLER if leg.company.is_vendor else Role.REFERRALS_ADMIN
        return self._holders(role, leg)

    def on_team(self, leg: Referral, rows: Iterable[TeamMember]) -> list[Person]:
        """Those of a team who may open the leg today."""
        team = {row.person_id for row in rows if row.person_id}
        if leg.company.is_vendor:
            return [p for p in self._holders(Role.SELLER, leg) if p.pk in team]
        admins = self._holders(Role.REFERRALS_ADMIN, leg)
        users = self._holders(Role.REFERRALS_USER, leg)
        return list({p.pk: p for p in [*admins, *users] if p.pk in team}.values())

    def answer_to(
        self, leg: Referral, rows: list[TeamMember]
    ) -> tuple[list[Person], list[tuple[str, str]]]:
        """The team behind what was sent; where it names nobody, those in charge of the leg."""
        people = self.on_team(leg, rows)
        outside = {row.email: row.name for row in rows if row.person_id is None}
        return people if people or outside else self.in_charge(leg), list(outside.items())


def load(legs: Iterable[Referral]) -> None:
    """Fetch what the mails name, once for all legs."""
    prefetch_related_objects(list(legs), "deal__customer", "company", "sender")


def teams(legs: Iterable[Referral]) -> dict[tuple[UUID, UUID], list[TeamMember]]:
    """(leg, company) -> that company's people on the leg's team."""
    found: dict[tuple[UUID, UUID], list[TeamMember]] = {}
    for row in TeamMember.objects.filter(referral__in=[leg.pk for leg in legs]):
        found.setdefault((row.referral_id, row.company_id), []).append(row)
    return found


def senders_legs(legs: list[Referral]) -> dict[UUID, Referral]:
    """Leg -> the sender's own leg of the same deal."""
    rows = Referral.objects.filter(
        deal__in={leg.deal_id for leg in legs}, company__in={leg.sender_id for leg in legs}
    )
    found = {(row.deal_id, row.company_id): row for row in rows.select_related("company")}
    pairs = ((leg.pk, found.get((leg.deal_id, leg.sender_id))) for leg in legs)
    return {pk: own for pk, own in pairs if own}
