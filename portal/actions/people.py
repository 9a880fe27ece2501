"""What is done with people: invited, given roles, sent away, taken back.

Every change locks the company first and the person second, so that two admins who strip
each other at once cannot leave a company without one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from portal import clock, mail, roles
from portal.actors import Actor
from portal.history import Change, event
from portal.models import Company, Event, Location, Membership, Person, Role
from portal.steps import Step
from portal.workflow import Guard, NotAllowed, Refused, Verb, guard, lock

INVITED_A_DAY, MAILED_A_DAY = 100, 5  # nobody makes the portal write to the whole world
WHOLE = "*"  # in history: the role holds for the whole company


@dataclass(frozen=True)
class Grant:
    """A role, for some locations or, where they are None, for the whole company."""

    role: Role
    locations: tuple[Location, ...] | None = None

    @property
    def scope(self) -> str:
        """As history keeps it: `*`, or the PartnerIDs."""
        if self.locations is None:
            return WHOLE
        return ", ".join(sorted(place.partner_id for place in self.locations))


# --- guards ---------------------------------------------------------------------------


def _given(person: Person) -> tuple[Grant, ...]:
    grants: tuple[Grant, ...] = person.given.get("grants", ())
    return grants


@guard(_("Choose at least one role."))
def has_a_role(person: Person) -> bool:
    return bool(_given(person))


@guard(_("A person of this company can't hold one of these roles."))
def roles_fit(person: Person) -> bool:
    offered = roles.offered_by(person.company) if person.company else []
    return all(grant.role in offered for grant in _given(person))


@guard(_("This role holds for the whole company only."))
def scopes_fit(person: Person) -> bool:
    return all(grant.role not in roles.WHOLE_ONLY for grant in _given(person) if _places(grant))


@guard(_("Choose at least one location, or the whole company."))
def scopes_given(person: Person) -> bool:
    return all(grant.locations is None or grant.locations for grant in _given(person))


@guard(_("A location of another company was chosen."))
def own_locations(person: Person) -> bool:
    places = [place for grant in _given(person) for place in _places(grant)]
    return {place.company_id for place in places} <= {person.company_id}


def _leaves(person: Person, role: Role) -> bool:
    """Somebody active holds the role still, when this person no longer does."""
    if role in {grant.role for grant in _given(person)} or not person.has_role(role):
        return True
    others = Person.objects.people().filter(company=person.company_id, is_active=True)
    return bool(others.exclude(pk=person.pk).filter(memberships__role=role).exists())


@guard(_("A company needs one account admin."))
def leaves_an_account_admin(person: Person) -> bool:
    return _leaves(person, Role.ACCOUNT_ADMIN)


@guard(_("The vendor needs one operator."))
def leaves_an_operator(person: Person) -> bool:
    return _leaves(person, Role.OPERATOR)


@guard(_("This person is active already."))
def is_away(person: Person) -> bool:
    return not person.is_active


@guard(_("This person is not active."))
def is_here(person: Person) -> bool:
    return person.is_active


@guard(_("This person has set a password already."))
def has_not_joined(person: Person) -> bool:
    return not person.has_usable_password()


@guard(_("Your company invited many people today. Invite more tomorrow."))
def invites_in_measure(person: Person) -> bool:
    own = Person.objects.people().filter(company=person.company)
    return _lately(own, "created_at") < INVITED_A_DAY


@guard(_("This person got several mails today. Send another one tomorrow."))
def mails_in_measure(person: Person) -> bool:
    told = Event.objects.filter(record_id=person.pk, verb__in=("resend_invitation", "reactivate"))
    return _lately(told, "at") < MAILED_A_DAY


def _lately(rows: QuerySet[Any], moment: str) -> int:
    return rows.filter(**{f"{moment}__gt": clock.now() - timedelta(days=1)}).count()


MANAGED = (leaves_an_account_admin, leaves_an_operator)
GRANTS = (has_a_role, roles_fit, scopes_given, scopes_fit, own_locations)


def _places(grant: Grant) -> tuple[Location, ...]:
    return grant.locations or ()


# The buttons of a person's page: what it says, when it is there, what may bar it.
Offer = tuple[Verb, tuple[Guard, ...], tuple[Guard, ...]]
OFFERS: dict[str, Offer] = {
    "resend_invitation": (
        Verb(_("Send the invitation again"), _("The link in the mail before stops working.")),
        (is_here, has_not_joined),
        (mails_in_measure,),
    ),
    "deactivate": (
        Verb(
            _("Deactivate"),
            _("Access ends at once, also where this person is signed in now. History stays."),
            danger=True,
        ),
        (is_here,),
        MANAGED,
    ),
    "reactivate": (
        Verb(_("Reactivate"), _("A mail with a link to set a new password goes out.")),
        (is_away,),
        (mails_in_measure,),
    ),
}


def steps(person: Person, by: Actor) -> Iterator[Step]:
    """What this actor may do with this person now, with the reason where one is barred."""
    for verb, (offer, there, needed) in OFFERS.items():
        if roles.people_manager(person, by) and all(is_met(person) for is_met in there):
            barred = (one.refusal for one in needed if not one(person))  # type: ignore[attr-defined]
            yield Step(verb, offer, f"{person.get_absolute_url()}{verb}/", next(barred, ""))


# --- the machinery of this page -------------------------------------------------------


def check(person: Person, by: Actor, who: Callable[..., bool], guards: Iterable[Guard]) -> None:
    if not who(person, by):
        raise NotAllowed(_("Your role does not allow this."))
    for condition in guards:
        if not condition(person):
            raise Refused(condition.refusal)  # type: ignore[attr-defined]


def _guards(verb: str) -> tuple[Guard, ...]:
    return OFFERS[verb][1] + OFFERS[verb][2]


def hold(person: Person, version: int | None, **given: Any) -> Person:
    """Company and person, locked in this order; the person as it is now."""
    if person.company_id is not None:
        Company.objects.select_for_update().get(pk=person.company_id)
    fresh = lock(person, version)
    fresh.given = given
    return fresh


def write(person: Person, verb: str, *, by: Actor, changes: dict[str, Any]) -> Person:
    person.version += 1
    person.updated_at = person.now
    person.save()
    change = Change("", "", changes)
    event(person, verb, change, by=by, at=person.now).save(force_insert=True)
    return person


def _held(person: Person) -> dict[str, str]:
    rows = person.memberships.prefetch_related("locations")
    grants = [Grant(Role(row.role), _scope(row)) for row in rows]
    return {grant.role.value: grant.scope for grant in grants}


def _scope(row: Membership) -> tuple[Location, ...] | None:
    return None if row.whole_company else tuple(row.locations.all())


def grant(person: Person, grants: Iterable[Grant]) -> dict[str, list[str]]:
    """Write the roles; what changed, as role -> [old scope, new scope]. No check, no history."""
    old, new = _held(person), {grant.role.value: grant.scope for grant in grants}
    person.memberships.exclude(role__in=new).delete()
    for grant in grants:
        whole = grant.locations is None
        row, _made = Membership.objects.update_or_create(
            person=person, role=grant.role, defaults={"whole_company": whole}
        )
        row.locations.set(_places(grant))
    person.__dict__.pop("scopes", None)  # read before the change
    person.is_staff = Role.OPERATOR in new or person.is_superuser
    names = sorted(old.keys() | new.keys())
    return {n: [old.get(n, ""), new.get(n, "")] for n in names if old.get(n) != new.get(n)}


# --- verbs ----------------------------------------------------------------------------


@transaction.atomic
def invite(
    company: Company,
    *,
    by: Actor,
    email: str,
    name: str,
    grants: Iterable[Grant],
    language: str = "en",
) -> Person:
    """Make a person of this company and mail them a link to set their password.

    Raises NotAllowed, or Refused when a role does not fit or the address is taken.
    """
    person = Person(company=company, email=email.strip().lower(), name=name, language=language)
    person.moment = person.created_at = clock.now()
    person.given = {"grants": tuple(grants)}
    check(person, by, roles.people_manager, (*GRANTS, invites_in_measure))
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as taken:
        raise Refused(_("Somebody with this e-mail address signs in here already.")) from taken
    changes = grant(person, _given(person))
    write(person, "invite", by=by, changes=changes)
    mail.invited(person, by=by)
    return person


@transaction.atomic
def set_roles(
    person: Person, *, by: Actor, grants: Iterable[Grant], version: int | None = None
) -> Person:
    """Give the person exactly these roles."""
    person = hold(person, version, grants=tuple(grants))
    check(person, by, roles.people_manager, (*GRANTS, *MANAGED))
    changes = grant(person, _given(person))
    return write(person, "set_roles", by=by, changes=changes) if changes else person


@transaction.atomic
def deactivate(person: Person, *, by: Actor, version: int | None = None) -> Person:
    """End the person's access. Sessions end with their next request, for good: the
    password goes too, and with it the seal of every session."""
    person = hold(person, version)
    check(person, by, roles.people_manager, _guards("deactivate"))
    person.is_active = False
    person.set_unusable_password()
    return write(person, "deactivate", by=by, changes={"is_active": [True, False]})


@transaction.atomic
def reactivate(person: Person, *, by: Actor, version: int | None = None) -> Person:
    """Give access back, by a new invitation."""
    person = hold(person, version)
    check(person, by, roles.people_manager, _guards("reactivate"))
    person.is_active = True
    person = write(person, "reactivate", by=by, changes={"is_active": [False, True]})
    mail.invited(person, by=by)
    return person


@transaction.atomic
def resend_invitation(person: Person, *, by: Actor, version: int | None = None) -> Person:
    """Mail a new link; the one before opens nothing any more."""
    person = hold(person, version)
    check(person, by, roles.people_manager, _guards("resend_invitation"))
    person.set_unusable_password()
    person = write(person, "resend_invitation", by=by, changes={})
    mail.invited(person, by=by)
    return person
