"""Many new rows in one statement, without building a model instance for each."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models


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
    sql, constants = _statement(model, rows[0], ignore_conflicts)
    payload = json.dumps(rows, default=str)  # ids and moments as PostgreSQL reads them
    with connection.cursor() as cursor:
        cursor.execute(sql, [*constants, payload])


def _statement(
    model: type[models.Model], row: Mapping[str, Any], ignore_conflicts: bool
) -> tuple[str, list[Any]]:
    quote = connection.ops.quote_name
    fields = {f.attname: f for f in model._meta.concrete_fields}
    names = {name: quote(str(field.column)) for name, field in fields.items()}
    rest = [f for name, f in fields.items() if name not in row]
    into = ", ".join([*(names[f.attname] for f in rest), *(names[name] for name in row)])
    values = ", ".join([*("%s" for _ in rest), *(f"r.{quote(name)}" for name in row)])
    types = ", ".join(f"{quote(name)} {fields[name].db_type(connection)}" for name in row)
    sql = (  # names and types are the model's own, values are parameters
        f"INSERT INTO {quote(model._meta.db_table)} ({into}) "  # noqa: S608
        f"SELECT {values} FROM json_to_recordset(%s) AS r({types})"
    )
    constants = [f.get_db_prep_save(f.get_default(), connection) for f in rest]
    return sql + (" ON CONFLICT DO NOTHING" if ignore_conflicts else ""), constants
