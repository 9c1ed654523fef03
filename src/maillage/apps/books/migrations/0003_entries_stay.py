"""Entries are only added to: both databases refuse to change what is sealed, and to seal what does not balance."""

from __future__ import annotations

from typing import Any

from django.db import migrations

ENTRY, LINE = "books_journalentry", "books_journalline"
FROZEN = {
    ENTRY: (
        *("books_id", "year_id", "journal_id", "number", "day", "piece", "piece_date", "label", "source", "key"),
        *("reverses_id", "settlement_id", "total_cents", "validated_on", "created_at"),
    ),
    LINE: ("entry_id", "rank", "account_id", "party_id", "reference", "debit_cents", "credit_cents"),
}
SEALED = {
    ENTRY: "OLD.is_sealed",
    LINE: f"(SELECT is_sealed FROM {ENTRY} WHERE id = OLD.entry_id)",
}
UNBALANCED = (
    "NEW.is_sealed AND NOT OLD.is_sealed AND EXISTS (SELECT 1 FROM (SELECT COUNT(*) AS many, SUM(debit_cents) AS debit, "
    "SUM(credit_cents) AS credit FROM books_journalline WHERE entry_id = NEW.id) AS sums "
    "WHERE many < 2 OR debit <> NEW.total_cents OR credit <> NEW.total_cents)"
)


def _sqlite(schema_editor: Any, name: str, table: str, when: str, said: str) -> None:
    schema_editor.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{said}'); END"
    )


def _postgres(schema_editor: Any, name: str, table: str, when: str, said: str) -> None:
    schema_editor.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger AS $$ BEGIN IF {when} THEN RAISE EXCEPTION '{said}' "
        "USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$ LANGUAGE plpgsql"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def put_up(apps: Any, schema_editor: Any) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    make, differs = (_sqlite, "IS NOT") if is_sqlite else (_postgres, "IS DISTINCT FROM")
    for table, columns in FROZEN.items():
        changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)
        if table == ENTRY:
            changed += " OR NOT NEW.is_sealed"
        make(schema_editor, f"{table}_stays", table, f"{SEALED[table]} AND ({changed})", "what is written stays")
    make(schema_editor, f"{ENTRY}_balances", ENTRY, UNBALANCED, "an entry balances")


def take_down(apps: Any, schema_editor: Any) -> None:
    for name, table in ((f"{ENTRY}_stays", ENTRY), (f"{LINE}_stays", LINE), (f"{ENTRY}_balances", ENTRY)):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial")]
    operations = [migrations.RunPython(put_up, take_down)]
