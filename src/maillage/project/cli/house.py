"""Opening the house: data folder, settings, Django; then the rest of a command may import it."""

from __future__ import annotations

import os
from pathlib import Path

import typer

from maillage.kernel.terminal import fail
from maillage.project.config import BadConfigError, data_folder
from maillage.project.data_folder import DataFolderError, create_data_folder

DataOption = typer.Option(
    None, "--data", help="Dossier des données (sinon MAILLAGE_DATA, sinon ./var).", show_default=False
)


def open_house(
    data: Path | None, *, create: bool = False, upgraded: bool = True, reached: bool = True
) -> Path:
    """Set Django up on the data folder, and answer the folder. Leaves with a sentence when it cannot be.

    With `create`, the folder and its secret key are made when missing; with `upgraded`, a database that
    awaits migrations is refused; with `reached`, a database that does not answer.
    """
    os.umask(0o077)  # whatever we write is our account's business only
    if data is not None:
        os.environ["MAILLAGE_DATA"] = str(data)
    folder = data_folder(os.environ.get("MAILLAGE_DATA", ""))
    os.environ["MAILLAGE_DATA"] = str(folder)
    try:
        if create:
            create_data_folder(folder)
        elif not folder.is_dir():
            fail(f"Le dossier {folder} n'existe pas ; « maillage serve » le crée, ou donnez --data.")
        _set_up()
    except (BadConfigError, DataFolderError) as error:
        fail(str(error))
    if reached:
        _reach_database()
    if upgraded and not create:
        from maillage.project.upgrading import pending_migrations

        if pending_migrations():
            fail("La base n'est pas à niveau ; lancez « maillage upgrade ».")
    return folder


def open_ready_house(data: Path | None) -> Path:
    """As `open_house`, the folder made and the database brought to date first: for commands of the rooms."""
    folder = open_house(data, create=True)
    bring_to_date()
    return folder


def bring_to_date() -> tuple[int, Path | None]:
    """As `upgrade_database`; leaves with a sentence when the database could not be upgraded."""
    from maillage.project.upgrading import UpgradeError, upgrade_database

    try:
        return upgrade_database()
    except UpgradeError as error:
        fail(str(error))


def _reach_database() -> None:
    from django.db import DatabaseError, connection

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        fail(f"La base ne s'ouvre pas : {str(error).strip()}\n  Voyez ce qu'en dit « maillage doctor ».")


def _set_up() -> None:
    import django

    from maillage.kernel.db.sqlite import UnsafeSqliteError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.project.settings")
    try:
        django.setup()
    except UnsafeSqliteError as error:
        fail(f"{error} Installez la roue pysqlite3 : pip install 'pysqlite3>=0.6.1'.")
    except ModuleNotFoundError as error:
        fail(f"Une bibliothèque manque ({error.name}) : réinstallez Maillage par pip.")
