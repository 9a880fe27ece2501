"""The objects of the vendor's public contract of referrals: names and types, read off it once."""

from typing import Any

from tests.referrals.api.bodies import SHARED

TEXT, FLAG, NUMBER = str, bool, (int, float)
PERSON = {
    "firstName": TEXT,
    "lastName": TEXT,
    "phoneNumber": TEXT,
    "email": TEXT,
    "contactPreference": {"locale": TEXT, "disableNotifications": FLAG},
}
LINK = {"uri": TEXT, "method": TEXT}
MOMENTS = ("reviewPending", "actionRequired", "passed", "failed", "approved")
# Property -> its type, an object's properties, or a list of one: the list's items. `any` is what
# the contract leaves open.
REGISTRATION: dict[str, Any] = {
    **dict.fromkeys(("id", "registrationDateTime", "status", "statusReason"), TEXT),
    "contract": {
        "value": NUMBER,
        **dict.fromkeys(("currency", "startDateTime", "endDateTime", "signDateTime"), TEXT),
        "term": TEXT,
    },
    "solutionDetails": [
        {
            **dict.fromkeys(("id", "name", "primaryDeploymentOn", "pricingModel"), TEXT),
            "value": NUMBER,
            "isDeployedOnAzure": FLAG,
            "marketplaceTransactionDetails": {
                "isMarketplaceTransacted": FLAG,
                "marketplaceTransactionDateTime": TEXT,
            },
        }
    ],
    "statusHistory": {f"{name}DateTime": TEXT for name in MOMENTS},
}
WORDS = (
    "id engagementId organizationId organizationName name externalReferenceId createdDateTime "
    "updatedDateTime expirationDateTime acceptedDateTime closedDateTime status substatus "
    "statusReason type qualification direction eTag campaignId salesStage mpnId referralProgram "
    "registrationStatus callToAction referralSource quality lastModifiedVia lastRunId"
).split()
REFERRAL: dict[str, Any] = {
    **dict.fromkeys(WORDS, TEXT),
    **dict.fromkeys(("favorite", "isSpam"), FLAG),
    "consent": dict.fromkeys(("consentToContact", "consentToToShareInfoWithOthers", SHARED), FLAG),
    "customerProfile": {
        **dict.fromkeys(("name", "size"), TEXT),
        "address": dict.fromkeys(
            "addressLine1 addressLine2 city country postalCode region state".split(), TEXT
        ),
        "ids": [any],
        "team": [PERSON],
    },
    "details": {
        **dict.fromkeys(("closingDateTime", "currency", "customerAction", "notes"), TEXT),
        "customerRequestedContact": FLAG,
        "dealValue": NUMBER,
        "requirements": {
            **{name: [{"id": TEXT}] for name in ("industries", "products", "services")},
            "solutions": [any],
            "offers": [any],
            "additionalRequirements": {"attributes": [{"id": TEXT, "type": TEXT}]},
        },
    },
    "inviteContext": {
        "assistanceRequestCode": TEXT,
        "invitedBy": {"organizationId": TEXT, "organizationName": TEXT},
        "notes": TEXT,
    },
    "links": {"relatedReferrals": LINK, "self": LINK},
    "target": [{"id": TEXT, "type": TEXT}],
    "team": [PERSON],
    "trackingInfo": {"{}MsxId".format("microsoft"): TEXT},
    "registrations": [REGISTRATION],
    "tags": [any],
}


def differences(value: Any, kind: Any, at: str = "") -> list[str]:
    """Where a value is not of its declared type, or a declared property is absent. Null is
    whatever has no value."""
    if value is None or kind is any:
        return []
    if isinstance(kind, dict):
        if not isinstance(value, dict):
            return [at]
        absent = [f"{at}/{name} is absent" for name in kind.keys() - value.keys()]
        both = kind.keys() & value.keys()
        return absent + [d for n in both for d in differences(value[n], kind[n], f"{at}/{n}")]
    if isinstance(kind, list):
        if not isinstance(value, list):
            return [at]
        return [d for one in value for d in differences(one, kind[0], f"{at}/-")]
    fits = isinstance(value, kind) and (kind is FLAG or not isinstance(value, bool))
    return [] if fits else [at]
