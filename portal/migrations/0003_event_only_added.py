"""History is only ever added to: PostgreSQL itself refuses to change or remove a line.

(SQLite, for a first look and tests, empties tables by DELETE; there the model refuses.)
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION portal_event_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'History is only ever added to.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER portal_event_only_added BEFORE UPDATE OR DELETE ON portal_event
    FOR EACH ROW EXECUTE FUNCTION portal_event_refuse();
"""
ALLOW = """
DROP TRIGGER portal_event_only_added ON portal_event;
DROP FUNCTION portal_event_refuse();
"""


def run(sql):
    """The statements, on PostgreSQL only."""

    def on_postgresql(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sql)

    return on_postgresql


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_account_search")]
    operations = [migrations.RunPython(run(REFUSE), run(ALLOW))]
