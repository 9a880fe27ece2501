"""Files that come to the API as a form, the only bodies that are no JSON."""

import hashlib
from typing import IO, Any

from django.core.files.uploadedfile import UploadedFile
from rest_framework.parsers import DataAndFiles, MultiPartParser

CHECKSUMS = "sha256"


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
    found = hashlib.file_digest(file.file, "sha256").hexdigest()
    file.seek(0)
    return found
