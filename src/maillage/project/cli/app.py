"""All the commands, in the order of their help."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

import maillage
from maillage.apps.accounts import cli as accounts
from maillage.apps.directory import cli as directory
from maillage.kernel.terminal import say
from maillage.project.cli import checking, keeping, serving
from maillage.project.cli.house import open_ready_house


class _FrenchHelp:
    """The one sentence that the library does not pass through gettext."""

    def get_help_option(self, ctx: Any) -> Any:
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option:
            option.help = "Affiche cette aide."
        return option


class Group(_FrenchHelp, TyperGroup):
    pass


class Command(_FrenchHelp, TyperCommand):
    pass


app = typer.Typer(
    cls=Group,
    name="maillage",
    help="Maillage, la plateforme de coopération d'un territoire.",
    no_args_is_help=True,
    add_completion=False,
    suggest_commands=False,  # the library says its suggestion in English only
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"Maillage {maillage.__version__}")
        raise typer.Exit


@app.callback()
def base(
    version: bool = typer.Option(
        False, "--version", callback=_show_version, is_eager=True, help="Affiche la version."
    ),
) -> None:
    """Maillage, la plateforme de coopération d'un territoire."""


def _register() -> None:
    open_site, keep_site = "Ouvrir le site", "Garder le site"
    commands: list[tuple[str, Any, str]] = [
        ("serve", serving.serve, open_site),
        ("demo", serving.demo, open_site),
        ("worker", serving.worker, open_site),
        ("doctor", checking.doctor, keep_site),
        ("backup", keeping.backup, keep_site),
        ("restore", keeping.restore, keep_site),
        ("upgrade", keeping.upgrade, keep_site),
        ("reindex", keeping.reindex, keep_site),
        ("replay-erasures", keeping.replay_erasures, keep_site),
        ("move-to-postgres", keeping.move_to_postgres, keep_site),
        ("move-to-sqlite", keeping.move_to_sqlite, keep_site),
    ]
    for name, function, panel in commands:
        app.command(name, cls=Command, rich_help_panel=panel)(function)
    directory.register(app, open_house=open_ready_house, cls=Command, rich_help_panel="Remplir le site")
    accounts.register(app, open_house=open_ready_house, cls=Group, rich_help_panel="Les personnes")


_register()


def main() -> None:
    app()
