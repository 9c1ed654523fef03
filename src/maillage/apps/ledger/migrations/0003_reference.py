"""A transfer names the invoice that it pays, for good.

On SQLite the table is made anew to hold one more column, which takes its trigger away: it is put up again, on both
databases, with the new column among those that never change.
"""

from collections.abc import Callable
from typing import Any

from django.db import migrations, models

BEFORE = (
    *("act_id", "unit_id", "payer_id", "payee_id", "amount", "nature", "label", "soulte_cents"),
    *("soulte_currency", "reverses_id", "caused_by_id", "created_at"),
)
AFTER = (*BEFORE, "reference")
ENDING = ("state", "posted_amount", "posted_at")


def _differ(columns: tuple[str, ...], unlike: str) -> str:
    return " OR ".join(f"OLD.{column} {unlike} NEW.{column}" for column in columns)


def _put_up(columns: tuple[str, ...]) -> Callable[[Any, Any], None]:
    def run(apps: Any, schema_editor: Any) -> None:
        on = schema_editor.connection.vendor == "postgresql"
        unlike = "IS DISTINCT FROM" if on else "IS NOT"
        ended = f"OLD.state NOT IN ('requested', 'pending') AND ({_differ(ENDING, unlike)})"
        when = f"({_differ(columns, unlike)} OR ({ended}))"
        head = f"CREATE TRIGGER ledger_transfer_frozen BEFORE UPDATE ON ledger_transfer FOR EACH ROW WHEN {when} "
        refuse = (
            "EXECUTE FUNCTION ledger_refuse()"
            if on
            else "BEGIN SELECT RAISE(ABORT, 'append-only: ledger_transfer'); END"
        )
        schema_editor.execute(head + refuse, None)

    return run


def _take_down(apps: Any, schema_editor: Any) -> None:
    on = " ON ledger_transfer" if schema_editor.connection.vendor == "postgresql" else ""
    schema_editor.execute(f"DROP TRIGGER ledger_transfer_frozen{on}", None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_append_only")]
    operations = [
        migrations.RunPython(_take_down, _put_up(BEFORE)),
        migrations.AddField(
            model_name="transfer",
            name="reference",
            field=models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="transfer",
            index=models.Index(
                condition=models.Q(("reference", ""), _negated=True),
                fields=["payee", "reference"],
                name="transfer_reference",
            ),
        ),
        migrations.RunPython(_put_up(AFTER), _take_down),
    ]
