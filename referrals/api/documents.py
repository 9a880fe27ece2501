"""The files that prove a registration: listed, attached, handed out."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from portal.actions import documents
from portal.actions.documents import Attached
from portal.api.errors import Problem
from portal.api.files import CHECKSUMS, FilesParser
from portal.api.gates import caller
from portal.api.records import RecordView, expected, is_dry
from portal.documents import served
from portal.models import Document
from portal.pages import get_visible
from portal.workflow import lock
from referrals.actions import registration as actions
from referrals.api import registration_story as story
from referrals.api import schema_registrations as schema
from referrals.api.registrations import seen
from referrals.models import Registration

FIELD = "documents"


class Documents(RecordView):
    scope = "referrals"

    @extend_schema(**schema.DOCUMENTS)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response({"value": story.documents(seen(caller(request), pk))})


class Content(RecordView):
    """The file itself, whatever type the caller hopes for."""

    scope = "referrals"

    @extend_schema(**schema.CONTENT)
    def get(self, request: Request, pk: UUID, document: UUID) -> FileResponse:
        found = seen(caller(request), pk)
        return served(get_visible(Document.objects.of(found), document))

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        return super().perform_content_negotiation(request, force=True)


class Attach(RecordView):
    """Takes a form with files. Those that were not kept are named, each with the reason."""

    scope = "referrals"
    parser_classes = (FilesParser,)

    @extend_schema(**schema.ATTACH)
    def post(self, request: Request, pk: UUID) -> Response:
        found = seen(caller(request), pk)
        self.seen, version = found, expected(request, found)
        if version is not None:
            lock(found, version)
        return self._attach(request, found, _files(request))

    def _attach(self, request: Request, found: Registration, files: list[UploadedFile]) -> Response:
        """What a dry run wrote is taken away again, the files as well."""
        with suppress(_Undone), documents.together():
            attached = actions.attach(found, by=caller(request), files=files)
            response = self._told(request, found, attached)
            if is_dry(request):
                raise _Undone
        return response

    def _told(self, request: Request, found: Registration, attached: Attached) -> Response:
        if not attached.kept:
            raise Problem(attached.refused[0][1], target=FIELD, code="fileRefused")
        fresh = seen(caller(request), found.pk)
        return self.answer(
            fresh,
            story.compact(fresh, caller(request))
            | {
                "documents": [story.document(fresh, one) for one in attached.kept],
                "refused": [{"name": name, "message": why} for name, why in attached.refused],
            },
        )


class _Undone(Exception):  # noqa: N818 — nothing went wrong
    """Rolls back what was only tried."""


def _files(request: Request) -> list[UploadedFile]:
    """The files of the form. Raises Problem for other fields, and where there is no file."""
    unknown = sorted({*request.FILES, *request.POST} - {FIELD, CHECKSUMS})
    if unknown:
        raise Problem("There is no such field here.", target=unknown[0], code="unknown")
    files: list[UploadedFile] = request.FILES.getlist(FIELD)
    if not files:
        raise Problem("Send at least one file.", target=FIELD, code="missing")
    return files
