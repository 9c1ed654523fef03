"""Django's `migrate`, which makes the tables of a new database at once."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from maillage.kernel.db.new_site import is_new, make_tables

PARTLY = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "prune")
"""Options that ask for less than bringing the whole database up to date."""


class Command(migrate.Command):
    def handle(self, *arguments: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if not any(options[name] for name in PARTLY) and is_new(connection):
            if options["verbosity"]:
                self.stdout.write("A new database: its tables are made at once.")
            make_tables(connection)
        super().handle(*arguments, **options)
