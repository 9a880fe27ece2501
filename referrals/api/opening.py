"""What a body asks for: a deal of one's own, help of the vendor, or a partner's part."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.api.errors import Problem
from portal.models import Company, Location, Person
from portal.roles import open_locations
from portal.workflow import NotAllowed
from referrals.actions.opening import (
    Invitation,
    Opening,
    Terms,
    barred,
    brought_by,
    problems,
)
from referrals.api.customer import customer
from referrals.api.said import Said, Wanted
from referrals.api.words import TO_OTHERS, TO_VENDOR, VENDOR_ID
from referrals.choices import Help, Intent, Motion
from referrals.models import Solution
from referrals.models.solutions import SolutionQuerySet

SOLUTIONS = "details/requirements/solutions"
ATTRIBUTES = "details/requirements/additionalRequirements/attributes"
INVITED = "inviteContext/invitedMpnId"
# field of the wizard -> path on the wire
PATHS = {
    "customer": "customerProfile",
    "contact_name": "customerProfile/team",
    "may_share_contact": f"consent/{TO_OTHERS}",
    "location": "mpnId",
    "motion": SOLUTIONS,
    "value": "details/dealValue",
    "notes": "details/notes",
    **dict.fromkeys(("partner_role", "solution_area", "solution_play", "intent"), ATTRIBUTES),
    "team": "team",
    "solutions": SOLUTIONS,
    "ask": "inviteContext/notes",
    "company": INVITED,
}
NO_LOCATION = _("You can't open deals at this location.")
NOT_OFFERED = _("One of the solutions is not offered to your company.")
NO_COMPANY = _("Invite other companies that take part in co-selling.")


def opening(said: Said, by: Person) -> Opening:
    """A deal that meets every rule. Raises NotAllowed, or Problem 400 naming the field."""
    if reason := barred(by):
        raise NotAllowed(reason)
    solutions = chosen(said.wanted, Solution.objects.offered_to(by))
    motion = _motion(said, solutions)
    found = Opening(
        customer=customer(said.profile, by),
        motion=motion,
        location=_location(said, by),
        terms=_terms(said, motion),
        contact=said.profile.contact,
        may_share_contact=said.may_share_contact,
        team=said.team,
        solutions=solutions,
        help=said.help if VENDOR_ID in said.to else Help.NONE,
        ask=said.ask or said.notes,
        visible=bool(said.consents.get(TO_VENDOR)),
        invitations=_invitations(said, by),
    )
    for problem in problems(found, by):
        path = PATHS.get(problem.field, problem.field)
        raise Problem(problem.sentence, target=path, code=problem.code)
    return found


def _terms(said: Said, motion: str) -> Terms:
    """Who does not speak of the marketplace has not decided: older clients can't."""
    codes = dict(said.attributes)
    intent = codes.pop("intent", "") or Intent.UNDECIDED
    role = codes.pop("partner_role", "")
    return Terms(
        name=said.name,
        value=said.value,
        currency=said.currency,
        close_on=said.close_on,
        notes=said.notes,
        crm_id=said.crm_id,
        campaign_id=said.campaign_id,
        partner_role=role if motion == Motion.SERVICES else "",
        intent=intent if motion == Motion.IP else "",
        wire=said.wire,
        **codes,
    )


def _motion(said: Said, solutions: tuple[Solution, ...]) -> Motion:
    """An assessment is one by its solution; who names a role sells services (facts 1.3)."""
    if any(one.is_assessment for one in solutions):
        return Motion.ASSESSMENT
    return Motion.SERVICES if said.attributes.get("partner_role") else Motion.IP


def _location(said: Said, by: Person) -> Location:
    """The one that is named, or the only one that is open to them."""
    places = Location.objects.filter(open_locations(by))
    if said.location:
        places = places.filter(partner_id=said.location)
    found = list(places[:2])
    if len(found) == 2:
        raise Problem("Say at which location.", target="mpnId")
    if not found:
        raise Problem(NO_LOCATION, target="mpnId", code="location_in_scope")
    return found[0]


def chosen(wanted: list[Wanted], offered: SolutionQuerySet) -> tuple[Solution, ...]:
    """Solutions by the vendor's id or by ours, of those on offer; the rest is as if unknown."""
    ids = [one.id for one in wanted]
    known = Q(code__in=ids) | Q(pk__in=[one for one in ids if _is_guid(one)])
    rows = {key: row for row in offered.filter(known) for key in (row.code, str(row.pk))}
    for one in wanted:
        if one.id not in rows:
            raise Problem(NOT_OFFERED, target=one.path, code="solutions_offered")
    return tuple(dict.fromkeys(rows[one] for one in ids))


def _is_guid(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


# --- others who are asked in ---------------------------------------------------------------


def company(said: Said, by: Person) -> Company | None:
    """The partner that is asked in, by the number of one of its locations."""
    own = set(Location.objects.filter(company=by.company_id).values_list("partner_id", flat=True))
    named = [one for one in (said.invited, *said.to) if one and one != VENDOR_ID and one not in own]
    if not named:
        return None
    found = Location.objects.filter(partner_id=named[0], is_active=True).select_related("company")
    place = found.first()
    if place is None:
        raise Problem(NO_COMPANY, target=INVITED, code="invites_cosellers")
    return place.company


def _invitations(said: Said, by: Person) -> tuple[Invitation, ...]:
    """Of a deal that is not there yet, so that nobody is on its team."""
    invited = company(said, by)
    return (invitation(said, invited, frozenset(), said.ask or said.notes),) if invited else ()


def invitation(said: Said, invited: Company, colleagues: frozenset[str], ask: str) -> Invitation:
    """On the terms of the body. `colleagues` are the own people who may be named for it."""
    team = tuple(one for one in said.team if one.email in colleagues)
    return Invitation(
        company=invited,
        value=said.value,
        currency=said.currency,
        close_on=said.close_on,
        help=said.help or Help.GENERAL,
        ask=ask,
        solutions=chosen(said.wanted, brought_by(invited)),
        team=team,
    )
