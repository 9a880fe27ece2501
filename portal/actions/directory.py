"""Take a directory file into the accounts: all of it or, when it breaks, nothing."""

# ruff: noqa: S608 — table and column names are this file's own; values go as parameters

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TextIO

from django.db import transaction
from django.utils.translation import gettext as _

from portal import clock, directory
from portal.actors import Actor
from portal.directory import STORED, Row
from portal.staging import Staging, quoted
from portal.workflow import Refused

CHUNK = 50_000
KEY = "coalesce(nullif('t' || tpid, 't'), nullif('d' || duns, 'd'), 'n' || country || name_key)"
FIRST = "AND a.kind <> 'manual' ORDER BY a.created_at, a.id LIMIT 1"
BY_TPID = f"SELECT a.id FROM portal_account a WHERE a.tpid = s.tpid AND NOT (a.tpid = '') {FIRST}"
BY_DUNS = (
    "SELECT a.id FROM portal_account a"
    f" WHERE a.duns = s.duns AND NOT (a.duns = '') AND a.tpid = '' {FIRST}"
)
BY_NAME = (
    "SELECT a.id FROM portal_account a WHERE a.country = s.country"
    f" AND a.name_key = s.name_key AND a.tpid = '' AND a.duns = '' {FIRST}"
)
# Which account a row is: by TPID; by D-U-N-S where the account has no TPID; else by name.
PLAN = f"""
    CREATE TEMPORARY TABLE plan AS
    SELECT s.line, row_number() OVER (PARTITION BY {KEY} ORDER BY s.line) AS nth,
        CASE WHEN s.tpid <> '' THEN coalesce(({BY_TPID}), ({BY_DUNS}))
             WHEN s.duns <> '' THEN ({BY_DUNS})
             ELSE ({BY_NAME}) END AS account_id
    FROM staging s WHERE s.error IS NULL
"""
# Of several rows for one account the first counts.
REPEATED = """
    UPDATE plan SET nth = 2 WHERE line IN (
        SELECT line FROM (
            SELECT line, row_number() OVER (PARTITION BY account_id ORDER BY line) AS again
            FROM plan WHERE nth = 1 AND account_id IS NOT NULL
        ) counted WHERE again > 1)
"""
Progress = Callable[[str, int], object]  # what is done, how much more of it


@dataclass(frozen=True)
class Outcome:
    """Rows of the file by what became of them."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        return self.added + self.changed + self.unchanged + self.refused


@transaction.atomic
def import_accounts(
    file: TextIO, *, by: Actor, report: TextIO | None = None, progress: Progress | None = None
) -> Outcome:
    """Add and change accounts as the file says; faulty rows are left out and reported.

    The same file again changes nothing. Raises Refused when the columns are wrong.
    """
    tell = progress or (lambda _phase, _more: None)
    with Staging() as staging:
        staging.load(_rows(file, tell))
        staging.plan(PLAN, REPEATED)
        _write(staging, by, tell)
        if report:
            _report(staging, report)
        return _outcome(staging)


def _rows(file: TextIO, tell: Progress) -> Iterator[Row]:
    reader = csv.reader(file)
    header = [name.strip().lower() for name in next(reader, [])]
    _check_header(header)
    pick, told = directory.picker(header), 0
    for told, cells in enumerate(reader, 1):
        if len(cells) == len(header):
            yield directory.read(reader.line_num, pick(cells))
        elif cells:
            yield Row(reader.line_num, errors=[_("The line has more or fewer cells than columns.")])
        if told % 1000 == 0:
            tell("read", 1000)
    tell("read", told % 1000)


def _check_header(header: list[str]) -> None:
    lacks, unknown = directory.missing_columns(header)
    if lacks or unknown:
        raise Refused(
            _("The first line must name the columns. Missing: %(lacks)s. Unknown: %(unknown)s.")
            % {"lacks": ", ".join(lacks) or "–", "unknown": ", ".join(unknown) or "–"}
        )


def _write(staging: Staging, by: Actor, tell: Progress) -> None:
    last = staging.select("SELECT coalesce(max(line), 0) FROM staging")[0][0]
    now = clock.now()
    for start in range(0, last + 1, CHUNK):
        rows = f"p.line = s.line AND p.nth = 1 AND s.line >= {start} AND s.line < {start + CHUNK}"
        _change(staging, rows, by, now)
        _add(staging, rows, now)
        _identify(staging, rows)
        tell("write", min(CHUNK, last + 1 - start))


def _change(staging: Staging, rows: str, by: Actor, now: Any) -> None:
    """The history first, while the old values are there."""
    staging.run(
        "INSERT INTO changed SELECT s.line FROM staging s, plan p, portal_account a"
        f" WHERE {rows} AND a.id = p.account_id AND {staging.differs()}"
    )
    changed = f"{rows} AND a.id = p.account_id AND s.line IN (SELECT line FROM changed)"
    person = by.person.pk if by.person else None
    staging.run(
        f"""
        INSERT INTO portal_event (id, record_type, record_id, version, verb, before, after,
            changes, note, at, actor_kind, actor_label, person_id, company_id)
        SELECT {staging.fresh_id()}, 'account', a.id, a.version + 1, 'import', '', '',
            {staging.changes()}, '', %s, %s, %s, %s, %s
        FROM staging s, plan p, portal_account a WHERE {changed}
        """,
        [now, by.actor_kind, by.label, person, by.company_id],
    )
    values = ", ".join(f'"{name}" = s."{name}"' for name in STORED)
    staging.run(
        f"UPDATE portal_account AS a SET {values}, version = a.version + 1, updated_at = %s"
        f" FROM staging s, plan p WHERE {changed}",
        [now],
    )


def _add(staging: Staging, rows: str, now: Any) -> None:
    staging.run(
        f"""
        INSERT INTO portal_account (id, {quoted(STORED)}, version, created_at, updated_at)
        SELECT s.id, {quoted(STORED, "s.")}, 0, %s, %s
        FROM staging s, plan p WHERE {rows} AND p.account_id IS NULL
        """,
        [now, now],
    )


def _identify(staging: Staging, rows: str) -> None:
    """Add what is new; identifiers that the file leaves out stay."""
    pair, table = staging.pairs()
    staging.run(
        f"""
        INSERT INTO portal_accountidentifier (account_id, kind, value)
        SELECT DISTINCT coalesce(p.account_id, s.id), {pair}
        FROM staging s CROSS JOIN plan p CROSS JOIN {table}
        WHERE {rows} AND s.identifiers <> '[]'
        ON CONFLICT DO NOTHING
        """
    )


def _report(staging: Staging, report: TextIO) -> None:
    writer = csv.writer(report)
    writer.writerow(["line", "outcome", "errors"])
    repeated = _("the same account as an earlier line")
    for line, outcome, error in staging.outcomes():
        writer.writerow([line, outcome, error or (repeated if outcome == "refused" else "")])


def _outcome(staging: Staging) -> Outcome:
    sql = f"SELECT outcome, count(*) FROM ({staging.OUTCOMES}) told GROUP BY 1"
    return Outcome(**dict(staging.select(sql)))
