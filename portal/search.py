"""Customer search, as people type: accents, case, word order, legal forms, small typos.

Words decide who is found, likeness decides the order. Names are looked up word by word;
where nothing holds all the words, each is replaced by the directory's words that look like
it. "Search more" does that at once, looks further, and lets one word be missing. Six queries
at most, however many rows there are.
"""

from dataclasses import dataclass, field
from functools import lru_cache, partial

from django.utils import translation
from django_countries import countries
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from portal import lookup, names
from portal.lookup import MOST, Candidate, Group, Tab, Term, Wanted
from portal.models import Account, Person

SHORTEST = 2  # letters, before anything is looked for
BEGINS_AT = 3  # letters from which the last word counts as still being typed
MOST_WORDS = 8


@dataclass(frozen=True)
class Found:
    """One row: the best match, and the accounts linked to it."""

    account: Account
    siblings: list[Account]


@dataclass(frozen=True)
class TabCount:
    """`count` is of accounts: linked ones, which are folded into one row, count each."""

    tab: Tab
    count: str  # "12", or "1,000+"
    current: bool


@dataclass(frozen=True)
class Result:
    """One page of one tab, with all tabs' counts. `tolerant`: spelling was not as typed."""

    rows: list[Found] = field(default_factory=list)
    tabs: list[TabCount] = field(default_factory=list)
    total: str = "0"
    next: str = ""
    previous: str = ""
    size: int = 25
    tolerant: bool = False
    too_short: bool = False

    @property
    def count(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Typed:
    """What was typed, in comparable words."""

    words: tuple[str, ...]
    places: tuple[tuple[str, ...], ...]  # each with the other ways to say it
    core: str
    number: str

    @property
    def is_short(self) -> bool:
        return sum(map(len, self.words)) < SHORTEST


def search(  # noqa: PLR0913 — what a search form asks
    query: str,
    location: str = "",
    *,
    person: Person,
    kind: str = Tab.MANAGED,
    cursor: str = "",
    limit: int = 25,
    wide: bool = False,
) -> Result:
    """Accounts that this person may choose, best first. `wide` is "search more"."""
    tab, typed = Tab(kind), read(query, location)
    if typed.is_short:
        return Result(tabs=_tabs({}, tab), size=limit, too_short=True)
    wanted, tolerant = strict(typed), False
    found, counts = ([], {}) if wide else _look(wanted, tab, person)
    if not found and not any(counts.values()):
        tolerant = True
        found, counts = _look(forgiving(typed, wide), tab, person)
    rows = _ranked(found, typed)
    counts[tab] = len(found)
    start = int(cursor) if cursor.isdecimal() else 0
    return Result(
        rows=_load(rows[start : start + limit], tab, person),
        tabs=_tabs(counts, tab),
        total=_shown(MOST + 1 if len(found) > MOST else len(rows)),
        next=str(start + limit) if start + limit < len(rows) else "",
        previous=str(max(0, start - limit)) if start else "",
        size=limit,
        tolerant=tolerant,
    )


def read(query: str, location: str = "") -> Typed:
    """The words that count: legal forms, joiners and a last letter or two are let go."""
    split = names.words(query)[:MOST_WORDS]
    counting = [word for word in dict.fromkeys(split) if not names.is_form(word)] or split
    if len(counting) > 1 and len(counting[-1]) < BEGINS_AT:
        counting = counting[:-1]
    digits = names.key(query).replace(" ", "")
    number = digits if digits.isdecimal() and len(digits) >= 5 else ""
    return Typed(tuple(counting), _places(location), names.name_key(query), number)


def strict(typed: Typed) -> Wanted:
    """All words as typed; the last may go on."""
    *whole, last = typed.words
    begins = len(last) >= BEGINS_AT
    name = [*(_anywhere([word], False) for word in whole), _anywhere([last], begins)]
    if not whole and len(last) <= BEGINS_AT and not typed.places:
        name = []  # too many words begin so; names that do are enough
    place = [_marked(ways, begins=True) for ways in typed.places]
    return Wanted(tuple(name), tuple(place), begins=typed.core, number=typed.number)


def forgiving(typed: Typed, wide: bool = False) -> Wanted:
    """Each word, or one that looks like it."""
    asked = [*typed.words, *(ways[0] for ways in typed.places)]
    near = lookup.neighbours(sorted({word for word in asked if len(word) > 3}))
    alike = partial(_alike, near=near, wide=wide)
    name = [_anywhere(alike(word), False, begins=word) for word in typed.words]
    place = [_marked((*alike(ways[0]), *ways), begins=True) for ways in typed.places]
    spare = 1 if wide and len(name) > 1 else 0
    return Wanted(tuple(name), tuple(place), typed.core, typed.number, spare)


def _anywhere(words: list[str], all_begin: bool, begins: str = "") -> Group:
    """Words in the name or in the places; `begins` as the beginning of one."""
    terms = [Term(mark + word, all_begin) for word in words for mark in ("", "@")]
    if len(begins) >= BEGINS_AT:
        terms += [Term(begins, True), Term(f"@{begins}", True)]
    return tuple(dict.fromkeys(terms))


def _marked(words: tuple[str, ...], begins: bool) -> Group:
    return tuple(Term(f"@{word}", begins and len(word) >= BEGINS_AT) for word in words)


def _alike(word: str, *, near: dict[str, list[str]], wide: bool) -> list[str]:
    """The word, and known words within one slip, two in a long word; one more when wide."""
    slips = (1 if len(word) < 7 else 2) + wide
    scored = sorted((_slips(word, known), known) for known in near.get(word, []))
    return [word, *(known for count, known in scored if count <= slips and known != word)]


def _slips(typed: str, known: str) -> int:
    """Letters wrong, missing, doubled or swapped; the end may not be typed yet."""
    return min(OSA.distance(typed, known), OSA.distance(typed, known[: len(typed)]) + 1)


def _places(location: str) -> tuple[tuple[str, ...], ...]:
    """The words of a location. A country's name at the end also means its code."""
    split = names.words(location)[:MOST_WORDS]
    for size in range(len(split), 0, -1):
        if code := _country_codes().get(" ".join(split[-size:])):
            said = (split[-1], code) if size == 1 else (code,)
            return (*((word,) for word in split[:-size]), said)
    return tuple((word,) for word in split)


@lru_cache(maxsize=1)
def _country_codes() -> dict[str, str]:
    """Country names in every language of the portal, and ISO codes of three letters."""
    from django.conf import settings

    codes: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            codes |= {names.key(name): code.lower() for code, name in countries}
    return codes | {str(countries.alpha3(code)).lower(): code.lower() for code, _name in countries}


def _look(wanted: Wanted, tab: Tab, person: Person) -> tuple[list[Candidate], dict[Tab, int]]:
    others = [other for other in Tab if other != tab]
    found = lookup.candidates(wanted, tab, person)
    return found, lookup.counts(wanted, others, person)


def _ranked(found: list[Candidate], typed: Typed) -> list[Candidate]:
    """Best first, one for each group of linked accounts."""
    whole = " ".join(typed.words)
    scored = [(-_likeness(c, typed.core, whole), c.name_key, str(c.id), c) for c in found]
    best: dict[object, Candidate] = {}
    for *_order, candidate in sorted(scored, key=lambda row: row[:3]):
        best.setdefault(candidate.row, candidate)
    return list(best.values())


def _likeness(candidate: Candidate, core: str, whole: str) -> float:
    name = candidate.name_key
    if name == core:
        return 300.0
    score = fuzz.token_sort_ratio(core, name)
    if name.startswith(core):
        score += 100
    return score + fuzz.token_set_ratio(whole, candidate.search_key.replace("@", "")) / 2


def _load(rows: list[Candidate], tab: Tab, person: Person) -> list[Found]:
    """The page's accounts and their siblings, in one query."""
    groups = [row.group for row in rows if row.group]
    seen = Account.objects.visible_to(person)
    accounts = {a.pk: a for a in seen.filter(pk__in=[row.id for row in rows])}
    siblings: dict[object, list[Account]] = {}
    if groups:
        linked = seen.filter(group__in=groups).exclude(pk__in=accounts).order_by("name_key", "pk")
        for account in linked:
            siblings.setdefault(account.group, []).append(account)
    return [
        Found(accounts[row.id], siblings.get(row.group, [])) for row in rows if row.id in accounts
    ]


def _shown(count: int) -> str:
    return f"{MOST:,}+" if count > MOST else str(count)


def _tabs(counts: dict[Tab, int], current: Tab) -> list[TabCount]:
    return [TabCount(tab, _shown(counts.get(tab, 0)), tab == current) for tab in Tab]
