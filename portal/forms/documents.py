"""The field for files that people attach."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from portal import media_types, uploads


class DocumentsInput(forms.FileInput):
    """A file picker for several files that offers only what is accepted."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"accept": ",".join(media_types.EXTENSIONS), **(attrs or {})})


class DocumentsField(forms.FileField):
    """Several files; cleaned to a list, also of those that were not taken: `attach` names them.

    Only pages whose view is marked `accepts_documents` are sent any.
    """

    widget = DocumentsInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Documents"))
        kwargs.setdefault("help_text", lazy(uploads.rules, str)())
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = [file for file in data or [] if isinstance(file, UploadedFile)]
        if self.required and not files:
            raise ValidationError(_("Choose at least one file."), code="required")
        return files
