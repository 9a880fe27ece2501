"""Files that come to the API as a form, the only bodies that are no JSON."""

import hashlib
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.parsers import DataAndFiles, MultiPartParser

from portal.api.authentication import Bearer
from portal.models import Person

CHECKSUMS = "sha256"


class _Unread:
    """A request without its body, which the library would read before it knows who calls."""

    POST = QueryDict()

    def __init__(self, request: Any) -> None:
        self._request = request

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


class BearerFirst(Bearer):
    """Knows who calls before anything is read: strangers' files are never taken off the line."""

    def authenticate(self, request: Any) -> tuple[Person, Any] | None:
        unread: Any = _Unread(request)
        found = super().authenticate(unread)
        if found is None:
            request.oauth2_error = unread.oauth2_error
        return found


class FilesParser(MultiPartParser):
    """As the framework's, with the checksum of each file among the fields: two requests with
    the same names and other contents are not the same request."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Any = None
    ) -> Any:
        found = super().parse(stream, media_type, parser_context)
        data = found.data.copy()
        files = [file for name in found.files for file in found.files.getlist(name)]
        data.setlist(CHECKSUMS, [_checksum(file) for file in files])
        return DataAndFiles(data, found.files)


def _checksum(file: UploadedFile) -> str:
    found = hashlib.sha256()
    for chunk in file.chunks():
        found.update(chunk)
    file.seek(0)
    return found.hexdigest()
