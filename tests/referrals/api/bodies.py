"""Bodies as a connector sends them, for the tests of writing on the wire."""

from typing import Any

from portal.models import Person
from referrals.models import Referral

ROOT = "/v1.0/engagements/referrals"
SHARED = "consentToShareReferralWith{}Sellers".format("Microsoft")
MEMBER = {
    "firstName": "Eva",
    "lastName": "Nunes",
    "phoneNumber": "+351210000009",
    "email": "eva@contoso.example",
    "contactPreference": {"locale": "pt-PT", "disableNotifications": False},
}
CONTACT = {
    "firstName": "Nora",
    "lastName": "Wind",
    "phoneNumber": "+351211111111",
    "email": "nora@northwind.example",
}
CONSENT = {"consentToToShareInfoWithOthers": True, "consentToContact": True, SHARED: False}
ADDRESS = {"addressLine1": "Rua 1", "city": "Lisbon", "postalCode": "1000-001", "country": "PT"}


def body(person: Person, **changed: Any) -> dict[str, Any]:
    """A whole referral of an IP deal that meets every rule."""
    company = person.company
    assert company is not None
    solution = company.solutions.order_by("code")[0]
    place = company.locations.order_by("partner_id")[0]
    details = {
        "notes": "One platform for sales data.",
        "dealValue": "50000",
        "currency": "USD",
        "closingDateTime": "2027-03-31T00:00:00.0000000Z",
        "requirements": {
            "industries": [{"id": "Agriculture, Forestry, & Fishing"}],
            "products": [{"id": "DynamicsAX,GP,NAV,SL"}],
            "services": [{"id": "CustomSolution(ISV)"}],
            "solutions": [{"id": solution.code, "name": solution.name, "type": "Name"}],
            "offers": [],
            "additionalRequirements": {},
        },
    }
    values: dict[str, Any] = {
        "name": "Data platform",
        "externalReferenceId": "CRM-1",
        "status": "New",
        "substatus": "Pending",
        "type": "Shared",
        "qualification": "SalesQualified",
        "customerProfile": {
            "name": "Wingtip Toys",
            "address": ADDRESS,
            "size": "51to250employees",
            "team": [],
            "ids": {},
        },
        "consent": CONSENT,
        "details": details,
        "team": [MEMBER],
        "target": [{"type": "SolutionProfile", "id": solution.code}],
        "mpnId": place.partner_id,
        "campaignId": "SPRING",
    }
    return values | changed


def of(leg: Referral) -> str:
    return f"{ROOT}/{leg.pk}"


def op(path: str, value: Any, kind: str = "replace") -> dict[str, Any]:
    return {"op": kind, "path": path, "value": value}


def fresh(leg: Referral) -> Referral:
    return Referral.objects.select_related("deal").get(pk=leg.pk)
