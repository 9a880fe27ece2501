"""The bodies that the wire takes, as `said` and `patching` read them: forgiving where they are.

Null is the same as absent, everywhere.
"""

from typing import Any

from portal.api.schema import TEXT
from referrals.api import words
from referrals.api.patching import MOST, OPERATIONS, PATHS

_NUMBER = {"type": ["number", "string", "null"]}
_FLAG = {"type": ["boolean", "null"]}
_TEXT = {"type": ["string", "null"], "maxLength": 200}
_LINES = {"type": ["string", "null"], "maxLength": 5000}
_CODE = {"type": ["string", "null"], "maxLength": 40}
_MOMENT = {"type": ["string", "null"], "format": "date-time"}


def _some(**properties: dict[str, Any]) -> dict[str, Any]:
    """An object with any of these."""
    return {"type": ["object", "null"], "properties": properties}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": ["array", "null"], "items": items, "maxItems": 50}


def _word(known: words.Words) -> dict[str, Any]:
    return {"type": ["string", "null"], "description": f"One of: {', '.join(known.all)}."}


_PERSON = _some(
    **dict.fromkeys(("firstName", "lastName", "phoneNumber"), _TEXT),
    email=_TEXT,
    contactPreference=_some(locale=_TEXT, disableNotifications=_FLAG),
)
_SOLUTION = _some(id=_CODE, name=_TEXT, type=_TEXT, price=_NUMBER, quantity=_NUMBER)
_DETAILS = {
    "type": "object",
    "properties": {
        "notes": _LINES,
        "dealValue": {"type": ["number", "string"]},
        "currency": TEXT | {"description": "ISO 4217."},
        "closingDateTime": TEXT | {"format": "date-time"},
        "customerAction": _TEXT,
        "customerRequestedContact": _FLAG,
        "requirements": _some(
            **dict.fromkeys(
                ("industries", "products", "services", "offers", "salesPlays"),
                _list(_some(id=_TEXT)),
            ),
            solutions=_list(_SOLUTION),
            additionalRequirements=_some(attributes=_list(_some(type=_TEXT, id=_TEXT))),
        ),
    },
    "required": ["dealValue", "currency", "closingDateTime"],
}
_PROFILE = _some(
    name={"type": ["string", "null"], "maxLength": 300},
    address=_some(
        **dict.fromkeys(("addressLine1", "addressLine2"), _TEXT),
        city=_TEXT,
        state=_TEXT,
        postalCode=_CODE,
        country=_CODE | {"description": "ISO 3166, two or three letters."},
    ),
    size=_TEXT,
    ids=_list(_some(profileType=_TEXT, id=_CODE)),
    team=_list(_PERSON),
)
_FIELDS: dict[str, Any] = {
    "name": TEXT | {"minLength": 1, "maxLength": 200},
    "engagementId": {"type": ["string", "null"], "format": "uuid"},
    "externalReferenceId": _TEXT,
    "campaignId": _TEXT,
    "mpnId": _CODE,
    "status": _word(words.STATUSES),
    "substatus": _word(words.SUBSTATUSES),
    "statusReason": _LINES,
    "salesStage": _word(words.STAGES),
    "type": _word(words.TYPES),
    "qualification": _word(words.QUALIFICATIONS),
    "favorite": _FLAG,
    "referralProgram": _TEXT,
    "target": _list(_some(type=_TEXT, id=_CODE)),
    "customerProfile": _PROFILE,
    "consent": _some(
        **dict.fromkeys(
            (words.TO_OTHERS, "consentToContact", words.TO_VENDOR, words.TO_PARTNERS), _FLAG
        )
    ),
    "details": _DETAILS,
    "team": _list(_PERSON),
    "inviteContext": _some(
        notes=_LINES, assistanceRequestCode=_word(words.HELP), invitedMpnId=_CODE
    ),
}
NEW: dict[str, Any] = {
    "title": "NewEngagementReferral",
    "type": "object",
    "properties": _FIELDS,
    "required": ["name", "customerProfile", "details"],
}
WHOLE: dict[str, Any] = {
    "title": "ChangedEngagementReferral",
    "type": "object",
    "description": "A referral as it was read. What is left out stays as it is.",
    "additionalProperties": True,
}
PATCH: dict[str, Any] = {
    "title": "EngagementReferralPatch",
    "type": "array",
    "minItems": 1,
    "maxItems": MOST,
    "items": {
        "type": "object",
        "properties": {
            "op": TEXT | {"enum": list(OPERATIONS)},
            "path": TEXT | {"enum": list(PATHS)},
            "value": {},
        },
        "required": ["op", "path", "value"],
        "additionalProperties": False,
    },
}
_SOLUTION_CODE = "SOL-1000-TST"
NEW_EXAMPLE: dict[str, Any] = {
    "name": "Data platform",
    "externalReferenceId": "CRM-4711",
    "customerProfile": {
        "name": "Wingtip Toys",
        "address": {"addressLine1": "Rua 1", "city": "Lisbon", "country": "PT"},
    },
    "consent": {words.TO_OTHERS: True, words.TO_VENDOR: False},
    "details": {
        "notes": "One platform for sales data.",
        "dealValue": 50000,
        "currency": "USD",
        "closingDateTime": "2027-03-31T00:00:00Z",
        "requirements": {"solutions": [{"id": _SOLUTION_CODE, "type": "Name"}]},
    },
}
WHOLE_EXAMPLE: dict[str, Any] = {"name": "Data platform", "details": {"dealValue": 65000}}
PATCH_EXAMPLE = [
    {"op": "replace", "path": "/details/dealValue", "value": 65000},
    {"op": "replace", "path": "/status", "value": "Closed"},
    {"op": "replace", "path": "/substatus", "value": "Won"},
]
