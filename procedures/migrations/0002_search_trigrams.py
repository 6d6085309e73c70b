"""Let PostgreSQL find a part of a word in the catalogue; SQLite, without trigrams, reads the rows."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

CREATE = "CREATE INDEX procedure_search ON procedures_procedure USING gin (search_text gin_trgm_ops)"
DROP = "DROP INDEX procedure_search"


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(DROP)


class Migration(migrations.Migration):
    dependencies = [("procedures", "0001_initial")]

    operations = [TrigramExtension(), migrations.RunPython(create, drop)]
