"""Legs made straight into the database, in any state, for the tests of lists."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal import clock
from portal.models import Account, Company, Person
from referrals.models import Deal, Referral

Make = Callable[..., Referral]


@pytest.fixture
def make(customer: Account, ana: Person) -> Make:
    """A leg of a new deal, or of `deal`, by the ORM; Ana's company's own unless said."""

    def leg(
        company: Company | None = None,
        *,
        status: str = "accepted",
        sender: Company | None = None,
        deal: Deal | None = None,
        customer: Account = customer,
        motion: str = "ip",
        visible: bool = False,
        **fields: Any,
    ) -> Referral:
        now = clock.now()
        deal = deal or Deal.objects.create(
            customer=customer, motion=motion, visible_to_vendor=visible
        )
        values: dict[str, Any] = {
            "name": "Data platform",
            "value": Decimal(1000),
            "currency": "USD",
            "close_on": date(2027, 3, 31),
            "due_at": now + timedelta(days=14) if status == "pending" else None,
            "accepted_at": now if status in ("accepted", "won", "lost") else None,
            "closed_at": None if status in ("pending", "accepted") else now,
            "reason": "other" if status in ("declined", "lost", "error") else "",
        }
        company = company or ana.company
        if not company.is_vendor and "location" not in fields:
            values["location"] = company.locations.order_by("partner_id")[0]
        given = values | fields | {"status": status}
        row = Referral(deal=deal, company=company, sender=sender, **given)
        row.save()
        return row

    return leg
