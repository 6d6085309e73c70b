"""Let PostgreSQL find a part of a word in the search text; SQLite, without trigrams, reads the rows."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

CREATE = "CREATE INDEX dossier_search ON dossiers_dossier USING gin (search_text gin_trgm_ops)"
DROP = "DROP INDEX dossier_search"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial")]

    operations = [TrigramExtension(), migrations.RunPython(create, drop)]
