from portal.models.clients import Answered, Client, Usage
from portal.models.customers import Account, AccountIdentifier, AccountMatch
from portal.models.documents import Document
from portal.models.history import Event
from portal.models.partners import Company, Enrolment, Location
from portal.models.people import Membership, Person, Role
from portal.models.rates import ExchangeRate
from portal.models.record import Record, new_id
from portal.models.sandbox import ClockOffset

__all__ = [
    "Account",
    "AccountIdentifier",
    "AccountMatch",
    "Answered",
    "Client",
    "ClockOffset",
    "Company",
    "Document",
    "Enrolment",
    "Event",
    "ExchangeRate",
    "Location",
    "Membership",
    "Person",
    "Record",
    "Role",
    "Usage",
    "new_id",
]
