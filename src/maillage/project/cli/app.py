"""All the commands, in the order of their help."""

from __future__ import annotations

import sys
from io import TextIOWrapper
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

import maillage
from maillage.apps.accounts import cli as accounts
from maillage.apps.books import cli as books
from maillage.apps.directory import cli as directory
from maillage.kernel.terminal import errors, refuse, say, told
from maillage.project.cli import checking, clearing, french, keeping, serving
from maillage.project.cli.house import open_house, open_ready_house


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
    subcommand_metavar="COMMANDE [ARGUMENTS]…",
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
    app.command("clear", cls=Command, rich_help_panel="Échanger sans argent")(clearing.clear)
    books.register(app, open_house=open_house, cls=Group, rich_help_panel="Les comptes")
    accounts.register(
        app, open_house=open_house, make_house=open_ready_house, cls=Group, rich_help_panel="Les personnes"
    )


_register()


def main() -> None:
    """Run the command that the terminal names.

    The library's refusals are of private classes; they are known by the sentence and the exit code that they carry.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without our signs still has our words
    try:
        code = app(standalone_mode=False)
    except typer.Abort:
        refuse("Interrompu.")
        sys.exit(1)
    except OSError as error:
        refuse(told(error))
        sys.exit(1)
    except Exception as error:
        if _is_from_the_database(error):
            refuse(f"La base refuse : {str(error).strip()}")
            errors.print("  Voyez ce qu'en dit « maillage doctor ».")
            sys.exit(1)
        if not (hasattr(error, "format_message") and hasattr(error, "exit_code")):
            raise
        _refuse_usage(error)
        sys.exit(error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _is_from_the_database(error: Exception) -> bool:
    """Whether the database stopped us: out of reach, full, damaged. A statement that it does not understand is a fault of ours."""
    from django.db import DatabaseError, InterfaceError, OperationalError

    return isinstance(error, OperationalError | InterfaceError) or type(error) is DatabaseError


def _refuse_usage(error: Any) -> None:
    sentence = error.format_message()
    if not sentence:  # the help was shown instead
        return
    refuse(french.refusal(sentence))
    context = getattr(error, "ctx", None)
    if context is not None:
        errors.print(f"  Aide : {context.command_path} --help")
