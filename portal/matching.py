"""How sure it is that two accounts are one customer. Pure: reads no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import fuzz

# Anybody has an address here: the domain says nothing about the company.
PUBLIC_DOMAINS = frozenset(
    "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com yahoo.com.br "
    "icloud.com aol.com gmx.de gmx.net web.de proton.me uol.com.br bol.com.br terra.com.br "
    "qq.com 163.com mail.ru yandex.ru orange.fr libero.it".split()
)
SAME_DUNS = 0.99
SAME_DUNS_OTHER_NAME = 0.85  # a digit may be mistyped
OTHER_DUNS = 0.90  # the cap: branches have numbers of their own
OTHER_COUNTRY = 0.80  # the cap: a sister company, perhaps
OTHER_CITY = 0.90  # the cap where only the name speaks
SAME_NAME = 0.94
SAME_NAME_AND_CITY = 0.97
SHARED_DOMAIN = 0.96
TIE = 0.02  # two that are so close can't be told apart
UNDECIDED = 0.90  # the cap when they can't


@dataclass(frozen=True)
class Facts:
    """What is compared. Names and cities as keys (portal.names)."""

    name: str
    country: str
    city: str = ""
    duns: str = ""
    domains: frozenset[str] = field(default_factory=frozenset)
    group: object = None


def likeness(asked: Facts, known: Facts) -> float:
    """From 0 to 1. D-U-N-S speaks first, then the domain, then name and place."""
    alike = name_likeness(asked.name, known.name)
    if asked.duns and asked.duns == known.duns:
        return SAME_DUNS if alike >= 0.5 else SAME_DUNS_OTHER_NAME
    shared = (asked.domains & known.domains) - PUBLIC_DOMAINS
    sure = _with_domain(alike) if shared else _by_name(alike, asked, known)
    if asked.duns and known.duns:
        sure = min(sure, OTHER_DUNS)
    if asked.country != known.country:
        sure = min(sure, OTHER_COUNTRY)
    return round(sure, 4)


def best(asked: Facts, known: Iterable[Facts]) -> tuple[int, float] | None:
    """Which of these it most likely is, by place in the list, and how sure that is.

    Two equally likely ones that are not linked leave it undecided, however alike.
    """
    rows = list(known)
    ranked = sorted(((likeness(asked, row), -at) for at, row in enumerate(rows)), reverse=True)
    if not ranked:
        return None
    sure, first = ranked[0][0], -ranked[0][1]
    for other, place in ranked[1:]:
        if sure - other > TIE:
            break
        group = rows[first].group
        if group is None or rows[-place].group != group:
            return first, min(sure, UNDECIDED)
    return first, sure


def name_likeness(one: str, two: str) -> float:
    """Word order and spaces aside: "data works" is "dataworks"."""
    joined = fuzz.ratio(one.replace(" ", ""), two.replace(" ", ""))
    return max(fuzz.token_sort_ratio(one, two), joined) / 100


def _with_domain(alike: float) -> float:
    return SHARED_DOMAIN if alike >= 0.8 else 0.7 + 0.25 * alike


def _by_name(alike: float, asked: Facts, known: Facts) -> float:
    if not asked.city or not known.city:
        return SAME_NAME * alike
    if asked.city == known.city:
        return SAME_NAME_AND_CITY * alike
    return min(SAME_NAME * alike, OTHER_CITY)
