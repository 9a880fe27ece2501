"""The form of a registration as a browser sends it."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from referrals.models import Registration
from tests.referrals.registering import PDF, said


def form(record: Registration) -> str:
    return f"/registrations/{record.pk}/submit/"


def fresh(record: Registration) -> Registration:
    return Registration.objects.get(pk=record.pk)


def pdf(name: str = "contract.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + more, "application/pdf")


def typed(record: Registration, go: str = "save", **changed: Any) -> dict[str, Any]:
    """Every field of the form as a browser sends it; unticked boxes are not sent."""
    values = said(solution=record.solution_id or "") | changed
    sent = {name: str(value) for name, value in values.items() if value not in (None, False)}
    sent["is_marketplace"] = str(values["is_marketplace"])
    files = {"documents": changed["documents"]} if "documents" in changed else {}
    return sent | files | {"go": go, "version": fresh(record).version}


def empty(record: Registration, go: str) -> dict[str, Any]:
    return {"currency": "USD", "go": go, "version": fresh(record).version}
