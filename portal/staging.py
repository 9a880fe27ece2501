"""Where a directory file waits on its way into the accounts: one temporary table.

The rows are compared and merged by the database, in one transaction, so that memory
stays small whatever the size of the file. The same statements run on both databases;
`Staging` knows the few words that differ.
"""

# ruff: noqa: S608 — table and column names are this file's own; values go as parameters

from collections.abc import Iterable, Iterator
from itertools import islice
from json.encoder import encode_basestring_ascii as quote
from typing import Any

from django.db import connection
from uuid_utils import uuid7

from portal.directory import STORED, Row, printable

FIELDS = ("line", "error", "id", "identifiers", *STORED)
TRACKED = [name for name in STORED if name not in ("name_key", "search_key")]
BATCH = 1000
TAB, NOTHING = "\t", "\t\\N"  # in the text format of COPY


def quoted(names: Iterable[str], prefix: str = "") -> str:
    return ", ".join(f'{prefix}"{name}"' for name in names)


class Staging:
    """The temporary tables; to be used inside one transaction.

    `staging` holds the file's rows, `plan` which account each is, `changed` those that differ.
    """

    OUTCOMES = """
        SELECT s.line, s.error, CASE
            WHEN s.error IS NOT NULL OR p.nth > 1 THEN 'refused'
            WHEN p.account_id IS NULL THEN 'added'
            WHEN c.line IS NULL THEN 'unchanged' ELSE 'changed' END AS outcome
        FROM staging s LEFT JOIN plan p ON p.line = s.line LEFT JOIN changed c ON c.line = s.line
    """

    def __init__(self) -> None:
        self.postgres = connection.vendor == "postgresql"

    def __enter__(self) -> "Staging":
        if self.postgres:
            # one import at a time
            self.run("SELECT pg_advisory_xact_lock(hashtext('import_accounts'))")
            self.run("SET LOCAL work_mem = '64MB'")
        uuid, flag = ("uuid", "boolean") if self.postgres else ("char(32)", "bool")
        kinds = {"line": "integer", "id": uuid, "group": uuid, "is_federal": flag, "has_macc": flag}
        columns = ", ".join(f'"{name}" {kinds.get(name, "text")}' for name in FIELDS)
        self._drop()
        self.run(f"CREATE TEMPORARY TABLE staging ({columns})")
        self.run("CREATE TEMPORARY TABLE changed (line integer PRIMARY KEY)")
        return self

    def __exit__(self, *exception: object) -> None:
        if not any(exception):
            self._drop()
            if self.postgres:  # so that the next search is planned for what is there now
                self.run("ANALYZE portal_account")

    def _drop(self) -> None:
        for table in ("staging", "plan", "changed"):
            self.run(f"DROP TABLE IF EXISTS {table}")

    def plan(self, plan: str, repeated: str) -> None:
        """Settle which account each row is."""
        self.run(plan)
        self.run("CREATE UNIQUE INDEX plan_line ON plan (line)")
        self.run(repeated)
        if self.postgres:
            self.run("ANALYZE plan (line, nth, account_id)")

    def run(self, sql: str, params: list[Any] | None = None) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    def load(self, rows: Iterator[Row]) -> None:
        """Take all rows in, the faulty ones with their errors."""
        if self.postgres:
            self._copy(rows)
        else:
            self._insert(rows)
        self.run("CREATE UNIQUE INDEX staging_line ON staging (line)")
        if self.postgres:
            self.run("ANALYZE staging (line)")

    def _copy(self, rows: Iterator[Row]) -> None:
        sql = f"COPY staging ({quoted(FIELDS)}) FROM STDIN"
        with connection.cursor() as cursor, cursor.copy(sql) as copy:
            while lines := [_copy_line(row) for row in islice(rows, BATCH)]:
                copy.write("".join(lines))

    def _insert(self, rows: Iterator[Row]) -> None:
        marks = ", ".join(["%s"] * len(FIELDS))
        sql = f"INSERT INTO staging ({quoted(FIELDS)}) VALUES ({marks})"
        with connection.cursor() as cursor:
            while batch := [list(_stored(row)) for row in islice(rows, BATCH)]:
                cursor.executemany(sql, batch)

    def outcomes(self) -> Iterator[tuple[int, str, str | None]]:
        """Line, outcome and errors of every row, in the order of the file."""
        last, size = -1, BATCH * 10
        while rows := self.select(
            "SELECT line, outcome, error FROM"
            f" ({self.OUTCOMES} WHERE s.line > {last} ORDER BY s.line LIMIT {size}) told"
            " ORDER BY line"
        ):
            yield from rows
            last = rows[-1][0]

    def changes(self) -> str:
        """An expression: the differing fields of account a and row s as {field: [old, new]}."""
        parts = [self._change(name) for name in TRACKED]
        if self.postgres:
            return " || ".join(parts)
        whole = parts[0]
        for part in parts[1:]:
            whole = f"json_patch({whole}, {part})"
        return whole

    def _change(self, name: str) -> str:
        pair = f'a."{name}", s."{name}"'
        if self.postgres:
            built = f"jsonb_build_object('{name}', jsonb_build_array({pair}))"
            return (
                f"""CASE WHEN a."{name}" IS DISTINCT FROM s."{name}" THEN {built} ELSE '{{}}' END"""
            )
        built = f"json_object('{name}', json_array({pair}))"
        return f"""CASE WHEN a."{name}" IS NOT s."{name}" THEN {built} ELSE '{{}}' END"""

    def differs(self) -> str:
        """A condition: account a is not as row s says."""
        word = "IS DISTINCT FROM" if self.postgres else "IS NOT"
        left, right = quoted(TRACKED, "a."), quoted(TRACKED, "s.")
        return f"({left}) {word} ({right})"

    def fresh_id(self) -> str:
        return "gen_random_uuid()" if self.postgres else "lower(hex(randomblob(16)))"

    def pairs(self) -> tuple[str, str]:
        """Kind and value of each identifier of row s, and the table they come from."""
        if self.postgres:
            table = "json_to_recordset(s.identifiers::json) AS i(kind text, value text)"
            return "i.kind, i.value", table
        pair = "json_extract(i.value, '$.kind'), json_extract(i.value, '$.value')"
        return pair, "json_each(s.identifiers) i"


def _copy_line(row: Row) -> str:
    """Text format of COPY; checked values hold no tabs or line ends, only \\ needs care."""
    if row.errors:
        error = _escaped(" ".join(printable("; ".join(row.errors)).split()))
        return f"{row.line}\t{error}{NOTHING * (len(FIELDS) - 2)}\n"
    *texts, group = row.values.values()  # in the order of STORED
    text = TAB.join([_identifiers(row), *map(str, texts)])
    last = f"\t{group}" if group else NOTHING
    return f"{row.line}{NOTHING}\t{uuid7()}\t{_escaped(text)}{last}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\") if "\\" in text else text


def _stored(row: Row) -> Iterator[Any]:
    """The same for a database without COPY, in the order of FIELDS."""
    yield row.line
    yield "; ".join(row.errors) or None
    yield uuid7().hex
    yield _identifiers(row)
    for name in STORED:
        value = row.values.get(name)
        yield value.hex if hasattr(value, "hex") and name == "group" else value


def _identifiers(row: Row) -> str:
    if not row.identifiers:
        return "[]"
    pairs = (f'{{"kind":"{kind}","value":{quote(value)}}}' for kind, value in row.identifiers)
    return f"[{','.join(pairs)}]"
