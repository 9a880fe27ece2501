"""The body of a new referral, read but not yet understood: shapes and words only."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django_countries import countries

from portal.models import Person
from referrals.actions.opening import Contact, Member
from referrals.api import extras, members
from referrals.api.lists import PROFILE_TYPES, SIZES, SOLUTION_TYPES, TARGETS
from referrals.api.reading import LINES, Fields
from referrals.api.words import (
    ATTRIBUTES,
    HELP,
    QUALIFICATIONS,
    STATUSES,
    SUBSTATUSES,
    TO_OTHERS,
    TO_PARTNERS,
    TO_VENDOR,
    TYPES,
)
from referrals.currencies import COMMON, TODAY

# Set by the portal: a client that sends back what it read may leave them in.
READ_ONLY = (
    *("id", "organizationId", "organizationName", "createdDateTime", "updatedDateTime"),
    *("expirationDateTime", "acceptedDateTime", "closedDateTime", "direction", "eTag", "links"),
    *("registrationStatus", "registrations", "callToAction", "referralSource", "quality"),
    *("isSpam", "tags", "lastModifiedVia", "createdVia", "lastRunId", "dealSensitivity"),
    "trackingInfo",
)
CONSENTS = (TO_OTHERS, "consentToContact", TO_VENDOR, TO_PARTNERS)
CURRENCIES = frozenset((*COMMON, *TODAY))


@dataclass(frozen=True)
class Wanted:
    """A solution that is named, and where in the body."""

    id: str
    path: str


@dataclass(frozen=True)
class Profile:
    """Who the customer is: by number in a list of customers, or by name and address."""

    name: str = ""
    address: dict[str, str] = field(default_factory=dict)
    ids: tuple[tuple[str, str, str], ...] = ()  # (Duns or External, id, path)
    contact: Contact = field(default_factory=Contact)


@dataclass
class Said:
    """What a body says; `wire` is what has no field of ours."""

    by: Person
    name: str = ""
    crm_id: str = ""
    campaign_id: str = ""
    location: str = ""
    engagement: UUID | None = None
    pair: tuple[str, str] = ("New", "Pending")
    stage: Any = None
    is_favourite: bool | None = None
    to: tuple[str, ...] = ()  # partners' locations, or the vendor
    profile: Profile = field(default_factory=Profile)
    consents: dict[str, bool | None] = field(default_factory=dict)
    notes: str = ""
    value: Decimal = Decimal(0)
    currency: str = ""
    close_on: date = date.max
    wanted: list[Wanted] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)
    help: str = ""
    ask: str = ""
    invited: str = ""
    team: tuple[Member, ...] = ()
    wire: dict[str, Any] = field(default_factory=dict)

    @property
    def may_share_contact(self) -> bool:
        """To be named takes one consent, to be called by a seller who helps the other too."""
        called = bool(self.consents.get("consentToContact")) or not self.help
        return bool(self.consents.get(TO_OTHERS)) and called


def read(body: Any, by: Person) -> Said:
    """Raises Problem, 400 naming the field, for what is no referral."""
    fields = Fields(body)
    said = Said(by, name=fields.text("name"))
    _numbers(fields, said)
    _standing(fields, said)
    said.consents = _consents(fields.part("consent"))
    _details(fields.part("details"), said)
    _profile(fields.part("customerProfile"), said)
    _targets(fields, said)
    _invite(fields.part("inviteContext"), said)
    said.team = team(fields, by)
    fields.skip(*READ_ONLY)
    fields.done()
    if not said.name:
        raise fields.wrong("name", "This is needed.")
    return said


def team(fields: Fields, by: Person) -> tuple[Member, ...]:
    """Their phone numbers are read as dialled where their company is."""
    region = str(by.company.country) if by.company else ""
    return tuple(members.member(row, region) for row in fields.rows("team"))


def _numbers(fields: Fields, said: Said) -> None:
    said.crm_id = fields.text("externalReferenceId", 100)
    said.campaign_id = fields.text("campaignId", 100)
    said.location = fields.text("mpnId", 20)
    engagement = fields.text("engagementId", 40)
    try:
        said.engagement = UUID(engagement) if engagement else None
    except ValueError:
        raise fields.wrong("engagementId", "A GUID is expected here.") from None


def _standing(fields: Fields, said: Said) -> None:
    status = fields.one_of("status", STATUSES) or "New"
    said.pair = (status, fields.one_of("substatus", SUBSTATUSES) or "Pending")
    if fields.text("statusReason", LINES):
        raise fields.wrong("statusReason", "A new referral has no reason yet.")
    fields.one_of("type", TYPES)  # derived from who takes part (facts 1.6)
    said.stage = fields.take("salesStage")
    said.is_favourite = fields.flag("favorite")
    qualified = fields.one_of("qualification", QUALIFICATIONS)
    said.wire |= extras.said(
        qualification=qualified and QUALIFICATIONS.say(qualified),
        referralProgram=fields.text("referralProgram"),
    )


def _consents(fields: Fields) -> dict[str, bool | None]:
    found = {name: fields.flag(name) for name in CONSENTS}
    fields.done()
    return found


def _details(fields: Fields, said: Said) -> None:
    said.notes = fields.text("notes", LINES)
    said.value = fields.number("dealValue") or Decimal(0)
    said.currency = currency(fields, "currency")
    close_on = fields.day("closingDateTime")
    if not said.currency or not close_on:
        missing = "currency" if not said.currency else "closingDateTime"
        raise fields.wrong(missing, "This is needed.")
    said.close_on = close_on
    said.wire |= extras.said(
        customerAction=fields.text("customerAction"),
        customerRequestedContact=fields.flag("customerRequestedContact"),
        consent={name: flag for name, flag in said.consents.items() if flag is not None},
    )
    _requirements(fields.part("requirements"), said)
    fields.skip("incentiveLevel")
    fields.done()


def currency(fields: Fields, name: str) -> str:
    code = fields.text(name, 3).upper()
    if code and code not in CURRENCIES:
        raise fields.wrong(name, "A currency of ISO 4217 is expected here, like EUR.")
    return code


def _requirements(fields: Fields, said: Said) -> None:
    said.wanted, categories, prices = solutions(fields)
    found = extras.lists(fields)
    more = fields.part("additionalRequirements")
    said.attributes = _attributes(more)
    iot = extras.said(iot=extras.iot(more.part("iot")))
    more.done()
    fields.done()
    found |= extras.said(solutions=categories, additionalRequirements=iot)
    said.wire |= extras.said(requirements=found, prices=prices)


def solutions(fields: Fields) -> tuple[list[Wanted], list[dict[str, str]], dict[str, Any]]:
    """Solutions by id, and beside them what has no field: categories, and what each costs."""
    wanted: list[Wanted] = []
    categories: list[dict[str, str]] = []
    prices: dict[str, Any] = {}
    for row in fields.rows("solutions"):
        row.one_of("SolutionType" if row.has("SolutionType") else "type", SOLUTION_TYPES)
        category = extras.category(row)
        one = Wanted(row.text("id", 40), row.at("id"))
        price = extras.price(row)
        row.skip("name", "publisherName", "solutionType", "type", "SolutionType")
        row.done()
        if category:
            categories.append({"id": category, "name": category, "type": "Category"})
        else:
            wanted.append(one)
            prices |= extras.said(**{one.id: price})
    return wanted, categories, prices


def _attributes(fields: Fields) -> dict[str, str]:
    """Partner role, solution area and play, marketplace intent. Written with both initials."""
    spelled = "Attributes" if fields.has("Attributes") else "attributes"
    fields.skip("attributes", "Attributes")
    found = {}
    for row in fields.rows(spelled):
        kind = row.text("type")
        if kind not in ATTRIBUTES:
            known = ", ".join(ATTRIBUTES)
            raise row.wrong("type", f"One of these is expected here: {known}.")
        name, words = ATTRIBUTES[kind]
        found[name] = row.one_of("id", words) or ""
        row.done()
    return found


def _profile(fields: Fields, said: Said) -> None:
    name = fields.text("name", 300)
    address = _address(fields.part("address"), said)
    people = [members.contact(row, address["country"]) for row in fields.rows("team")]
    ids = tuple(_ids(fields))
    further = [members.on_wire(one) for one in people[1:]]
    said.wire |= extras.said(size=fields.one_of("size", SIZES), contacts=further)
    fields.skip("isMatchingComplete")
    fields.done()
    said.profile = Profile(name, address, ids, people[0] if people else Contact())


def _address(fields: Fields, said: Said) -> dict[str, str]:
    said.wire |= extras.said(region=fields.text("region", 100))
    given = {
        "address_line1": fields.text("addressLine1"),
        "address_line2": fields.text("addressLine2"),
        "city": fields.text("city", 100),
        "state": fields.text("state", 100),
        "postal_code": fields.text("postalCode", 20),
    }
    country = fields.text("country", 3).upper()
    known = countries.alpha2(country) if country.isalpha() else ""  # it knows numbers, too
    if country and not known:
        raise fields.wrong("country", "A country of ISO 3166 is expected here, like PT or PRT.")
    fields.done()
    return given | {"country": str(known)}


def _ids(fields: Fields) -> Iterator[tuple[str, str, str]]:
    for row in fields.rows("ids"):
        kind, given = row.one_of("profileType", PROFILE_TYPES) or "External", row.text("id", 40)
        row.done()
        if given:
            yield kind, given, row.at("id")


def _targets(fields: Fields, said: Said) -> None:
    """To whom it goes; a profile of a solution names one that is sold."""
    to = []
    for row in fields.rows("target"):
        kind, given = row.one_of("type", TARGETS), row.text("id", 40)
        row.done()
        if kind == "BusinessProfileLocation" and given:
            to.append(given)
        elif kind == "SolutionProfile" and given and not said.wanted:
            said.wanted = [Wanted(given, row.at("id"))]
    said.to = tuple(to)


def _invite(fields: Fields, said: Said) -> None:
    said.help = fields.one_of("assistanceRequestCode", HELP) or ""
    said.ask = fields.text("notes", LINES)
    said.invited = fields.text("invitedMpnId", 20)
    fields.skip("invitedBy")
    fields.done()
