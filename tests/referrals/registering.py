"""A won deal, a registration that meets every rule, and a way to each of its states."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.db.models import F

from portal import clock
from portal.models import Company, Person, Role
from referrals.actions import deal, exception, referral, registration
from referrals.lifecycle.registration import Status
from referrals.models import ExceptionRequest, Referral, Registration
from tests.conftest import make_person

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def contract(name: str = "contract.pdf", *, more: bytes = b"") -> ContentFile:
    """A small file of the kind that proves a contract."""
    return ContentFile(PDF + more, name=name)


def age(leg: Referral, by: timedelta) -> Referral:
    """Let the deal have been opened that much earlier."""
    Referral.objects.filter(pk=leg.pk).update(
        created_at=F("created_at") - by, accepted_at=F("accepted_at") - by
    )
    return Referral.objects.get(pk=leg.pk)


def won(leg: Referral, by: Person, *, opened: timedelta = timedelta(days=10)) -> Referral:
    """A partner-led deal, shown to the vendor and won some days after it was opened."""
    if not leg.deal.visible_to_vendor:
        deal.share(leg, by=by)
    age(leg, opened)
    return referral.win(leg, by=by)


def today() -> date:
    return clock.now().date()


def said(**changed: Any) -> dict[str, Any]:
    """What a registration of a contract says that meets every rule."""
    values: dict[str, Any] = {
        "is_marketplace": False,
        "deployment": "azure",
        "names_both": True,
        "pricing": "other",
        "term": "finite",
        "total_value": Decimal("90000.00"),
        "solution_value": Decimal("60000.00"),
        "currency": "USD",
        "signed_on": today(),
        "starts_on": today(),
        "ends_on": today() + timedelta(days=400),
        "tenant": "customer",
    }
    return values | changed


MARKETPLACE: dict[str, Any] = {
    "is_marketplace": True,
    "marketplace_on": date(2026, 11, 2),
    "deployment": "azure",
    "total_value": Decimal("90000.00"),
    "solution_value": Decimal("60000.00"),
}


def begun(leg: Referral, by: Person, **changed: Any) -> Registration:
    """A draft that could be submitted, contract attached."""
    draft = registration.register(leg, by=by)
    registration.attach(draft, by=by, files=[contract()])
    return registration.edit(draft, by=by, **said(**changed))


def submitted(leg: Referral, by: Person, **changed: Any) -> Registration:
    return registration.submit(begun(leg, by, **changed), by=by)


def reviewer(name: str = "Rolf Reviewer") -> Person:
    vendor = Company.objects.vendor()
    known = Person.objects.filter(company=vendor, name=name).first()
    return known or make_person(name, vendor, Role.REVIEWER)


LARGE = {"total_value": Decimal("3000000.00")}


def _review(leg: Referral, by: Person) -> Registration:
    return submitted(leg, by, **LARGE)


def _validation(leg: Referral, by: Person) -> Registration:
    draft = registration.register(leg, by=by)
    return registration.submit(draft, by=by, **MARKETPLACE)


def _action(leg: Referral, by: Person) -> Registration:
    return registration.ask_more(_review(leg, by), by=reviewer("Ruth Asks"), question="Page 3?")


def _passed(leg: Referral, by: Person) -> Registration:
    return registration.approve(_review(leg, by), by=reviewer("Ruth Passes"))


def _failed(leg: Referral, by: Person) -> Registration:
    return registration.fail(_review(leg, by), by=reviewer("Ruth Fails"), fail_reason="unsigned")


def _pending(leg: Referral, by: Person) -> Registration:
    """Submitted, its contract still in the quarantine."""
    draft = begun(leg, by)
    rows = type(draft.documents[0]).objects.of(draft)
    rows.update(state="quarantined", scan_at=clock.now(), scanned_at=None)
    return registration.submit(draft, by=by)


def _closed(leg: Referral, by: Person) -> Registration:
    decided = _failed(leg, by)
    close(decided)
    return Registration.objects.get(pk=decided.pk)


def close(decided: Registration) -> None:
    """Let the days pass in which a decision stands."""
    assert decided.due_at is not None
    Registration.objects.filter(pk=decided.pk).update(due_at=clock.now())
    registration.close_decided()


WALKS: dict[str, Callable[[Referral, Person], Registration]] = {
    "draft": begun,
    "pending": _pending,
    "review": _review,
    "validation": _validation,
    "action": _action,
    "approved": submitted,
    "passed": _passed,
    "failed": _failed,
    "closed": _closed,
}


def at(status: str, leg: Referral, by: Person) -> Registration:
    """Walk the registration of a won deal to this status by the real verbs."""
    found = WALKS[status](leg, by)
    assert found.status == Status(status)
    return Registration.objects.get(pk=found.pk)


def asked(decided: Registration, by: Person, **changes: Any) -> ExceptionRequest:
    """A request for an exception to a decided registration."""
    return exception.ask_exception(decided, by=by, explanation="The notary was late.", **changes)
