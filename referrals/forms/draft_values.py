"""Values out of a draft's JSON. None of them is trusted."""

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from referrals.forms.wizard_fields import StepForm


def found(model: Any, pk: Any) -> Any:
    """The row with this id, whatever the id is; None when there is none."""
    try:
        return model.objects.filter(pk=pk).first() if pk else None
    except (ValidationError, ValueError, TypeError):
        return None


def ids(values: Any, most: int = 50) -> list[UUID]:
    """Those that are ids, each once, in their order."""
    right: dict[UUID, None] = {}
    for value in values if isinstance(values, list) else []:
        try:
            right[UUID(str(value))] = None
        except ValueError:
            continue
    return list(right)[:most]


def safe(value: Any) -> dict[str, Any]:
    """A step's data with nothing in it that a form can't take."""
    given = value.items() if isinstance(value, dict) else ()
    return {name: v if isinstance(v, str | bool | list) else "" for name, v in given}


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def texts(row: StepForm) -> list[str]:
    return [str(value or "").strip() for value in row.data.values()]
