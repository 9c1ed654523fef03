"""A refund gives back what a credit note left settled beyond an invoice. Triggers stand aside while SQLite remakes the tables."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations, models
from django.db.models import F, Q

issued = import_module("maillage.apps.books.migrations.0002_issued_stays")
received = import_module("maillage.apps.books.migrations.0004_received_settlements")
paid = import_module("maillage.apps.books.migrations.0005_paid_in_money")
words = import_module("maillage.apps.books.migrations.0006_words_stay")

KINDS = [("set_off", "Set-off"), ("payment", "Payment"), ("refund", "Refund")]
SETTLES = Q(reverses__isnull=True) & ~Q(kind="refund") | Q(reverses__isnull=False, kind="refund")
GIVES_BACK = Q(reverses__isnull=True, kind="refund") | Q(reverses__isnull=False) & ~Q(kind="refund")
SIGN = SETTLES & Q(amount_cents__gt=0) | GIVES_BACK & Q(amount_cents__lt=0)


def take_down(apps: Any, schema_editor: Any) -> None:
    words.take_down(apps, schema_editor)
    paid.free_means(apps, schema_editor)
    received.take_down(apps, schema_editor)
    issued.take_down(apps, schema_editor)


def put_up(apps: Any, schema_editor: Any) -> None:
    issued.put_up(apps, schema_editor)
    received.put_up(apps, schema_editor)
    paid.keep_means(apps, schema_editor)
    words.put_up(apps, schema_editor)


def signed(model_name: str, name: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.RemoveConstraint(model_name, name),
        migrations.AlterField(model_name, "kind", models.CharField(choices=KINDS, max_length=10)),
        migrations.AddConstraint(model_name, models.CheckConstraint(condition=SIGN, name=name)),
    ]


class Migration(migrations.Migration):
    dependencies = [("books", "0006_words_stay")]
    operations = [
        migrations.RunPython(take_down, put_up),
        *signed("invoicesettlement", "invoice_settlement_sign"),
        *signed("receivedsettlement", "received_settlement_sign"),
        migrations.RemoveConstraint("invoice", "invoice_never_settled_beyond"),
        migrations.AddConstraint(
            "invoice",
            models.CheckConstraint(
                condition=Q(prepaid_cents__gte=0, credited_cents__gte=0, set_off_cents__gte=0)
                & Q(settled_cents__gte=-F("prepaid_cents"))
                & (
                    Q(status="draft")
                    | Q(
                        gross_cents__gte=F("prepaid_cents") + F("settled_cents"),
                        credited_cents__lte=F("gross_cents"),
                    )
                ),
                name="invoice_never_settled_beyond",
            ),
        ),
        migrations.RemoveConstraint("vatdue", "vat_due_positive"),
        migrations.AddConstraint(
            "vatdue",
            models.CheckConstraint(
                condition=Q(settled_cents__gt=0, due_cents__gte=0) | Q(settled_cents__lt=0, due_cents__lte=0),
                name="vat_due_one_way",
            ),
        ),
        migrations.RunPython(put_up, take_down),
    ]
