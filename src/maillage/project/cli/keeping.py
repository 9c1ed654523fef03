"""backup, restore, upgrade and the moves between databases: what keeps a site."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import typer

from maillage.kernel.terminal import console, done, fail, say, told, warn
from maillage.project.cli.house import DataOption, open_house
from maillage.project.config import FILE_NAME, data_folder


def _stamp() -> str:
    return datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")


def backup(
    output: Path | None = typer.Option(
        None,
        "--output",
        "-o",
        help="Fichier à écrire ; sinon dans « backups » du dossier des données.",
        show_default=False,
    ),
    keep: int = typer.Option(
        0, "--keep", min=0, help="Ne garder que les N dernières de « backups » ; 0 : toutes."
    ),
    data: Path | None = DataOption,
) -> None:
    """Sauvegarde tout le site dans un fichier, même pendant qu'on y écrit."""
    folder = open_house(data, upgraded=False)
    from maillage.project.archive import BadArchiveError, prune, write_archive
    from maillage.project.data_folder import BACKUPS
    from maillage.project.moving import MoveError

    target = (output or folder / BACKUPS / f"maillage-{_stamp()}.zip").expanduser().resolve()
    if target.exists():
        fail(f"{target} existe déjà.")
    try:
        with console.status("Sauvegarde…"):
            write_archive(target)
    except (BadArchiveError, MoveError, OSError) as error:
        fail(f"La sauvegarde n'a pas été faite : {told(error)}")
    done(f"Sauvegarde : {target} ({target.stat().st_size / 1_000_000:.1f} Mo)")
    say("  Elle contient la clé secrète et les données des personnes : rangez-la en lieu sûr, ailleurs.")
    if keep and output is None:
        for old in prune(target.parent, keep):
            say(f"  Ancienne sauvegarde effacée : {old.name}")


def restore(
    file: Path = typer.Argument(..., exists=True, dir_okay=False, help="La sauvegarde.", metavar="FICHIER"),
    data: Path | None = DataOption,
    replace: bool = typer.Option(False, "--replace", help="Met de côté le site qui s'y trouve déjà."),
    to: str = typer.Option(
        "", "--to", help="Adresse PostgreSQL d'une base vide ; sinon SQLite.", metavar="URL"
    ),
) -> None:
    """Rétablit un site depuis une sauvegarde, ici ou ailleurs, après l'avoir vérifiée."""
    from maillage.project.archive import BadArchiveError
    from maillage.project.moving import MoveError
    from maillage.project.restoring import RestoreError, restore_archive

    folder = data_folder(str(data or os.environ.get("MAILLAGE_DATA", "")))
    try:
        with console.status("Vérification et rétablissement…"):
            report = restore_archive(file.resolve(), folder, replace=replace, postgres_url=to)
    except (BadArchiveError, RestoreError, MoveError, OSError) as error:
        fail(f"Rien n'est rétabli : {told(error)}" if isinstance(error, OSError) else str(error))
    done(f"Le site du {report.made_at} est rétabli dans {folder}.")
    if report.set_aside:
        say(f"  L'ancien site est gardé dans {report.set_aside}.")
    if report.erasures:
        say(f"  Effacements de personnes rejoués : {report.erasures}.")
    say(f"  Ouvrez-le : maillage serve --data {folder}")


def upgrade(
    data: Path | None = DataOption,
    as_far_as: str = typer.Option("", "--as-far-as", hidden=True, help="Jusqu'à ces étapes seulement."),
) -> None:
    """Met la base à niveau pour cette version, après une sauvegarde."""
    open_house(data, upgraded=False)
    from maillage.project.upgrading import UpgradeError, shape_as_far_as, upgrade_database

    saved = None
    with console.status("Mise à niveau…"):
        try:
            if as_far_as:
                count = shape_as_far_as(as_far_as.split(","))
            else:
                count, saved = upgrade_database()
        except UpgradeError as error:
            fail(str(error))
    if saved:
        say(f"  Sauvegarde d'avant : {saved}")
    steps = "une étape" if count == 1 else f"{count} étapes"
    done(f"Base à niveau ({steps})." if count else "La base était à niveau.")


def reindex(data: Path | None = DataOption) -> None:
    """Refait l'index de la recherche à partir du contenu ; le site peut rester ouvert."""
    open_house(data)
    from maillage.kernel.search.index import rebuild

    with console.status("Lecture du contenu…"):
        count = rebuild()
    done(f"{count} documents dans l'index.")


def replay_erasures(data: Path | None = DataOption) -> None:
    """Efface à nouveau les personnes que la liste erasures.jsonl dit effacées ; « restore » le fait seul."""
    open_house(data)
    from django.utils import timezone

    from maillage.kernel.privacy.erasure import replay_erasures as replay

    say(f"{replay(now=timezone.now())} personne(s) effacée(s) à nouveau.")


def move_to_postgres(
    url: str = typer.Argument(..., help="postgresql://nom:mot-de-passe@hôte/base, base vide.", metavar="URL"),
    data: Path | None = DataOption,
) -> None:
    """Porte le site de SQLite à PostgreSQL, en comparant chaque table à l'arrivée."""
    folder = open_house(data)
    from django.db import connection

    from maillage.project.moving import copy_to_postgres

    if connection.vendor == "postgresql":
        fail("Ce site est déjà sur PostgreSQL.")
    with _moving():
        copy_to_postgres(url, _told)
    _write_address(folder, url)
    done("Tout est arrivé. Relancez Maillage : il ouvrira la base PostgreSQL.")
    say("  Le fichier SQLite reste où il est ; gardez-le jusqu'à votre prochaine sauvegarde.")


def move_to_sqlite(data: Path | None = DataOption) -> None:
    """Ramène le site de PostgreSQL à SQLite, en comparant chaque table à l'arrivée."""
    folder = open_house(data)
    from django.db import connection

    from maillage.project.data_folder import DATABASE_FILE
    from maillage.project.moving import copy_to_sqlite, rebuild_search

    if connection.vendor == "sqlite":
        fail("Ce site est déjà sur SQLite.")
    draft = folder / f".move-{_stamp()}"
    draft.mkdir(mode=0o700)
    try:
        with _moving():
            copy_to_sqlite(draft / DATABASE_FILE, _told)
            rebuild_search(data=draft)
        _settle_in(folder, draft / DATABASE_FILE)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    _write_address(folder, "")
    done("Tout est arrivé. Relancez Maillage : il ouvrira la base SQLite.")


def _settle_in(folder: Path, database: Path) -> None:
    """Put the new file in place, what it replaces set aside with its log."""
    old = folder / database.name
    stamp = _stamp()
    for suffix in ("", "-wal", "-shm"):
        part = old.with_name(old.name + suffix)
        if part.exists():
            part.rename(old.with_name(f"{old.name}.ancien-{stamp}{suffix}"))
    database.replace(old)


@contextmanager
def _moving() -> Iterator[None]:
    from django.db import DatabaseError

    from maillage.kernel.db.postgres import BadDatabaseUrlError
    from maillage.project.moving import MoveError

    warn("Arrêtez le site pendant le déménagement : ce qui s'écrirait maintenant resterait derrière.")
    try:
        yield
    except BadDatabaseUrlError as error:
        fail(f"Adresse illisible : {error}.")
    except (MoveError, DatabaseError) as error:
        fail(str(error))


def _told(table: str, count: int) -> None:
    if count:
        console.print(f"  {table:<44} {count:>9}")


def _write_address(folder: Path, url: str) -> None:
    from maillage.project.data_folder import write_database_url

    write_database_url(folder / FILE_NAME, url)
    if os.environ.get("MAILLAGE_DATABASE_URL"):
        warn("La variable MAILLAGE_DATABASE_URL l'emporte sur maillage.toml : changez-la aussi.")
