"""The columns of a directory file, and what each row must be. Reads and writes no database."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext_lazy as _
from django_countries import countries

from portal import names
from portal.models import Account, AccountIdentifier
from portal.models.customers import NAME_KEY_LENGTH

# column -> what the command's help says about it
COLUMNS = {
    "kind": "managed, unmanaged or register (required)",
    "name": "name of the customer (required, up to 300 characters)",
    "address_line1": "up to 200 characters",
    "address_line2": "up to 200 characters",
    "city": "up to 100 characters",
    "state": "state or province, up to 100 characters",
    "postal_code": "up to 20 characters",
    "country": "ISO 3166 code of two or three letters (required)",
    "duns": "D-U-N-S number: nine digits, dashes and spaces are taken out",
    "tpid": "the vendor's number of the account: up to 20 letters and digits",
    "is_federal": "yes or no",
    "has_macc": "yes or no: has a consumption commitment",
    "group": "any text; accounts with the same text are linked",
    "domains": "internet domains, parted by ; or spaces",
    "tenants": "tenant ids (UUID), parted by ; or spaces",
    "subscriptions": "subscription ids, parted by ; or spaces",
}
REQUIRED = ("kind", "name", "country")
IDENTIFIERS = {
    "domains": AccountIdentifier.Kind.DOMAIN,
    "tenants": AccountIdentifier.Kind.TENANT,
    "subscriptions": AccountIdentifier.Kind.SUBSCRIPTION,
}
TEXTS = {
    "name": 300,
    "address_line1": 200,
    "address_line2": 200,
    "city": 100,
    "state": 100,
    "postal_code": 20,
}
STORED = (
    *("kind", "name", "name_key", "search_key", "address_line1", "address_line2", "city"),
    *("state", "postal_code", "country", "duns", "tpid", "is_federal", "has_macc", "group"),
)
_KINDS = {kind.value for kind in Account.Kind} - {Account.Kind.MANUAL.value}
_FLAGS = dict.fromkeys(("yes", "true", "1", "y", "t"), True)
_FLAGS |= dict.fromkeys(("no", "false", "0", "n", "f", ""), False)
_TPID = re.compile(r"[A-Za-z0-9-]{1,20}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}")
_PARTS = re.compile(r"[;\s]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(slots=True)
class Row:
    """One line of the file. `values` by the names of STORED; empty where there are errors."""

    line: int
    values: dict[str, object] = field(default_factory=dict)
    identifiers: list[tuple[str, str]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def external_key(self) -> tuple[str, ...]:
        """What makes it the same account next time: TPID, else D-U-N-S, else name and country."""
        get = self.values.get
        if get("tpid"):
            return ("tpid", str(get("tpid")))
        if get("duns"):
            return ("duns", str(get("duns")))
        return ("name", str(get("name_key")), str(get("country")))


def printable(text: str) -> str:
    """The text with control characters made visible."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def missing_columns(header: list[str]) -> tuple[list[str], list[str]]:
    """Required columns that the header lacks, and columns that it invents."""
    lacks = [name for name in REQUIRED if name not in header]
    return lacks, [name for name in header if name not in COLUMNS]


def picker(header: list[str]) -> Callable[[list[str]], tuple[str, ...]]:
    """Takes the cells of a line in the order of COLUMNS, empty where the file has none."""
    places = [header.index(name) if name in header else -1 for name in COLUMNS]
    pick = itemgetter(*places)
    return pick if -1 not in places else lambda cells: pick([*cells, ""])


def read(line: int, cells: tuple[str, ...]) -> Row:
    """Check every field of one line; all faults are told, not only the first.

    The cells in the order of COLUMNS.
    """
    errors: list[str] = []
    kind, *texts, country, duns, tpid, federal, macc, group = cells[:13]
    name, line1, line2, city, state, postal = _texts(texts, errors)
    kind, country = _kind(kind, errors), _country(country, errors)
    duns, tpid = _duns(duns, errors), _tpid(tpid, errors)
    flags = (_flag("is_federal", federal, errors), _flag("has_macc", macc, errors))
    identifiers = _identifiers(cells[13:], errors) if any(cells[13:]) else []
    name_key, search_key = names.keys(name, city, state, country)
    if name and not name_key:
        errors.append(str(_("name: holds no letter or digit")))
    if errors:
        return Row(line, errors=errors)
    keys = (name_key[:NAME_KEY_LENGTH], search_key)
    place = (line1, line2, city, state, postal, country)
    stored = (kind, name, *keys, *place, duns, tpid, *flags, _group(group))
    return Row(line, dict(zip(STORED, stored, strict=True)), identifiers)


def _texts(cells: list[str], errors: list[str]) -> list[str]:
    texts = [" ".join(cell.split()) for cell in cells]
    clean = "".join(texts).isprintable()
    for (name, most), text in zip(TEXTS.items(), texts, strict=True):
        if not clean and _CONTROL.search(text):
            errors.append(str(_("%(name)s: holds control characters") % {"name": name}))
        if len(text) > most:
            sentence = _("%(name)s: longer than %(most)s characters")
            errors.append(str(sentence % {"name": name, "most": most}))
    if not texts[0]:
        errors.append(str(_("%(name)s: is missing") % {"name": "name"}))
    return texts


def _kind(text: str, errors: list[str]) -> str:
    kind = text if text in _KINDS else text.strip().lower()
    if kind not in _KINDS:
        errors.append(str(_("kind: is not managed, unmanaged or register")))
    return kind


@lru_cache(maxsize=1000)
def _alpha2(code: str) -> str:
    return countries.alpha2(code) if len(code) in (2, 3) and code.isascii() else ""


def _country(text: str, errors: list[str]) -> str:
    code = _alpha2(text.strip().upper())
    if not code:
        errors.append(str(_("country: is not an ISO 3166 code")))
    return code


def _duns(text: str, errors: list[str]) -> str:
    if not text:
        return ""
    digits = text.replace("-", "").replace(" ", "")
    if digits and not (len(digits) == 9 and digits.isascii() and digits.isdecimal()):
        errors.append(str(_("duns: is not nine digits")))
    return digits


def _tpid(text: str, errors: list[str]) -> str:
    tpid = text.strip()
    if tpid and not _TPID.fullmatch(tpid):
        errors.append(str(_("tpid: is not up to 20 letters and digits")))
    return tpid


def _flag(name: str, text: str, errors: list[str]) -> bool:
    flag = _FLAGS.get(text) if text in _FLAGS else _FLAGS.get(text.strip().lower())
    if flag is None:
        errors.append(str(_("%(name)s: is neither yes nor no") % {"name": name}))
    return bool(flag)


def _group(text: str) -> UUID | None:
    return uuid5(NAMESPACE_URL, f"account-group:{text.strip()}") if text.strip() else None


def _identifiers(cells: tuple[str, ...], errors: list[str]) -> list[tuple[str, str]]:
    found = []
    for (column, kind), text in zip(IDENTIFIERS.items(), cells, strict=True):
        for part in filter(None, _PARTS.split(text.lower())):
            if _is_identifier(kind, part):
                found.append((kind.value, part))
            else:
                sentence = _("%(name)s: “%(value)s” is not valid")
                errors.append(str(sentence % {"name": column, "value": part[:80]}))
    return found


def _is_identifier(kind: str, text: str) -> bool:
    if kind == AccountIdentifier.Kind.DOMAIN:
        return bool(_DOMAIN.fullmatch(text))
    if kind == AccountIdentifier.Kind.TENANT:
        return _is_uuid(text)
    return len(text) <= 255 and not _CONTROL.search(text)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
