"""What tests of the ground floor share."""

from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage

from portal.models import Document


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the documents of this test are: real files with real permissions."""
    folder = tmp_path / "documents"
    storage = FileSystemStorage(
        folder, file_permissions_mode=0o600, directory_permissions_mode=0o700
    )
    monkeypatch.setattr(Document._meta.get_field("file"), "storage", storage)
    return folder
