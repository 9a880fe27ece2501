"""Who people are, as predicates (record, actor) -> bool, and as Q objects for lists.

Three gates, each on its own: role, location scope, team membership (facts 5).
Nothing else in the house decides what somebody is.
"""

from typing import Any
from uuid import UUID

from django.db.models import Q

from portal.actors import Actor
from portal.models import Company, Person, Role

NOTHING = Q(pk__in=[])
EVERYTHING = ~NOTHING  # not Q(): an empty Q vanishes in `Q() | other`, and with it the rows
VENDOR_READERS = (Role.SELLER, Role.REVIEWER, Role.OPERATOR)
# Nobody manages the people of half a company, and the vendor has no locations.
WHOLE_ONLY = (Role.ACCOUNT_ADMIN, *VENDOR_READERS)


def offered_by(company: Company) -> list[Role]:
    """The roles that people of this company can hold."""
    return Role.of_vendor() if company.is_vendor else Role.of_partner()


def system(record: Any, by: Actor) -> bool:
    """The clock itself."""
    return by.actor_kind == "clock"


def holds(person: Person | None, role: Role, location_id: UUID | None) -> bool:
    """Does this person hold the role, and for this location?"""
    if person is None or role not in person.scopes:
        return False
    scope = person.scopes[role]
    return scope is None or location_id in scope


def worker(record: Any, by: Actor) -> bool:
    """May work on this company's leg: a seller, a referrals admin, or a user on its team."""
    person = by.person
    if person is None or record.company_id != person.company_id:
        return False
    if person.is_vendor:
        return person.has_role(Role.SELLER)
    return holds(person, Role.REFERRALS_ADMIN, record.location_id) or (
        holds(person, Role.REFERRALS_USER, record.location_id) and record.has_on_team(person)
    )


def receiver(record: Any, by: Actor) -> bool:
    """A worker on a leg that somebody else opened for this company."""
    return record.sender_id is not None and worker(record, by)


def opener(record: Any, by: Actor) -> bool:
    """A worker of the company that opened the deal."""
    return record.sender_id is None and worker(record, by)


def registrant(record: Any, by: Actor) -> bool:
    """May register a deal: whoever works on its leg, for a partner (facts 5)."""
    return not record.company.is_vendor and worker(record.referral, by)


def reviewer(record: Any, by: Actor) -> bool:
    """Decides registrations, claims and associations for the vendor."""
    return by.person is not None and reviews(by.person)


def reviews(person: Person) -> bool:
    """Holds the vendor's role of reviewer."""
    return person.has_role(Role.REVIEWER)


def account_admin(person: Person) -> bool:
    """Manages people and roles of the own partner."""
    return person.has_role(Role.ACCOUNT_ADMIN)


def operator(person: Person) -> bool:
    """Configures the programme: accounts, partners, matches. A superuser is the operator
    of an installation that has no people yet."""
    return person.has_role(Role.OPERATOR) or (person.is_superuser and person.is_active)


def people_manager(person: Person, by: Actor) -> bool:
    """Account admin of the same partner; the vendor's operator, for every company."""
    manager = by.person
    if manager is None:
        return False
    return operator(manager) or (account_admin(manager) and manager.company_id == person.company_id)


def oneself(person: Person, by: Actor) -> bool:
    """Nobody else edits a profile."""
    return by.person is not None and by.person.pk == person.pk


def integrator(person: Person) -> bool:
    """Connects the company's programs, and is told of all its deals: an account admin, a
    referrals admin of the whole company; for the vendor its sellers and operators (D10)."""
    if person.is_vendor:
        return person.has_role(Role.SELLER, Role.OPERATOR)
    return account_admin(person) or whole_company(person, Role.REFERRALS_ADMIN)


def seller(person: Person) -> bool:
    """Answers referrals and works deals for the vendor."""
    return person.has_role(Role.SELLER)


def whole_company(person: Person, role: Role) -> bool:
    """Holds the role everywhere; routing rules ask for it."""
    return role in person.scopes and person.scopes[role] is None


def in_scope(person: Person, role: Role, location: str = "location") -> Q:
    """Rows at the locations for which the person holds the role."""
    if role not in person.scopes:
        return NOTHING
    scope = person.scopes[role]
    return EVERYTHING if scope is None else Q(**{f"{location}__in": scope})


def open_locations(person: Person) -> Q:
    """Locations at which this person may open a deal (decision 7)."""
    own = Q(company_id=person.company_id, is_active=True)
    scopes = in_scope(person, Role.REFERRALS_ADMIN, "pk") | in_scope(
        person, Role.REFERRALS_USER, "pk"
    )
    return own & scopes
