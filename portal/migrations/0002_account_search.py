"""Lets people search the directory, on each database by its own means.

PostgreSQL: one word index for each tab of the search, and a table of all words for
typos (trigrams). SQLite: a full-text table. Triggers keep both in step, because rows
also come by bulk import.
"""

from django.db import DatabaseError, migrations, models

EXTENSIONS = ["pg_trgm", "btree_gin"]

# Words must be looked up exactly as portal.search spells this expression.
WORDS = "array_to_tsvector(string_to_array(search_key, ' '))"

POSTGRESQL = [
    f"CREATE INDEX account_words_managed ON portal_account USING gin (({WORDS}))"
    " WHERE kind = 'managed'",
    f"CREATE INDEX account_words_unmanaged ON portal_account USING gin (({WORDS}))"
    " WHERE kind = 'unmanaged'",
    f"CREATE INDEX account_words_register ON portal_account USING gin (({WORDS}))"
    " WHERE kind = 'register'",
    f"CREATE INDEX account_words_manual ON portal_account USING gin (entered_by_id, ({WORDS}))"
    " WHERE kind = 'manual'",
    "CREATE INDEX account_kind_name ON portal_account (kind, name_key text_pattern_ops)",
    "CREATE TABLE portal_account_word (word text PRIMARY KEY)",
    "CREATE INDEX account_word_trigrams ON portal_account_word USING gin (word gin_trgm_ops)",
    """
    CREATE FUNCTION portal_account_words() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO portal_account_word
        SELECT DISTINCT ltrim(w, '@') COLLATE "C" AS word
        FROM fresh, unnest(string_to_array(search_key, ' ')) w
        WHERE length(ltrim(w, '@')) BETWEEN 4 AND 40 AND w !~ '[0-9]'
        ORDER BY word  -- two writers take the same words in the same order
        ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER account_words_insert AFTER INSERT ON portal_account"
    " REFERENCING NEW TABLE AS fresh"
    " FOR EACH STATEMENT EXECUTE FUNCTION portal_account_words()",
    "CREATE TRIGGER account_words_update AFTER UPDATE ON portal_account"
    " REFERENCING NEW TABLE AS fresh"
    " FOR EACH STATEMENT EXECUTE FUNCTION portal_account_words()",
]
UNDO_POSTGRESQL = [
    "DROP TRIGGER account_words_update ON portal_account",
    "DROP TRIGGER account_words_insert ON portal_account",
    "DROP FUNCTION portal_account_words",
    "DROP TABLE portal_account_word",
    "DROP INDEX account_kind_name, account_words_manual, account_words_register,"
    " account_words_unmanaged, account_words_managed",
]

# The account's id is a word of its own column: implicit row ids may change on VACUUM.
_FORGET = "DELETE FROM portal_account_words WHERE portal_account_words MATCH 'account_id:' || old.id"
_ADD = "INSERT INTO portal_account_words (account_id, words) VALUES (new.id, new.search_key)"
SQLITE = [
    "CREATE INDEX account_kind_name ON portal_account (kind, name_key)",
    "CREATE VIRTUAL TABLE portal_account_words USING fts5(account_id, words,"
    " tokenize=\"unicode61 remove_diacritics 0 tokenchars '@'\")",
    "CREATE VIRTUAL TABLE portal_account_word USING fts5vocab(portal_account_words, col)",
    "INSERT INTO portal_account_words (account_id, words)"
    " SELECT id, search_key FROM portal_account",
    f"CREATE TRIGGER account_words_insert AFTER INSERT ON portal_account BEGIN {_ADD}; END",
    f"CREATE TRIGGER account_words_delete AFTER DELETE ON portal_account BEGIN {_FORGET}; END",
    "CREATE TRIGGER account_words_update AFTER UPDATE OF search_key ON portal_account"
    f" BEGIN {_FORGET}; {_ADD}; END",
]
UNDO_SQLITE = [
    "DROP TRIGGER account_words_update",
    "DROP TRIGGER account_words_delete",
    "DROP TRIGGER account_words_insert",
    "DROP TABLE portal_account_word",
    "DROP TABLE portal_account_words",
    "DROP INDEX account_kind_name",
]


def _extend(schema_editor):
    for name in EXTENSIONS:
        try:
            schema_editor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
        except DatabaseError as error:
            raise RuntimeError(
                f"The search of customers needs the PostgreSQL extension {name}, and this"
                f" database user may not create it. Let an administrator run"
                f" CREATE EXTENSION {name}; in this database, then migrate again."
            ) from error


def _run(schema_editor, statements):
    for statement in statements:
        schema_editor.execute(statement, params=None)


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        _extend(schema_editor)
        _run(schema_editor, POSTGRESQL)
        schema_editor.execute("UPDATE portal_account SET id = id")  # gathers the words
    else:
        _run(schema_editor, SQLITE)


def unmake(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    _run(schema_editor, UNDO_POSTGRESQL if postgres else UNDO_SQLITE)


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="account",
            name="unmatched_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="found unmanaged"),
        ),
        migrations.AlterField(
            model_name="account",
            name="search_key",
            field=models.TextField(editable=False),
        ),
        migrations.RunPython(make, unmake),
    ]
