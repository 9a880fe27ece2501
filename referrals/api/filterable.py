"""The closed list of what `$filter` may ask about a referral (facts 1.7; decisions, API 4).

A condition sees what the reader sees: what the wire keeps from somebody is empty here, too.
"""

from collections.abc import Callable
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, Concat, RTrim, StrIndex, Substr
from django.db.models.lookups import Exact

from portal import roles
from portal.models import Company
from portal.roles import NOTHING
from referrals.api import words
from referrals.api.filter_fields import (
    Asked,
    Collection,
    Country,
    Day,
    Email,
    Field,
    Flag,
    Id,
    Moment,
    Number,
    OwnText,
    Text,
    Word,
    any_of,
)
from referrals.api.rows import is_shared
from referrals.choices import Motion, Stage
from referrals.lifecycle.referral import Status
from referrals.lifecycle.registration import Status as Registered
from referrals.listing import derived
from referrals.models import Favourite, ReferralSolution, TeamMember

SPACE = Value(" ")


def _status(asked: Asked, word: str) -> Q | None:
    known = words.STATUSES.read(word) is not None
    return _in_any(asked, words.in_status(word)) if known else None


def _substatus(asked: Asked, word: str) -> Q | None:
    known = words.SUBSTATUSES.read(word) is not None
    return _in_any(asked, words.in_substatus(word)) if known else None


def _in_any(asked: Asked, statuses: tuple[Status, ...]) -> Q:
    return any_of(derived.in_status(status, asked.now) for status in statuses)


def _direction(asked: Asked, word: str) -> Q | None:
    code = words.DIRECTIONS.read(word)
    return Q(sender__isnull=code == "outgoing") if code else None


def _type(asked: Asked, word: str) -> Q | None:
    code = words.TYPES.read(word)
    shared = is_shared()
    return {"shared": shared, "independent": ~shared}.get(code or "")


def _stage(asked: Asked, word: str) -> Q | None:
    stage = words.stage_of(word, Motion.ASSESSMENT)
    return None if stage is None else Q(stage=stage)


def _qualification(asked: Asked, word: str) -> Q | None:
    code = words.QUALIFICATIONS.read(word)
    if code is None:
        return None
    said, none = words.QUALIFICATIONS.say(code), words.QUALIFICATIONS.none
    kept = Coalesce(KT("wire__qualification"), Value(none), output_field=CharField())
    own = asked.own & Q(Exact(kept, said))
    return own | ~asked.own if said == none else own


def _registration(asked: Asked, word: str) -> Q | None:
    if words.REGISTRATIONS.read(word) is None:
        return None
    found = words.registered_as(word)
    return _registered(asked, found) if found else ~_registered(asked, tuple(Registered))


def _registered(asked: Asked, statuses: tuple[Registered, ...]) -> Q:
    """As `registered.told`: the own company is, reviewers are of what was sent."""
    found = Q(registration__status__in=statuses)
    sent = Q(registration__submitted_at__isnull=False)
    reviewed = sent if roles.reviews(asked.person) else NOTHING
    return found & (asked.own | reviewed)


def _organization(column: str) -> Callable[[Asked, str], Q]:
    def find(asked: Asked, word: str) -> Q:
        vendor = Q(**{f"{column}__kind": Company.Kind.VENDOR})
        return vendor if word == words.VENDOR_ID else Q(**{column: UUID(word)}) & ~vendor

    return find


class TeamEmail(Email):
    """Somebody on the team has this address."""

    def where(self, asked: Asked, operator: str, value: str) -> Q:
        return Q(Exists(_team().filter(super().where(asked, operator, value))))


class Favourited(Flag):
    def where(self, asked: Asked, operator: str, value: bool) -> Q:
        mine = Q(Exists(Favourite.objects.filter(person=asked.person, referral=OuterRef("pk"))))
        return mine if value else ~mine


class Visible(Flag):
    def where(self, asked: Asked, operator: str, value: bool) -> Q:
        return Q(deal__visible_to_vendor=value)


def _team() -> QuerySet[TeamMember]:
    """The people of the leg's company, whom the wire shows; names split as it splits them."""
    space = StrIndex(Concat("name", SPACE), SPACE)
    rows = TeamMember.objects.filter(referral=OuterRef("pk"), company=OuterRef("company"))
    return rows.alias(
        first=Substr("name", 1, space - 1), last=RTrim(Substr(Concat("name", SPACE), space + 1))
    )


def _solutions() -> QuerySet[ReferralSolution]:
    return ReferralSolution.objects.filter(referral=OuterRef("pk"))


FIELDS: dict[str, Field | Collection] = {
    "id": Id("id"),
    "engagementId": Id("deal"),
    "organizationId": Word(_organization("company")),
    "inviteContext/invitedBy/organizationId": Word(
        _organization("sender"), null=Q(sender__isnull=True)
    ),
    "name": Text("name"),
    "externalReferenceId": OwnText("crm_id"),
    "campaignId": OwnText("campaign_id"),
    "mpnId": Text("location__partner_id", null=True),
    "status": Word(_status),
    "substatus": Word(_substatus),
    "type": Word(_type),
    "direction": Word(_direction),
    "qualification": Word(_qualification),
    "salesStage": Word(_stage, null=Q(stage=Stage.START)),
    "registrationStatus": Word(_registration),
    "favorite": Favourited(),
    words.TO_VENDOR_PATH: Visible(),
    "createdDateTime": Moment("created_at"),
    "updatedDateTime": Moment("updated_at"),
    "acceptedDateTime": Moment("accepted_at", null=True),
    "closedDateTime": Moment("closed_at", null=True),
    "expirationDateTime": Moment("due_at", null=True),
    "details/dealValue": Number("value"),
    "details/currency": Text("currency"),
    "details/closingDateTime": Day("close_on"),
    "customerProfile/name": Text("deal__customer__name"),
    "customerProfile/address/country": Country("customer_country"),
    "email": TeamEmail("email"),
    "team": Collection(
        _team,
        {
            "email": Email("email"),
            "firstName": Text("first"),
            "lastName": Text("last"),
            "phoneNumber": Text("phone"),
        },
    ),
    "details/requirements/solutions": Collection(
        _solutions, {"id": Text("solution__code"), "name": Text("solution__name")}
    ),
}
