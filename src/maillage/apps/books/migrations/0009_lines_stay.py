"""A line of an issued document is not removed either: both databases refuse it, whoever asks.

Only what is removed is refused. A site that is carried to another database arrives row by row, in a database that was
empty: its lines are added after their document, which is issued already.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations

words = import_module("maillage.apps.books.migrations.0006_words_stay")

NAME = f"{words.LINE}_kept"


def put_up(apps: Any, schema_editor: Any) -> None:
    removed = words._is_issued("OLD.invoice_id")
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(
            f"CREATE TRIGGER {NAME} BEFORE DELETE ON {words.LINE} WHEN {removed} "
            f"BEGIN SELECT RAISE(ABORT, '{words.SAID}'); END"
        )
        return
    schema_editor.execute(
        f"CREATE FUNCTION {NAME}() RETURNS trigger AS $$ BEGIN IF {removed} THEN RAISE EXCEPTION '{words.SAID}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$ LANGUAGE plpgsql"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {NAME} BEFORE DELETE ON {words.LINE} FOR EACH ROW EXECUTE FUNCTION {NAME}()"
    )


def take_down(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER {NAME}")
    else:
        schema_editor.execute(f"DROP TRIGGER {NAME} ON {words.LINE}")
        schema_editor.execute(f"DROP FUNCTION {NAME}()")


class Migration(migrations.Migration):
    dependencies = [("books", "0008_purchase_of_a_file")]
    operations = [migrations.RunPython(put_up, take_down)]
