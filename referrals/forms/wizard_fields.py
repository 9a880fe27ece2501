"""Fields of the wizard: they keep what was typed, and read numbers as the reader writes them."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Self

from babel.numbers import NumberFormatError, format_decimal, parse_decimal
from django import forms
from django.db.models import Model, QuerySet
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from phonenumber_field.phonenumber import PhoneNumber

from portal.formats import reader_locale

TYPED_MAX = 20_000  # characters of one field that a draft keeps, right or wrong
_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]{1,2})?")
_GROUPED = re.compile(r"[+-]?[0-9.,]+")


def as_typed(post: QueryDict) -> QueryDict:
    """What was sent, without characters that no database keeps, and not endless."""
    clean = QueryDict(mutable=True)
    for name, values in post.lists():
        clean.setlist(name, [cut(value) for value in values])
    return clean


def cut(text: str) -> str:
    """One value, fit to be kept."""
    return text.replace("\x00", "")[:TYPED_MAX]


class Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


AMOUNT_MAX = 17  # characters of the largest amount, its sign and point among them


class AmountField(forms.DecimalField):
    """An amount of money, with the separators of the reader's language or none."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=15, decimal_places=2, **kwargs)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        """With the reader's decimal sign and no groups; what is no amount stays as typed."""
        text = str(value or "").strip()
        if not _PLAIN.fullmatch(text) or len(text) > AMOUNT_MAX:
            return value
        return format_decimal(Decimal(text), "0.00", locale=reader_locale())

    def to_python(self, value: Any) -> Any:
        text = re.sub(r"[\s\u00a0\u202f]", "", str(value or ""))[:40]
        if not text or _PLAIN.fullmatch(text):
            return super().to_python(text)
        if not _GROUPED.fullmatch(text):
            raise forms.ValidationError(self.error_messages["invalid"], "invalid")
        try:
            return super().to_python(str(parse_decimal(text, locale=reader_locale(), strict=True)))
        except NumberFormatError as error:
            raise forms.ValidationError(self.error_messages["invalid"], "invalid") from error


class Cards(forms.RadioSelect):
    """Radio buttons that a template draws as cards with a hint each."""

    hints: Mapping[str, Any] = {}

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"hint": self.hints.get(str(value), "")}


class StepForm(forms.Form):
    """One step: shape only. `always` names the fields that a rule asks for in every deal."""

    use_required_attribute = False
    always: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("Fill this in.")

    def calm(self) -> Self:
        """Without its errors: nobody has had the time to fill it in."""
        self._errors = ErrorDict()
        return self

    def mark(self) -> Self:
        """After checking: fields that a rule asks for are not shown as optional."""
        for name in self.always:
            self.fields[name].required = True
        return self

    def kept(self) -> dict[str, Any]:
        """What a draft keeps: a right value in one spelling for all languages, else as typed."""
        right = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return {
            name: plain(right[name]) if name in right else self._typed(name) for name in self.fields
        }

    def _typed(self, name: str) -> Any:
        widget = self.fields[name].widget
        return widget.value_from_datadict(self.data, self.files, self.add_prefix(name))


def plain(value: Any) -> Any:
    """A cleaned value as JSON."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PhoneNumber):
        return value.as_international
    if isinstance(value, QuerySet):
        return [str(row.pk) for row in value]
    if isinstance(value, Model):
        return str(value.pk)
    return "" if value is None else value


def prefixed(data: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Kept values as a form with this prefix reads them."""
    return {f"{prefix}-{name}": value for name, value in data.items()}
