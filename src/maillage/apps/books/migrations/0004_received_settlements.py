"""What settles an invoice that came as a file is noted, never changed, and so for the batches settled before."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE = "books_receivedsettlement"
COLUMNS = ("received_id", "kind", "amount_cents", "settled_on", "reference", "key", "reverses_id")


def put_up(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        changed = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in COLUMNS)
        schema_editor.execute(
            f"CREATE TRIGGER {TABLE}_stays BEFORE UPDATE ON {TABLE} WHEN {changed} "
            "BEGIN SELECT RAISE(ABORT, 'what settles stays'); END"
        )
        return
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in COLUMNS)
    schema_editor.execute(
        f"CREATE FUNCTION {TABLE}_stays() RETURNS trigger AS $$ BEGIN "
        "RAISE EXCEPTION 'what settles stays' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$ LANGUAGE plpgsql"
    )
    schema_editor.execute(
        f"CREATE TRIGGER {TABLE}_stays BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION {TABLE}_stays()"
    )


def take_down(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER {TABLE}_stays")
    else:
        schema_editor.execute(f"DROP TRIGGER {TABLE}_stays ON {TABLE}")
        schema_editor.execute(f"DROP FUNCTION {TABLE}_stays()")


def note_batches(apps: Any, schema_editor: Any) -> None:
    """Batches that hold have settled the received invoices that they name."""
    settlement_model = apps.get_model("books", "ReceivedSettlement")
    for batch in apps.get_model("books", "BookSettlement").objects.filter(undone_at=None).order_by("pk"):
        sums: dict[int, int] = defaultdict(int)
        for line in batch.content:
            if line.get("received_id") is not None:
                sums[line["received_id"]] += line["amount_cents"]
        settlement_model.objects.bulk_create(
            settlement_model(
                received_id=received_id,
                kind="set_off",
                amount_cents=cents,
                settled_on=batch.settled_on,
                reference=batch.reference[:120],
                key=f"batch:{batch.pk}:received:{received_id}",
                created_by_id=batch.created_by_id,
                created_at=batch.created_at,
            )
            for received_id, cents in sorted(sums.items())
        )


class Migration(migrations.Migration):

    dependencies = [
        ('books', '0003_entries_stay'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReceivedSettlement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('set_off', 'Set-off'), ('payment', 'Payment')], max_length=10)),
                ('amount_cents', models.BigIntegerField()),
                ('settled_on', models.DateField()),
                ('reference', models.CharField(max_length=120)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('received', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='settlements', to='books.receivedinvoice')),
                ('reverses', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='reversed_by', to='books.receivedsettlement')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('amount_cents__gt', 0), ('reverses__isnull', True)), models.Q(('amount_cents__lt', 0), ('reverses__isnull', False)), _connector='OR'), name='received_settlement_sign')],
            },
        ),
        migrations.RunPython(put_up, take_down),
        migrations.RunPython(note_batches, migrations.RunPython.noop, elidable=True),
    ]
