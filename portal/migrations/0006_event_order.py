"""An order of history that readers can follow (see portal/feed.py), on PostgreSQL.

Each line takes the number of the transaction that writes it, by a default of the column, so
that no writer can forget it. Lines from before have 0 and follow each other by their ids, which
are in order of time: no row is rewritten, and the trigger that guards history need not sleep.
"""

from django.db import migrations

ADD = [
    "CREATE FUNCTION portal_feed_place(xid8) RETURNS bigint LANGUAGE sql IMMUTABLE"
    " AS 'SELECT $1::text::bigint'",
    "ALTER TABLE portal_event ADD COLUMN xact bigint NOT NULL DEFAULT 0",
    "ALTER TABLE portal_event ALTER COLUMN xact"
    " SET DEFAULT portal_feed_place(pg_current_xact_id())",
    "CREATE INDEX event_order ON portal_event (xact, id)",
]
REMOVE = [
    "DROP INDEX event_order",
    "ALTER TABLE portal_event DROP COLUMN xact",
    "DROP FUNCTION portal_feed_place(xid8)",
]


def run(statements):
    """The statements, on PostgreSQL only."""

    def on_postgresql(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return on_postgresql


class Migration(migrations.Migration):
    dependencies = [("portal", "0005_clients")]
    operations = [migrations.RunPython(run(ADD), run(REMOVE))]
