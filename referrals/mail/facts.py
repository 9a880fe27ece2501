"""What a mail about a leg may say: never the customer's contact (decision 15)."""

from typing import Any

from django.utils import translation

from referrals.models import Referral


def facts(leg: Referral) -> dict[str, Any]:
    """JSON values only; moments as ISO 8601, labels as msgids that the template translates."""
    return {
        "deal": leg.name,
        "customer": leg.deal.customer.name,
        "company": leg.company.name,
        "sender": leg.sender.name if leg.sender else "",
        "value": str(leg.value),
        "currency": leg.currency,
        "due_at": leg.due_at.isoformat() if leg.due_at else "",
        "reason": _msgid(leg),
    }


def _msgid(leg: Referral) -> str:
    if not leg.reason:
        return ""
    with translation.override(None):
        return leg.reason_label
