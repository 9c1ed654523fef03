"""A key is only ever looked for whole: PostgreSQL need not keep a second index of how keys begin at each transfer."""

from typing import Any

from django.db import migrations

BEGINNINGS = "ledger_act_key_10c8ebb8_like"


def _run(sentence: str) -> Any:
    def run(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(sentence)

    return run


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_reference")]
    operations = [
        migrations.RunPython(
            _run(f"DROP INDEX IF EXISTS {BEGINNINGS}"),
            _run(f"CREATE INDEX {BEGINNINGS} ON ledger_act (key varchar_pattern_ops)"),
        )
    ]
