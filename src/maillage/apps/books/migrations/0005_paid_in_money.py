"""What is paid in money has its means, and its entries their source. Triggers stand aside while SQLite remakes the tables."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations, models
from django.db.models import Q

issued = import_module("maillage.apps.books.migrations.0002_issued_stays")
entries = import_module("maillage.apps.books.migrations.0003_entries_stay")
received = import_module("maillage.apps.books.migrations.0004_received_settlements")

SOURCES = ("manual", "sale", "purchase", "set_off", "vat", "credit", "payment", "gift", "reversal")
WORDS = (
    *("By hand", "Invoice issued", "Invoice received", "Debts cleared together", "VAT that falls due"),
    *("Mutual credit", "Paid in money", "Gift in kind", "Undoes another"),
)
MEANS = [("97", "Set-off"), ("30", "Bank transfer"), ("20", "Cheque"), ("48", "Card"), ("10", "Cash")]
SETTLEMENTS = ("books_invoicesettlement", "books_receivedsettlement")


def take_down(apps: Any, schema_editor: Any) -> None:
    for before in (received, entries, issued):
        before.take_down(apps, schema_editor)


def put_up(apps: Any, schema_editor: Any) -> None:
    for before in (issued, entries, received):
        before.put_up(apps, schema_editor)


def keep_means(apps: Any, schema_editor: Any) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    make, differs = (entries._sqlite, "IS NOT") if is_sqlite else (entries._postgres, "IS DISTINCT FROM")
    for table in SETTLEMENTS:
        make(
            schema_editor, f"{table}_means", table, f"OLD.means {differs} NEW.means", "what is written stays"
        )


def free_means(apps: Any, schema_editor: Any) -> None:
    for table in SETTLEMENTS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {table}_means")
        else:
            schema_editor.execute(f"DROP TRIGGER {table}_means ON {table}")
            schema_editor.execute(f"DROP FUNCTION {table}_means()")


def add_means(model_name: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=model_name,
        name="means",
        field=models.CharField(blank=True, choices=MEANS, default="", max_length=3),
    )


class Migration(migrations.Migration):
    dependencies = [("books", "0004_received_settlements")]
    operations = [
        migrations.RunPython(take_down, put_up),
        add_means("invoicesettlement"),
        add_means("receivedsettlement"),
        migrations.RemoveConstraint("journalentry", "journal_entry_source_known"),
        migrations.AlterField(
            model_name="journalentry",
            name="source",
            field=models.CharField(choices=list(zip(SOURCES, WORDS, strict=True)), max_length=12),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="payment_status",
            field=models.CharField(
                choices=[("unpaid", "To be settled"), ("partly", "Partly settled"), ("set_off", "Set off"), ("paid", "Paid")],
                default="unpaid",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            "journalentry",
            models.CheckConstraint(condition=Q(source__in=list(SOURCES)), name="journal_entry_source_known"),
        ),
        migrations.RemoveConstraint("waitingvat", "waiting_vat_within"),
        migrations.RemoveConstraint("waitingvat", "waiting_vat_settled_within"),
        migrations.RemoveConstraint("waitingvat", "waiting_vat_due_within"),
        migrations.AddConstraint(
            "waitingvat",
            models.CheckConstraint(
                condition=Q(vat_cents__gte=0, total_cents__gte=0, settled_cents__gte=0, due_cents__gte=0),
                name="waiting_vat_positive",
            ),
        ),
        migrations.RunPython(put_up, take_down),
        migrations.RunPython(keep_means, free_means),
    ]
