"""How referrals on the wire are described: the object and its envelope, as `wire` writes them.

Names and success codes are those of the vendor's public contract.
"""

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter

from portal.api.schema import (
    FLAG,
    ID,
    IF_MATCH,
    MOMENT,
    NUMBER,
    TEXT,
    WHOLE,
    WRITING,
    many,
    maybe,
    query,
    thing,
)
from referrals.api import schema_wire_bodies as bodies
from referrals.api import words
from referrals.api.lists import PROFILE_TYPES, TARGETS
from referrals.api.wire import UNKNOWN

TAGS = ["engagements"]
URI = TEXT | {"format": "uri"}


def _one_of(known: words.Words, *more: str) -> dict[str, Any]:
    return TEXT | {"enum": list(dict.fromkeys((*known.all, *more)))}


PEOPLE = many(
    thing(
        firstName=TEXT,
        lastName=TEXT,
        phoneNumber=TEXT,
        email=TEXT,
        contactPreference=thing(locale=TEXT, disableNotifications=FLAG),
    )
)
_CONTACTS = many(PEOPLE["items"] | {"required": ["firstName", "lastName", "phoneNumber", "email"]})
_CUSTOMER = thing(
    name=TEXT,
    address=thing(
        **dict.fromkeys("addressLine1 addressLine2 city state postalCode country".split(), TEXT),
        region=TEXT,
    ),
    size=maybe(TEXT),
    team=_CONTACTS,
    ids=many(thing(profileType=_one_of(PROFILE_TYPES), id=TEXT)),
    isMatchingComplete=FLAG,
)
_NAMED = {"type": "object", "properties": {"id": TEXT, "name": TEXT}, "required": ["id"]}
_SOLUTION = {
    "type": "object",
    "properties": {
        **{"id": TEXT, "name": TEXT, "type": TEXT | {"enum": ["Name", "Category"]}},
        **{"price": NUMBER, "quantity": NUMBER, "currency": TEXT, "closingDateTime": TEXT},
    },
    "required": ["id", "name", "type"],
    "additionalProperties": False,
}
_ATTRIBUTE = thing(type=TEXT | {"enum": list(words.ATTRIBUTES)}, id=TEXT)
_ADDITIONAL = {
    "type": "object",
    "properties": {
        "attributes": many(_ATTRIBUTE),
        "iot": {"type": "object", "additionalProperties": TEXT},
    },
    "required": ["attributes"],
    "additionalProperties": False,
}
_DETAILS = thing(
    notes=TEXT,
    dealValue=NUMBER,
    currency=TEXT,
    closingDateTime=maybe(MOMENT),
    customerRequestedContact=FLAG,
    customerAction=TEXT,
    incentiveLevel=TEXT,
    requirements=thing(
        **dict.fromkeys(("industries", "products", "services", "offers", "salesPlays"),
                        many(_NAMED)),
        solutions=many(_SOLUTION),
        additionalRequirements=_ADDITIONAL,
    ),
)  # fmt: skip
_DEPLOYED = thing(
    id=maybe(TEXT),
    name=maybe(TEXT),
    currency=TEXT,
    value=maybe(NUMBER),
    isDeployedOnAzure=maybe(FLAG),
    primaryDeploymentOn=maybe(TEXT),
    pricingModel=maybe(TEXT),
    marketplaceTransactionDetails=thing(
        isMarketplaceTransacted=maybe(FLAG),
        marketplaceTransactionDateTime=maybe(MOMENT),
    ),
)
_REGISTRATION = thing(
    id=ID,
    type=TEXT | {"enum": [words.IP_CO_SELL]},
    registrationDateTime=maybe(MOMENT),
    status=_one_of(words.REGISTRATIONS),
    statusReason=TEXT,
    contract=thing(
        value=maybe(NUMBER),
        currency=TEXT,
        **dict.fromkeys(("startDateTime", "endDateTime", "signDateTime"), maybe(MOMENT)),
        term=maybe(_one_of(words.TERMS)),
    ),
    solutionDetails=many(_DEPLOYED),
    statusHistory=thing(
        **{
            f"{name}DateTime": maybe(MOMENT)
            for name in ("reviewPending", "actionRequired", "passed", "failed", "approved")
        }
    ),
)
_INVITATION = thing(
    notes=TEXT,
    assistanceRequestCode=_one_of(words.HELP, ""),
    invitedMpnId=TEXT,
    invitedBy=thing(organizationId=TEXT, organizationName=TEXT),
)
_LINK = thing(uri=URI, method=TEXT)
_SHAPES: dict[type, dict[str, Any]] = {
    str: TEXT,
    bool: FLAG,
    list: many(TEXT),
    dict: {"type": "object", "additionalProperties": TEXT},
}
_ALL: dict[str, Any] = {
    "id": ID,
    "engagementId": ID,
    **dict.fromkeys(("organizationId", "organizationName", "name", "externalReferenceId"), TEXT),
    **dict.fromkeys(("createdDateTime", "updatedDateTime"), MOMENT),
    **dict.fromkeys(("expirationDateTime", "acceptedDateTime", "closedDateTime"), maybe(MOMENT)),
    "status": _one_of(words.STATUSES),
    "substatus": _one_of(words.SUBSTATUSES),
    "statusReason": TEXT,
    "type": _one_of(words.TYPES),
    "qualification": _one_of(words.QUALIFICATIONS),
    "direction": _one_of(words.DIRECTIONS),
    "eTag": TEXT,
    "target": many(thing(type=_one_of(TARGETS), id=maybe(TEXT))),
    "customerProfile": _CUSTOMER,
    "consent": thing(
        **dict.fromkeys(
            (words.TO_OTHERS, "consentToContact", words.TO_VENDOR, words.TO_PARTNERS), FLAG
        )
    ),
    "details": _DETAILS,
    "team": PEOPLE,
    "inviteContext": maybe(_INVITATION),
    "favorite": FLAG,
    "campaignId": TEXT,
    "mpnId": maybe(TEXT),
    "referralProgram": TEXT,
    "registrationStatus": _one_of(words.REGISTRATIONS),
    "registrations": many(_REGISTRATION),
    **{name: _SHAPES[type(value)] for name, value in UNKNOWN.items()},
    "links": thing(relatedReferrals=_LINK, self=_LINK),
}
REFERRAL = thing(**_ALL) | {"title": "EngagementReferral"}
REFERRAL["properties"] |= {
    "salesStage": _one_of(words.STAGES) | {"description": "Absent at 10 per cent."},
    "@odata.context": URI,
}
_ROW: dict[str, Any] = {
    "type": "object",
    "title": "EngagementReferralRow",
    "description": "A referral, or of it what `$select` names.",
    "properties": REFERRAL["properties"],
    "additionalProperties": False,
}
_PAGE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "@odata.context": URI,
        "@odata.count": WHOLE | {"description": "With `$count=true`."},
        "@odata.nextLink": URI | {"description": "Where there is another page."},
        "value": many(_ROW),
    },
    "required": ["@odata.context", "value"],
    "additionalProperties": False,
}
_PREFER = OpenApiParameter(
    "Prefer",
    type=str,
    location=OpenApiParameter.HEADER,
    description="`return=representation` is answered with 200 and the referral.",
)
_IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    type=str,
    location=OpenApiParameter.HEADER,
    description="The eTag that is known; 304 where nothing changed.",
)
_ID = OpenApiParameter("id", type=ID, location=OpenApiParameter.PATH)
LIST: dict[str, Any] = {
    "operation_id": "GetAllReferrals",
    "summary": "List referrals, by OData",
    "tags": TAGS,
    "parameters": [
        query("$filter", "Like `status eq 'New' and details/dealValue gt 1000`."),
        query("$select", "Names of fields, with commas."),
        query("$orderby", "`createdDateTime` or `updatedDateTime`, then `asc` or `desc`."),
        query("$top", "How many rows, 100 where it is left out, at most 200.", WHOLE),
        query("$skip", "At most 1000; go on with `@odata.nextLink`.", WHOLE),
        query("$count", "Count all that fit.", FLAG),
        query("$expand", "Nothing can be expanded: a referral is whole."),
        query("$skiptoken", "The place of the next page, from `@odata.nextLink`."),
    ],
    "responses": {200: _PAGE},
}
CREATE: dict[str, Any] = {
    "operation_id": "CreateReferral",
    "summary": "Open a deal, or ask others into one",
    "description": "With the `engagementId` of an own deal, the vendor or a partner is asked in.",
    "tags": TAGS,
    "parameters": WRITING,
    "request": {"application/json": bodies.NEW},
    "responses": {200: REFERRAL},
    "examples": [OpenApiExample("body", value=bodies.NEW_EXAMPLE, request_only=True)],
}
ONE: dict[str, Any] = {
    "operation_id": "GetReferralById",
    "summary": "Read a referral",
    "tags": TAGS,
    "parameters": [_ID, _IF_NONE_MATCH],
    "responses": {200: REFERRAL, 304: None},
}
REPLACE: dict[str, Any] = {
    "operation_id": "UpdateReferralById",
    "summary": "Send a referral back, changed",
    "description": "What differs from what was read is changed; `If-Match` is required.",
    "tags": TAGS,
    "parameters": [_ID, *WRITING, IF_MATCH],
    "request": {"application/json": bodies.WHOLE},
    "responses": {200: REFERRAL},
    "examples": [OpenApiExample("body", value=bodies.WHOLE_EXAMPLE, request_only=True)],
}
PATCH: dict[str, Any] = {
    "operation_id": "PatchReferralById",
    "summary": "Change a referral by JSON Patch, or register it",
    "description": "The address may end in one or two slashes more, as in the contract.",
    "tags": TAGS,
    "parameters": [_ID, *WRITING, IF_MATCH, _PREFER],
    "request": {"application/json": bodies.PATCH, "application/json-patch+json": bodies.PATCH},
    "responses": {200: REFERRAL, 204: None},
    "examples": [OpenApiExample("body", value=bodies.PATCH_EXAMPLE, request_only=True)],
}
