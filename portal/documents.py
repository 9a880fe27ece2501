"""Showing documents and handing them out.

The view that serves belongs to the record's own app, since who may see the record may see its
documents, and nobody else:

    @require_GET
    def document(request, pk, document):
        registration = get_visible(Registration.objects.visible_to(request.user), pk)
        return served(get_visible(Document.objects.of(registration), document))

The page of the record gives `listed(…)` to `_parts/documents.html` as `documents`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from portal import media_types
from portal.models import Document, Record
from portal.workflow import Text

# A document that a browser opens all the same may run nothing, and is of no site.
HEADERS = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Reason(StrEnum):
    """What `Document.reason` holds: a word of ours, which a signature's name may follow."""

    FOUND = "found "
    TOO_LARGE = "too large"
    GONE = "gone"


@dataclass(frozen=True)
class Shown:
    """A document as a page lists it. No `url`: it can't be opened. No `remove_url`: no button."""

    document: Document
    url: str = ""
    remove_url: str = ""

    @property
    def words(self) -> Text:
        return media_types.words(self.document.media_type)

    @property
    def size(self) -> str:
        return media_types.size(self.document.size)

    @property
    def reason(self) -> str:
        return why(self.document)


def listed(
    record: Record,
    url: Callable[[Document], str],
    remove_url: Callable[[Document], str] | None = None,
) -> list[Shown]:
    """A record's documents, oldest first. `url` gives the address of one, `remove_url` that of
    its button, for readers who may remove.
    """
    rows = Document.objects.of(record).select_related("added_by")
    return [
        Shown(row, url(row) if row.is_ready else "", remove_url(row) if remove_url else "")
        for row in rows
    ]


def why(document: Document) -> str:
    """Why a document was refused, in a sentence; nothing for others."""
    if document.reason.startswith(Reason.FOUND):
        name = document.reason.removeprefix(Reason.FOUND)
        return _("The scanner found %(name)s in it, so the file was deleted.") % {"name": name}
    sentences = {
        Reason.TOO_LARGE: _("It is too large for the scanner, so the file was deleted."),
        Reason.GONE: _("The file is gone. Attach it again."),
    }
    return sentences.get(Reason(document.reason), "") if document.reason else ""


def served(document: Document) -> FileResponse:
    """The file as a download. 404 unless it is ready: in quarantine nobody gets it.

    Its own Content-Security-Policy stays: the middleware writes one only where there is none.
    """
    if not document.is_ready:
        raise Http404
    try:
        opened = document.file.open("rb")
    except (FileNotFoundError, ValueError) as gone:  # ValueError: a row without a file
        raise Http404 from gone
    return FileResponse(
        opened,
        as_attachment=True,
        filename=document.name,
        content_type=document.media_type,
        headers=HEADERS,
    )
