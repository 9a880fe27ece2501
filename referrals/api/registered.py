"""The registration of a referral on the wire: `registrations[0]` (facts 1.3)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import roles
from portal.models import Company, Person
from referrals.api import words
from referrals.api.rows import Row, moment
from referrals.lifecycle.registration import Status

Object = dict[str, Any]
UNSENT = _("Complete it and submit it in the portal, with the signed contract.")


def told(row: Row, person: Person) -> bool:
    """Is this reader told of the registration? The own company; reviewers, of what was sent."""
    if row["company__kind"] == Company.Kind.VENDOR:
        return False
    sent = row["registration__submitted_at"] is not None
    return row["company_id"] == person.company_id or (sent and roles.reviews(person))


def registrations(row: Row) -> list[Object]:
    """The one registration of this leg; a list, since the wire has one."""
    if row["registration__id"] is None:
        return []
    said = {name[14:]: given for name, given in row.items() if name.startswith("registration__")}
    return [
        {
            "id": said["id"],
            "type": words.IP_CO_SELL,
            "registrationDateTime": said["submitted_at"],
            "status": words.REGISTERED[said["status"]],
            "statusReason": _reason(said),
            "contract": _contract(said),
            "solutionDetails": [_solution(said)],
            "statusHistory": {
                "reviewPendingDateTime": said["pending_at"],
                "actionRequiredDateTime": said["action_at"],
                "passedDateTime": said["passed_at"],
                "failedDateTime": said["failed_at"],
                "approvedDateTime": said["approved_at"],
            },
        }
    ]


def _reason(said: Object) -> str:
    """What is left to do, what the reviewer asks for, or why it failed."""
    if said["status"] == Status.DRAFT:
        return str(UNSENT)
    if said["status"] == Status.ACTION:
        return str(said["question"])
    return ". ".join(filter(None, (words.FAILED.say(said["fail_reason"]), said["fail_note"])))


def _contract(said: Object) -> Object:
    return {
        "value": said["total_value"],
        "currency": said["currency"],
        "startDateTime": moment(said["starts_on"]),
        "endDateTime": moment(said["ends_on"]),
        "signDateTime": moment(said["signed_on"]),
        "term": words.TERMS.say(said["term"]) or None,
    }


def _solution(said: Object) -> Object:
    return {
        "id": said["solution__code"],
        "name": said["solution__name"],
        "currency": said["currency"],
        "value": said["solution_value"],
        "isDeployedOnAzure": words.ON_AZURE.get(said["deployment"]),
        "primaryDeploymentOn": words.TENANTS.say(said["tenant"]) or None,
        "pricingModel": words.PRICING.say(said["pricing"]) or None,
        "marketplaceTransactionDetails": {
            "isMarketplaceTransacted": said["is_marketplace"],
            "marketplaceTransactionDateTime": moment(said["marketplace_on"]),
        },
    }
