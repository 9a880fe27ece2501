"""Which kinds of event can be told. Each app declares its own in its `mail`."""

from dataclasses import dataclass

from django.utils.functional import Promise

WORDED = "mail"  # a mail that came through Django's mail functions, words included
DIGEST = "notifications/digest"


@dataclass(frozen=True)
class Kind:
    """`code` is also the folder of its templates under templates/mail/."""

    code: str
    title: str | Promise
    always: bool = False  # can't be switched off


_known: dict[str, Kind] = {}


def declare(code: str, title: str | Promise, *, always: bool = False) -> None:
    """Make a kind known, with the words the preferences page shows for it."""
    _known[code] = Kind(code, title, always)


def known() -> list[Kind]:
    """Every declared kind, in the order of declaration."""
    return list(_known.values())


def find(code: str) -> Kind:
    """The declared kind. Raises KeyError: a mail nobody declared is a mistake in the code."""
    return _known[code]
