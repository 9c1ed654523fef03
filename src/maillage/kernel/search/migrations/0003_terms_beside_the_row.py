"""PostgreSQL keeps what a search compares in the row, and the texts that it only shows elsewhere.

A vector that was moved out of its row is read and put together again for each row that a search tries: four out of five
of its milliseconds. With `MAIN` it goes last, and the small target sends the texts out first. Rows written before keep their places
until they are written again.
"""

from typing import Any

from django.db import migrations

COMPARED = ("vector", "headline", "facet_list", "facets")


def _keep(apps: Any, schema_editor: Any) -> None:
    _store(schema_editor, "MAIN", "SET (toast_tuple_target = 256)")


def _release(apps: Any, schema_editor: Any) -> None:
    _store(schema_editor, "EXTENDED", "RESET (toast_tuple_target)")


def _store(schema_editor: Any, storage: str, target: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        columns = ", ".join(f"ALTER COLUMN {column} SET STORAGE {storage}" for column in COMPARED)
        schema_editor.execute(f"ALTER TABLE search_searchentry {columns}")
        schema_editor.execute(f"ALTER TABLE search_searchentry {target}")


class Migration(migrations.Migration):
    dependencies = [("search", "0002_full_text")]
    operations = [migrations.RunPython(_keep, _release)]
