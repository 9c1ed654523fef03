"""What is issued stays as it is: both databases refuse to change it, whoever asks."""

from __future__ import annotations

from typing import Any

from django.db import migrations

FROZEN = {
    "books_invoice": (
        *("kind", "issuer_id", "customer_id", "series_id", "sequence", "number", "issued_on", "due_on"),
        *("delivered_on", "valid_until", "nature", "payment_means", "prepaid_cents", "refers_to_id", "quote_id"),
        *("net_cents", "vat_cents", "gross_cents", "content", "verdict", "xml", "pdf", "xml_sha256"),
        *("pdf_sha256", "issued_at"),
    ),
    "books_invoicesettlement": ("invoice_id", "kind", "amount_cents", "settled_on", "reference", "key", "reverses_id"),
}
WHEN = {"books_invoice": "OLD.status <> 'draft'", "books_invoicesettlement": "1 = 1"}
ALSO = {"books_invoice": "NEW.status = 'draft'", "books_invoicesettlement": "1 = 0"}


def put_up(apps: Any, schema_editor: Any) -> None:
    for table, columns in FROZEN.items():
        if schema_editor.connection.vendor == "sqlite":
            changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)
            schema_editor.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} "
                f"WHEN {WHEN[table]} AND ({changed} OR {ALSO[table]}) "
                "BEGIN SELECT RAISE(ABORT, 'what is issued stays'); END"
            )
        else:
            changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
            schema_editor.execute(
                f"CREATE FUNCTION {table}_stays() RETURNS trigger AS $$ BEGIN "
                "RAISE EXCEPTION 'what is issued stays' USING ERRCODE = 'integrity_constraint_violation'; "
                "END $$ LANGUAGE plpgsql"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} FOR EACH ROW "
                f"WHEN ({WHEN[table]} AND ({changed} OR {ALSO[table]})) EXECUTE FUNCTION {table}_stays()"
            )


def take_down(apps: Any, schema_editor: Any) -> None:
    for table in FROZEN:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_stays")
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_stays ON {table}")
            schema_editor.execute(f"DROP FUNCTION {table}_stays()")


class Migration(migrations.Migration):
    dependencies = [("books", "0001_initial")]
    operations = [migrations.RunPython(put_up, take_down)]
