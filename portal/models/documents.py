"""Files that people prove something with. One home for every record that has them."""

from typing import ClassVar

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.models.partners import Company
from portal.models.people import Person
from portal.models.record import new_id


def store() -> Storage:
    """Where the files are: outside of everything that a web server serves."""
    return storages["documents"]


def place(document: "Document", name: str) -> str:
    """A generated name; what the sender called the file is only ever shown, never a path."""
    return f"{document.pk.hex[-2:]}/{document.pk}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def of(self, record: models.Model) -> "DocumentQuerySet":
        """The documents of one record, in the order in which they came."""
        rows = self.filter(record_type=record._meta.model_name, record_id=record.pk)
        return rows.order_by("pk")

    def to_scan(self) -> "DocumentQuerySet":
        """Not looked at by the scanner yet."""
        return self.filter(state=Document.State.QUARANTINED)


class Document(models.Model):
    """A file of a record. Who may see the record may see it, once it left the quarantine."""

    class State(models.TextChoices):
        QUARANTINED = "quarantined", _("Being scanned")
        READY = "ready", _("Ready")
        REFUSED = "refused", _("Refused")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    record_type = models.CharField(_("record type"), max_length=40)
    record_id = models.UUIDField(_("record"))
    company = models.ForeignKey(Company, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=150)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size"))  # bytes
    sha256 = models.CharField(_("checksum"), max_length=64)
    file = models.FileField(_("file"), storage=store, upload_to=place, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=State)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(_("added"))
    scanned_at = models.DateTimeField(_("scanned"), null=True)
    scan_at = models.DateTimeField(_("scan not before"), null=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="quarantined", scan_at__isnull=False, scanned_at=None)
                | Q(state__in=["ready", "refused"], scan_at=None),
                name="document_waits_or_is_settled",
            ),
            models.CheckConstraint(
                condition=Q(state="refused") & ~Q(reason="") | ~Q(state="refused") & Q(reason=""),
                name="document_refused_has_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["record_id", "id"], name="document_of_record"),
            models.Index(
                fields=["scan_at"], condition=Q(state="quarantined"), name="document_to_scan"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY
