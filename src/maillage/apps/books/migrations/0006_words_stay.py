"""What an issued document says stays too: its words, its references, its advance, its lines and the key of its barter.

Lines are neither changed nor given to another document; adding and removing whole rows is left to the code, for a site that
is carried to another database comes row by row.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations

entries = import_module("maillage.apps.books.migrations.0003_entries_stay")

DOCUMENT, LINE = "books_invoice", "books_invoiceline"
WORDS = (
    *("subject", "note", "buyer_reference", "order_reference", "prepaid_on", "exchange_key", "request_key"),
    "created_at",
)
LINE_COLUMNS = (
    *("invoice_id", "rank", "name", "description", "quantity", "unit", "price", "vat_key", "discount_cents"),
    "discount_reason",
)
SAID = "what is issued stays"


def _is_issued(invoice_id: str) -> str:
    return f"EXISTS (SELECT 1 FROM {DOCUMENT} WHERE id = {invoice_id} AND status <> 'draft')"


def _changed(columns: tuple[str, ...], differs: str) -> str:
    return " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in columns)


def put_up(apps: Any, schema_editor: Any) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    make, differs = (entries._sqlite, "IS NOT") if is_sqlite else (entries._postgres, "IS DISTINCT FROM")
    words = f"OLD.status <> 'draft' AND ({_changed(WORDS, differs)})"
    make(schema_editor, f"{DOCUMENT}_words", DOCUMENT, words, SAID)
    moved = f"({_is_issued('OLD.invoice_id')} OR {_is_issued('NEW.invoice_id')})"
    make(schema_editor, f"{LINE}_stays", LINE, f"{moved} AND ({_changed(LINE_COLUMNS, differs)})", SAID)


def take_down(apps: Any, schema_editor: Any) -> None:
    for name, table in ((f"{DOCUMENT}_words", DOCUMENT), (f"{LINE}_stays", LINE)):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("books", "0005_paid_in_money")]
    operations = [migrations.RunPython(put_up, take_down)]
