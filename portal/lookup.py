"""Finds rows of the directory by words, on either database, a thousand at most for each tab.

A `Wanted` is a condition in conjunctions: every group must be met, a group by any of its
terms. PostgreSQL answers it from one word index per tab, SQLite from its full-text table;
migration 0002 makes both.
"""

# ruff: noqa: S608 — table and column names are this file's own; values go as parameters

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from string import ascii_lowercase
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.models import Person

MOST = 1000  # of one tab; more is shown as "1,000+"
NAMESAKES = 200  # whose names begin as typed, whatever else matches
NEIGHBOURS = 30  # words of the directory that look like a typed one
COLUMNS = 'id, name_key, search_key, "group"'
NO_COLUMN = {"postgresql": "", "sqlite": "1"}
FEW_TRIGRAMS = 7  # up to so many letters one slip can spoil too many trigrams
TSVECTOR = "array_to_tsvector(string_to_array(search_key, ' '))"


class Tab(TextChoices):
    MANAGED = "managed", _("Managed by the vendor")
    UNMANAGED = "unmanaged", _("Not managed by the vendor")
    OTHER = "other", _("Other")


@dataclass(frozen=True)
class Term:
    """A word of the directory, whole or its beginning; of a place when marked."""

    word: str
    begins: bool = False


Group = tuple[Term, ...]


@dataclass(frozen=True)
class Wanted:
    """What rows must hold. `spare`: so many of the name's groups may be missing."""

    name: tuple[Group, ...]
    place: tuple[Group, ...] = ()
    begins: str = ""  # a name key
    number: str = ""  # a D-U-N-S number or TPID
    spare: int = 0


@dataclass(frozen=True)
class Candidate:
    id: UUID
    name_key: str
    search_key: str
    group: UUID | None

    @property
    def row(self) -> UUID:
        """Linked accounts are one row."""
        return self.group or self.id


def candidates(wanted: Wanted, tab: Tab, person: Person | None) -> list[Candidate]:
    """Up to `MOST` + 1 words' matches of one tab, and those whose name begins so."""
    sql, params = _all_arms(wanted, tab, person)
    return [Candidate(_uuid(a), b, c, _uuid(d)) for a, b, c, d in _rows(sql, params)]


def counts(wanted: Wanted, tabs: list[Tab], person: Person | None) -> dict[Tab, int]:
    """How many accounts each of these tabs has, counted to `MOST` + 1.

    Names that begin so hold the words too, so one arm is enough; and it reads no column, so
    that PostgreSQL counts in its index and visibility map alone.
    """
    parts: list[str] = []
    params: list[Any] = []
    for tab in tabs:
        for scope, values in _scopes(tab, person):
            for arm, more in islice(_arms(wanted, scope, values, NO_COLUMN[connection.vendor]), 1):
                parts.append(f"SELECT '{tab.value}' AS tab, count(*) FROM ({arm}) a{len(parts)}")
                params += more
    found = dict.fromkeys(tabs, 0)
    for tab, accounts in _rows(" UNION ALL ".join(parts), params) if parts else []:
        found[Tab(tab)] += accounts
    return {tab: min(accounts, MOST + 1) for tab, accounts in found.items()}


def neighbours(words: list[str]) -> dict[str, list[str]]:
    """Words of the directory that look like each of these."""
    if not words:
        return {}
    if connection.vendor != "postgresql":
        return _neighbours_scanned(words)
    sql = f"""
        SELECT typed, near.word FROM unnest(%s::text[]) typed CROSS JOIN LATERAL (
            SELECT word FROM portal_account_word WHERE word %% typed
            ORDER BY similarity(word, typed) DESC, word LIMIT {NEIGHBOURS}) near
        UNION
        SELECT typed, word FROM unnest(%s::text[], %s::text[]) edited (typed, edit)
        JOIN portal_account_word ON word = edit
    """
    edited = [(word, edit) for word in words if len(word) <= FEW_TRIGRAMS for edit in edits(word)]
    found: dict[str, list[str]] = {}
    for typed, word in _rows(sql, [words, [e[0] for e in edited], [e[1] for e in edited]]):
        found.setdefault(typed, []).append(word)
    return found


def edits(word: str) -> set[str]:
    """Everything one slip away: a letter missing, swapped, wrong or too many."""
    splits = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {a + b[1:] for a, b in splits if b}
    found |= {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
    found |= {a + letter + b[1:] for a, b in splits if b for letter in ascii_lowercase}
    return found | {a + letter + b for a, b in splits for letter in ascii_lowercase}


def _neighbours_scanned(words: list[str]) -> dict[str, list[str]]:
    from rapidfuzz import fuzz, process

    sql = "SELECT DISTINCT ltrim(term, '@') FROM portal_account_word WHERE col = 'words'"
    known = [word for (word,) in _rows(sql, []) if len(word) > 3 and not word.isdigit()]
    return {
        typed: [
            word
            for word, _score, _at in process.extract(
                typed, known, scorer=fuzz.ratio, limit=NEIGHBOURS, score_cutoff=50
            )
        ]
        for typed in words
    }


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _uuid(value: Any) -> Any:
    return UUID(value) if isinstance(value, str) else value


def _all_arms(wanted: Wanted, tab: Tab, person: Person | None) -> tuple[str, list[Any]]:
    """All ways to find rows of a tab, as one SELECT without doubles."""
    arms: list[str] = []
    params: list[Any] = []
    for scope, values in _scopes(tab, person):
        for arm, more in _arms(wanted, scope, values, COLUMNS):
            arms.append(f"SELECT * FROM ({arm}) arm{len(arms)}")
            params += more
    return " UNION ".join(arms), params


def _scopes(tab: Tab, person: Person | None) -> list[tuple[str, list[Any]]]:
    """The kinds of a tab as conditions, each with an index of its own."""
    if tab != Tab.OTHER:
        return [(f"kind = '{tab.value}'", [])]
    if person is None or person.is_vendor:
        return [("kind = 'register'", []), ("kind = 'manual'", [])]
    company: Any = person.company_id
    if connection.vendor != "postgresql" and company:
        company = company.hex
    return [("kind = 'register'", []), ("kind = 'manual' AND entered_by_id = %s", [company])]


def _arms(
    wanted: Wanted, scope: str, values: list[Any], columns: str
) -> Iterator[tuple[str, list[Any]]]:
    """By number, else by words and, the whole directory over, by how the name begins."""
    account = f"SELECT {columns} FROM portal_account WHERE {scope}"
    if wanted.number:
        yield f"{account} AND (duns = %s OR tpid = %s)", [*values, *[wanted.number] * 2]
        return
    if wanted.name:
        yield _words_arm(wanted, account, values)
    if wanted.begins and not wanted.place:
        most = NAMESAKES if wanted.name else MOST + 1
        bounds = [wanted.begins, wanted.begins]
        yield f"{account} AND {_begins()} ORDER BY name_key LIMIT {most}", [*values, *bounds]


def _begins() -> str:
    if connection.vendor == "postgresql":  # the text_pattern_ops index compares bytes
        return "name_key ~>=~ %s AND name_key ~<~ (%s || '~')"
    return "name_key >= %s AND name_key < (%s || '~')"


def _words_arm(wanted: Wanted, account: str, values: list[Any]) -> tuple[str, list[Any]]:
    if connection.vendor == "postgresql":
        # MATERIALIZED keeps the LIMIT from luring the planner away from the index
        hit = f"{account} AND {TSVECTOR} @@ %s::tsquery"
        arm = f"WITH hit AS MATERIALIZED ({hit}) SELECT * FROM hit LIMIT {MOST + 1}"
        return arm, [*values, condition(wanted, " & ", " | ", "'{}'", ":*")]
    arm = (
        f"{account} AND id IN (SELECT account_id FROM portal_account_words"
        f" WHERE portal_account_words MATCH %s) LIMIT {MOST + 1}"
    )
    match = condition(wanted, " AND ", " OR ", '"{}"', "*")
    return arm, [*values, f"words : ({match})"]


def condition(wanted: Wanted, both: str, either: str, word: str, begins: str) -> str:
    """The condition in the words of one database."""

    def term(term: Term) -> str:
        return word.format(term.word) + (begins if term.begins else "")

    groups = ["(" + either.join(map(term, group)) + ")" for group in wanted.name]
    least = max(1, len(groups) - wanted.spare)
    ways = [both.join(way) for way in combinations(groups, least)]
    name = either.join(f"({way})" for way in ways)
    places = ["(" + either.join(map(term, group)) + ")" for group in wanted.place]
    return both.join([f"({name})", *places])
