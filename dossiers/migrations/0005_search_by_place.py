"""Let one index find the words of a search at the places of an officer.

Built beside the running portal. The indexes in which the search walked one agency after the other go.
"""

from django.db import migrations

PLACES = "(ARRAY[unit_id, agency_id]), search_text gin_trgm_ops"
WORDS = "search_text gin_trgm_ops"
BUILD = "CREATE INDEX CONCURRENTLY dossier_search_new ON dossiers_dossier USING gin ({})"


def replace(schema_editor, columns):
    if schema_editor.connection.vendor != "postgresql":
        return
    # Millions of rows take minutes, and the build waits, in nobody's way, for the transactions that are under way.
    schema_editor.execute("SET statement_timeout = 0")
    schema_editor.execute("SET lock_timeout = 0")
    # What an interrupted build left behind is never used.
    schema_editor.execute("DROP INDEX CONCURRENTLY IF EXISTS dossier_search_new")
    schema_editor.execute(BUILD.format(columns))
    schema_editor.execute("DROP INDEX CONCURRENTLY IF EXISTS dossier_search")
    schema_editor.execute("ALTER INDEX dossier_search_new RENAME TO dossier_search")
    # Otherwise how many dossiers lie where is unknown until the next autovacuum.
    schema_editor.execute("ANALYZE dossiers_dossier")
    schema_editor.execute("RESET lock_timeout")
    schema_editor.execute("RESET statement_timeout")


def forwards(apps, schema_editor):
    replace(schema_editor, PLACES)


def backwards(apps, schema_editor):
    replace(schema_editor, WORDS)


class Migration(migrations.Migration):
    # An index is built concurrently only outside a transaction.
    atomic = False

    dependencies = [("dossiers", "0004_search_by_agency")]

    operations = [
        migrations.RunPython(forwards, backwards),
        migrations.RemoveIndex(model_name="dossier", name="dossier_of_unit"),
        migrations.RemoveIndex(model_name="dossier", name="dossier_of_agency"),
    ]
