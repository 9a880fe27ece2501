"""A referral as the vendor's public contract has it (facts 1.2, 1.3), field by field.

Text without value is "", everything else is null; lists are always lists.
"""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404

from portal import clock, roles
from portal.models import Account, Company, Person
from referrals.api import rows, words
from referrals.api.registered import registrations, told
from referrals.api.rows import Row, moment
from referrals.lifecycle.referral import Status

LISTS = ("industries", "products", "services", "offers", "salesPlays")
ROOT = "/v1.0/engagements/referrals"
CONTEXT = "/v1.0/engagements/$metadata#referrals"
FIELDS = frozenset(
    (
        *("id", "engagementId", "organizationId", "organizationName", "name"),
        *("externalReferenceId", "createdDateTime", "updatedDateTime", "expirationDateTime"),
        *("acceptedDateTime", "closedDateTime", "status", "substatus", "statusReason", "type"),
        *("qualification", "direction", "eTag", "target", "customerProfile", "consent", "details"),
        *("team", "inviteContext", "favorite", "campaignId", "salesStage", "mpnId"),
        *("referralProgram", "registrationStatus", "registrations", "callToAction"),
        *("referralSource", "quality", "isSpam", "tags", "createdVia", "lastModifiedVia"),
        *("lastRunId", "dealSensitivity", "trackingInfo", "links"),
    )
)
WORKS = (Status.ACCEPTED, Status.WON, Status.LOST)
Object = dict[str, Any]


def etag(pk: UUID, version: int, registered: int | None = None) -> str:
    """Of the leg and of its registration, which one object shows; `registered` is that one's
    version. The quotes belong to it, in body and header alike."""
    return f'"{pk.hex[:8]}-{version}.{registered}"' if registered else f'"{pk.hex[:8]}-{version}"'


def address(pk: UUID) -> str:
    """Where a referral is read."""
    return f"{settings.BASE_URL}{ROOT}/{pk}"


def referral(row: Row, person: Person) -> Object:
    """Everything that this person may know of it. Own numbers are told to the own company."""
    status, substatus = words.pair(Status(row["shown"]))
    own = row["company_id"] == person.company_id
    kept = row["wire"] if own else {}
    registered = told(row, person)
    return {
        "id": row["id"],
        "engagementId": row["deal_id"],
        "organizationId": organization(row["company_id"], row["company__kind"]),
        "organizationName": row["company__name"],
        "name": row["name"],
        "externalReferenceId": row["crm_id"] if own else "",
        "createdDateTime": row["created_at"],
        "updatedDateTime": row["updated_at"],
        "expirationDateTime": row["due_at"],
        "acceptedDateTime": row["accepted_at"],
        "closedDateTime": row["closed_at"] or (row["due_at"] if status == "Closed" else None),
        "status": status,
        "substatus": substatus,
        "statusReason": words.reason(row["reason"]),
        "type": words.TYPES.say("shared" if row["shared"] else "independent"),
        "qualification": kept.get("qualification", words.QUALIFICATIONS.none),
        "direction": words.DIRECTIONS.say("incoming" if row["sender_id"] else "outgoing"),
        "eTag": etag(row["id"], row["version"], row["registration__version"]),
        "target": _target(row),
        "customerProfile": _customer(row, person, kept),
        "consent": _consent(row, kept),
        "details": _details(row, kept),
        "team": [_member(**member) for member in row.own_team],
        "inviteContext": _invitation(row) if row["sender_id"] else None,
        "favorite": row["favoured"],
        "campaignId": row["campaign_id"] if own else "",
        **_stage(row),
        "mpnId": row["location__partner_id"],
        "referralProgram": kept.get("referralProgram", ""),
        "registrationStatus": _registration_status(row, registered),
        "registrations": registrations(row) if registered else [],
        **UNKNOWN,
        "links": _links(row),
    }


# The vendor's marketplace leads have these; a co-sell referral says that there is nothing to say.
UNKNOWN: Object = {
    "callToAction": "",
    "referralSource": "",
    "quality": "Unknown",
    "isSpam": False,
    "tags": [],
    "createdVia": "",
    "lastModifiedVia": "",
    "lastRunId": "",
    "dealSensitivity": "None",
    "trackingInfo": {words.VENDOR_CRM: ""},
}


def organization(pk: UUID, kind: str) -> str:
    """A company's id; the vendor has a name for itself."""
    return words.VENDOR_ID if kind == Company.Kind.VENDOR else str(pk)


def find(pk: str, person: Person) -> Row:
    """The referral with this id, if the person may see it. Raises Http404. One query."""
    try:
        found = rows.visible(person).filter(pk=UUID(pk))
    except ValueError as broken:
        raise Http404 from broken
    for row in rows.read(found, person, clock.now()):
        return row
    raise Http404


def one(row: Row, person: Person) -> Object:
    """A referral that is answered by itself."""
    return entity(referral(row, person))


def entity(found: Object) -> Object:
    """As OData names what is answered by itself, also after a write."""
    return {"@odata.context": f"{settings.BASE_URL}{CONTEXT}/$entity", **found}


def is_settled(row: Row) -> bool:
    """Does the version tell everything? Not where the clock, or a record beside the referral,
    has moved since: a caller with the same version may then have read something else."""
    beside = ("deal__updated_at", "deal__customer__updated_at", "registration__updated_at")
    moved = [at for name in beside if (at := row[name]) and at > row["updated_at"]]
    return not moved and row["shown"] == row["status"]


def _stage(row: Row) -> Object:
    """`salesStage` is absent at 10 per cent (decision 5)."""
    said = words.STAGES.say(row["stage"])
    return {"salesStage": said} if said else {}


def _target(row: Row) -> list[Object]:
    if row["company__kind"] == Company.Kind.VENDOR:
        return [{"type": "BusinessProfileLocation", "id": words.VENDOR_ID}]
    if row["sender_id"]:
        return [{"type": "BusinessProfileLocation", "id": row["location__partner_id"]}]
    return [{"type": "SolutionProfile", "id": one["code"]} for one in row["named"]]


def _customer(row: Row, person: Person, kept: Object) -> Object:
    known = ("Duns", row["deal__customer__duns"]), ("External", row["deal__customer__tpid"])
    return {
        "name": row["deal__customer__name"],
        "address": {
            "addressLine1": row["deal__customer__address_line1"],
            "addressLine2": row["deal__customer__address_line2"],
            "city": row["deal__customer__city"],
            "state": row["deal__customer__state"],
            "postalCode": row["deal__customer__postal_code"],
            "country": row["deal__customer__country"],
            "region": kept.get("region", ""),
        },
        "size": kept.get("size"),
        "team": _contacts(row, kept) if _shows_contact(row, person) else [],
        "ids": [{"profileType": kind, "id": number} for kind, number in known if number],
        "isMatchingComplete": _is_matched(row),
    }


def _is_matched(row: Row) -> bool:
    """Is it known whether the vendor manages this customer? As `Account.managed`."""
    known = row["deal__customer__kind"] in (Account.Kind.MANAGED, Account.Kind.UNMANAGED)
    return bool(
        known or row["deal__customer__matched_to_id"] or row["deal__customer__unmatched_at"]
    )


def _shows_contact(row: Row, person: Person) -> bool:
    """The opener's own entry; for a receiver once it works on the deal (decision 15)."""
    if not (row["deal__contact_name"] or row["deal__contact_email"]):
        return False
    received = roles.receiver(row, person) and row["status"] in WORKS
    return roles.opener(row, person) or received


def _contacts(row: Row, kept: Object) -> list[Object]:
    first = row["deal__contact_name"], row["deal__contact_email"], row["contact_phone"] or ""
    return [_member(*first), *kept.get("contacts", [])]


def _member(name: str, email: str, phone: str, **_more: Any) -> Object:
    first, _space, last = name.partition(" ")
    return {
        "firstName": first,
        "lastName": last,
        "phoneNumber": phone,
        "email": email,
        "contactPreference": {"locale": "", "disableNotifications": False},
    }


def _consent(row: Row, kept: Object) -> Object:
    given = kept.get("consent", {})
    whole = row["deal__contact_name"] and row["deal__contact_email"] and row["contact_phone"]
    return {
        words.TO_OTHERS: given.get(words.TO_OTHERS, row["shared"]),
        "consentToContact": given.get("consentToContact", bool(whole)),
        words.TO_VENDOR: row["deal__visible_to_vendor"],
        words.TO_PARTNERS: given.get(words.TO_PARTNERS, False),
    }


def _details(row: Row, kept: Object) -> Object:
    return {
        "notes": row["notes"],
        "dealValue": row["value"],
        "currency": row["currency"],
        "closingDateTime": moment(row["close_on"]),
        "customerRequestedContact": kept.get("customerRequestedContact", False),
        "customerAction": kept.get("customerAction", ""),
        "incentiveLevel": "",
        "requirements": _requirements(row, kept.get("requirements", {}), kept.get("prices", {})),
    }


def _requirements(row: Row, kept: Object, prices: Object) -> Object:
    """`kept` has the lists that our own deals have no fields for."""
    named = [_solution(one, prices.get(one["code"], {})) for one in row["named"]]
    attributes = [
        {"type": kind, "id": known.say(row[field])}
        for kind, (field, known) in words.ATTRIBUTES.items()
        if row[field]
    ]
    return {
        **{name: kept.get(name, []) for name in LISTS},
        "solutions": [*named, *kept.get("solutions", [])],
        "additionalRequirements": {
            **kept.get("additionalRequirements", {}),
            "attributes": attributes,
        },
    }


def _solution(one: Object, price: Object) -> Object:
    given = [name for name in ("price", "quantity") if name in price]
    numbers: Object = {name: Decimal(price[name]) for name in given}
    return {"id": one["code"], "name": one["name"], "type": "Name", **price, **numbers}


def _invitation(row: Row) -> Object:
    return {
        "notes": row["ask"],
        "assistanceRequestCode": words.HELP.say(row["help"]),
        "invitedMpnId": row["location__partner_id"] or "",
        "invitedBy": {
            "organizationId": organization(row["sender_id"], row["sender__kind"]),
            "organizationName": row["sender__name"],
        },
    }


def _registration_status(row: Row, registered: bool) -> str:
    status = row["registration__status"] if registered else None
    return words.REGISTERED[status] if status else words.UNREGISTERED


def _links(row: Row) -> Object:
    related = f"{settings.BASE_URL}{ROOT}?$filter=engagementId%20eq%20'{row['deal_id']}'"
    return {
        "relatedReferrals": {"uri": related, "method": "GET"},
        "self": {"uri": address(row["id"]), "method": "GET"},
    }
