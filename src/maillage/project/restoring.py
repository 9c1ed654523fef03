"""Putting a site back from its backup: verified first, beside what is there, then into place."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from maillage.kernel.db import sqlite
from maillage.project.archive import unpack
from maillage.project.config import FILE_NAME
from maillage.project.data_folder import BACKUPS, DATABASE_FILE, create_data_folder, write_database_url

ERASURES = "erasures.jsonl"
SILENCE_MAX = timedelta(seconds=60)
"""As `workers_alive` counts; a server that stops takes its signs of life away."""


class RestoreError(RuntimeError):
    """The backup was not put back, and nothing was changed. The message is a French sentence."""


@dataclass(frozen=True)
class Restored:
    """What happened: when the backup was made, where the former site went, how many erasures were replayed."""

    made_at: str
    set_aside: Path | None
    erasures: int


def restore_archive(file: Path, folder: Path, *, replace: bool, postgres_url: str = "") -> Restored:
    """Put the site of `file` into `folder`. Raises RestoreError, BadArchiveError, MoveError.

    The backup is unpacked and brought up to this release beside `folder`; only a whole site takes its place.
    """
    if folder.exists() and not folder.is_dir():
        raise RestoreError(f"{folder} n'est pas un dossier ; donnez un autre --data.")
    if _is_inhabited(folder) and not replace:
        raise RestoreError(f"{folder} contient déjà un site ; donnez un autre --data, ou --replace.")
    if _is_served(folder):
        raise RestoreError(
            f"Le site de {folder} est ouvert : arrêtez-le d'abord, sinon ce qui s'y écrit partirait avec l'ancien."
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        manifest = unpack(file, draft)
        create_data_folder(draft)
        write_database_url(draft / FILE_NAME, "")  # the base that it came from is another site's now
        _run(draft, "upgrade")
        if postgres_url:
            _run(draft, "move-to-postgres", postgres_url)  # which fills the search index
        elif manifest.engine == "postgresql":  # whose index does not travel
            _run(draft, "reindex")
        erasures = _replay_erasures(draft, folder)
        set_aside = _take_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Restored(manifest.made_at, set_aside, erasures)


def _is_inhabited(folder: Path) -> bool:
    return folder.is_dir() and any(entry.name != BACKUPS for entry in folder.iterdir())


def _is_served(folder: Path) -> bool:
    """Whether a worker of the site that is there, which every server has, gave a sign of life just now."""
    file = folder / DATABASE_FILE
    if not file.is_file():
        return False
    sqlite.install()
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as base:
            (seen,) = base.execute("SELECT MAX(seen_at) FROM jobs_workerbeat").fetchone()
    except sqlite3.Error:  # a damaged base is why one restores
        return False
    return bool(seen) and datetime.now(UTC) - datetime.fromisoformat(seen).replace(tzinfo=UTC) < SILENCE_MAX


def _take_place(draft: Path, folder: Path) -> Path | None:
    """Move `draft` to `folder`; the former content goes beside, but its backups, which stay."""
    set_aside = None
    backups = folder / BACKUPS
    if backups.is_dir() and not (draft / BACKUPS).exists():
        shutil.copytree(backups, draft / BACKUPS)
    if _is_inhabited(folder):
        stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
        set_aside = folder.with_name(f"{folder.name}.avant-{stamp}")
        folder.rename(set_aside)
    elif folder.is_dir():
        shutil.rmtree(folder)
    draft.rename(folder)
    return set_aside


def _replay_erasures(draft: Path, folder: Path) -> int:
    """Erase again those whom the former site erased after the backup; how many came back with it.

    The former site's list is the one beside its database; a restore elsewhere brings it along by hand.
    """
    remembered = folder / ERASURES
    if remembered.is_file():
        shutil.copy2(remembered, draft / ERASURES)
    return int(_run(draft, "replay-erasures").split()[0])


def _run(data: Path, *command: str) -> str:
    """What one of our commands says, run on the folder being restored as an operator would."""
    left_out = {"MAILLAGE_DATABASE_URL", "MAILLAGE_SECRET_KEY", "MAILLAGE_DATA"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    environment |= {"MAILLAGE_DATA": str(data)}
    done = subprocess.run(  # noqa: S603  our own command
        [sys.executable, "-m", "maillage.project.cli", *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RestoreError(f"Le site ne peut pas être rétabli : {done.stderr.strip()[-600:]}")
    return done.stdout
