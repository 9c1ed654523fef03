"""What is done stays done: the database itself refuses to rewrite a log, or a transfer once it has ended.

The only change it lets through is a person's name that goes when they are erased (`actor_id`).
"""

from collections.abc import Callable
from typing import Any

from django.db import migrations

FROZEN = {
    "ledger_act": ("key", "digest", "verb", "is_office", "at"),
    "ledger_accountchange": ("account_id", "act_id", "before", "after", "reason"),
    "ledger_step": ("transfer_id", "act_id", "state", "reason"),
    "ledger_transfer": (
        *("act_id", "unit_id", "payer_id", "payee_id", "amount", "nature", "label", "soulte_cents"),
        *("soulte_currency", "reverses_id", "caused_by_id", "created_at"),
    ),
}
"""The columns of each table that never change once written."""
ENDED = "OLD.state NOT IN ('requested', 'pending')"
ENDING = ("state", "posted_amount", "posted_at")
"""Those of a transfer that change until it has ended."""


def _differs(column: str, vendor: str) -> str:
    as_text = "::text" if vendor == "postgresql" and column in ("before", "after") else ""
    unlike = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    return f"OLD.{column}{as_text} {unlike} NEW.{column}{as_text}"


def _condition(table: str, vendor: str) -> str:
    never = " OR ".join(_differs(column, vendor) for column in FROZEN[table])
    if table != "ledger_transfer":
        return never
    ended = " OR ".join(_differs(column, vendor) for column in ENDING)
    return f"{never} OR ({ENDED} AND ({ended}))"


def _sentences(vendor: str) -> list[str]:
    if vendor == "postgresql":
        refuse = (
            "CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME USING ERRCODE = '23514'; END $$"
        )
        return [refuse] + [
            f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN ({_condition(table, vendor)}) EXECUTE FUNCTION ledger_refuse()"
            for table in FROZEN
        ]
    return [
        f"CREATE TRIGGER {table}_frozen BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN {_condition(table, vendor)} BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
        for table in FROZEN
    ]


def _back(vendor: str) -> list[str]:
    on = vendor == "postgresql"
    drops = [f"DROP TRIGGER {table}_frozen" + (f" ON {table}" if on else "") for table in FROZEN]
    return [*drops, "DROP FUNCTION ledger_refuse()"] if on else drops


def _run(sentences: Callable[[str], list[str]]) -> Callable[[Any, Any], None]:
    def run(apps: Any, schema_editor: Any) -> None:
        for sentence in sentences(schema_editor.connection.vendor):
            schema_editor.execute(sentence, None)

    return run


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(_run(_sentences), _run(_back))]
