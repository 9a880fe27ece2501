"""Many rows in one statement: written without a model instance each, asked for by one parameter."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import RawSQL


def insert(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], *, ignore_conflicts: bool = False
) -> None:
    """Write rows of column values (by attname, ids included), all with the same keys.

    Fields that are not named take their default. On PostgreSQL all rows travel as one JSON
    parameter, several times faster than `bulk_create`; elsewhere that is what runs.
    """
    if not rows:
        return
    if connection.vendor != "postgresql":
        given = [model(**row) for row in rows]
        model._base_manager.bulk_create(given, ignore_conflicts=ignore_conflicts)
        return
    sql, rest = _statement(model, tuple(rows[0]), ignore_conflicts)
    constants = [field.get_db_prep_save(field.get_default(), connection) for field in rest]
    payload = json.dumps(rows, default=str)  # ids and moments as PostgreSQL reads them
    with connection.cursor() as cursor:
        cursor.execute(sql, [*constants, payload])


def among(ids: Iterable[UUID]) -> list[UUID] | RawSQL:
    """Many ids for `…__in=`. On PostgreSQL one parameter: quoting a thousand takes longer than
    finding them.
    """
    if connection.vendor != "postgresql":
        return list(ids)
    array = "{" + ",".join(map(str, ids)) + "}"
    return RawSQL("SELECT unnest(%s::uuid[])", [array])


@lru_cache(maxsize=64)
def _statement(
    model: type[models.Model], given: tuple[str, ...], ignore_conflicts: bool
) -> tuple[str, list["models.Field[Any, Any]"]]:
    """The statement, and the fields that take their default in it."""
    quote = connection.ops.quote_name
    fields = {f.attname: f for f in model._meta.concrete_fields}
    names = {name: quote(str(field.column)) for name, field in fields.items()}
    rest = [f for name, f in fields.items() if name not in given]
    into = ", ".join([*(names[f.attname] for f in rest), *(names[name] for name in given)])
    values = ", ".join([*("%s" for _ in rest), *(f"r.{quote(name)}" for name in given)])
    types = ", ".join(f"{quote(name)} {fields[name].db_type(connection)}" for name in given)
    sql = (  # names and types are the model's own, values are parameters
        f"INSERT INTO {quote(model._meta.db_table)} ({into}) "  # noqa: S608
        f"SELECT {values} FROM json_to_recordset(%s) AS r({types})"
    )
    return sql + (" ON CONFLICT DO NOTHING" if ignore_conflicts else ""), rest
