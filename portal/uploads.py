"""Who may send files, and how they arrive: streamed to a temporary file, cut at the limit.

A view takes documents only if it says so:

    @require_POST
    @accepts_documents
    def attach(request, pk): …

For such a view `GuardMiddleware` lets a larger body through, from people who signed in. On every
other page, and for strangers, the files of a form are dropped as they come; its fields stay.

A file that can't be taken does not spoil its form. It arrives as an `Unread` among the others,
with the sentence that says why, and `portal.actions.documents.attach` passes the sentence on.
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal import media_types
from portal.media_types import size
from portal.workflow import Text

V = TypeVar("V", bound=Callable[..., Any])
EMPTY = _("This file is empty.")


def accepts_documents(view: V) -> V:
    """Mark a view as one that takes files, like Django's `login_not_required` marks its own."""
    view.accepts_documents = True  # type: ignore[attr-defined]
    return view


def is_open(view: object, request: HttpRequest) -> bool:
    """Does this view take files, from this person?"""
    person = getattr(request, "user", None)
    marked = getattr(view, "accepts_documents", False)
    return bool(marked and person and person.is_authenticated)


def lets_in(view: object, request: HttpRequest) -> bool:
    """May a body of files come as far as this view? To those that are open, and to those of the
    API: they ask for a token before they read anything.
    """
    asks_itself = getattr(view, "accepts_documents", False) and hasattr(view, "cls")
    return bool(asks_itself or is_open(view, request))


def most_bytes() -> int:
    """How long a body with documents may be: its files, and as much as any form besides."""
    files = settings.DOCUMENTS_PER_REQUEST * settings.DOCUMENT_MAX_BYTES
    return int(files + settings.DATA_UPLOAD_MAX_MEMORY_SIZE)


def too_large() -> Text:
    """The sentence for a file beyond DOCUMENT_MAX_BYTES."""
    most = size(settings.DOCUMENT_MAX_BYTES)
    return _("This file is larger than %(most)s.") % {"most": most}


def too_many() -> Text:
    """The sentence for each file beyond DOCUMENTS_PER_REQUEST."""
    most = settings.DOCUMENTS_PER_REQUEST
    return _("Send at most %(most)s files at once.") % {"most": most}


def rules() -> str:
    """What may be sent, in words, for the people who choose files."""
    each, most = size(settings.DOCUMENT_MAX_BYTES), settings.DOCUMENTS_PER_REQUEST
    return _("%(types)s. Up to %(size)s each, %(most)s files at once.") % {
        "types": media_types.allowed(),
        "size": each,
        "most": most,
    }


def tidy(request: HttpRequest) -> None:
    """Remove the file of a body that broke off; the parser tells of some errors only."""
    for handler in request.upload_handlers:
        handler.upload_interrupted()


class Unread(UploadedFile):
    """A file that was not taken: its name, and why."""

    def __init__(self, name: str, refusal: Text) -> None:
        super().__init__(file=BytesIO(), name=name, size=0)
        self.refusal = refusal


class DocumentHandler(FileUploadHandler):
    """Streams each file of a form to disk, and stops writing where a limit is passed.

    What goes beyond a limit is read off the line and forgotten: the fields behind it in the
    body are still wanted. The parser closes whatever a handler calls `file`, also one that is
    complete, so this one has another name.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.part: TemporaryUploadedFile | None = None
        self.refusal: Text = ""
        self.begun = 0  # files of this request

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.part, self.refusal = None, ""
        if not self._is_wanted():
            return
        self.begun += 1
        if self.begun > settings.DOCUMENTS_PER_REQUEST:
            self.refusal = too_many()
        else:
            self.part = TemporaryUploadedFile(self.file_name or "", "", 0, None)

    def _is_wanted(self) -> bool:
        request = self.request
        if request is None or request.resolver_match is None:
            return False
        return is_open(request.resolver_match.func, request)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self.part is None:
            return
        if start + len(raw_data) > settings.DOCUMENT_MAX_BYTES:
            self.refusal = too_large()
            self._drop()
        else:
            self.part.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.part is not None and file_size == 0:
            self.refusal = EMPTY
            self._drop()
        if self.refusal:
            return Unread(self.file_name or "", self.refusal)
        taken, self.part = self.part, None
        if taken is not None:
            taken.seek(0)
            taken.size = file_size
        return taken

    def upload_interrupted(self) -> None:
        self._drop()

    def _drop(self) -> None:
        """Closing a temporary file removes it."""
        if self.part is not None:
            self.part.close()
            self.part = None
