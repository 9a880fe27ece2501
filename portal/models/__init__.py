from portal.models.customers import Account, AccountIdentifier, AccountMatch
from portal.models.history import Event
from portal.models.partners import Company, Enrolment, Location
from portal.models.people import Membership, Person, Role
from portal.models.record import Record, new_id
from portal.models.sandbox import ClockOffset

__all__ = [
    "Account",
    "AccountIdentifier",
    "AccountMatch",
    "ClockOffset",
    "Company",
    "Enrolment",
    "Event",
    "Location",
    "Membership",
    "Person",
    "Record",
    "Role",
    "new_id",
]
