"""The one folder that holds everything of a site: database, files, secret key, settings, backups."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from pathlib import Path

from maillage.kernel.terminal import told

SECRET_FILE = "secret-key"  # noqa: S105  the name of the file
DATABASE_FILE = "maillage.sqlite3"
BACKUPS = "backups"
FOLDER_RIGHTS, FILE_RIGHTS = 0o700, 0o600


class DataFolderError(OSError):
    """The folder cannot be used; the message is a French sentence for the operator."""


def create_data_folder(folder: Path) -> None:
    """Make the folder and its secret key, for their owner's eyes only; what exists is kept as it is.

    Raises DataFolderError.
    """
    try:
        folder.mkdir(mode=FOLDER_RIGHTS, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        _create_secret(folder / SECRET_FILE)
    except FileExistsError as error:
        raise DataFolderError(f"{folder} n'est pas un dossier.") from error
    except OSError as error:
        raise DataFolderError(f"Le dossier {folder} ne peut pas être écrit. {told(error)}") from error


def _create_secret(file: Path) -> None:
    """Write the key beside, then link it into place: two first starts at once agree on one key."""
    if file.exists():
        return
    draft = file.with_name(f".{SECRET_FILE}-{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_RIGHTS)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def write_database_url(file: Path, url: str) -> None:
    """Make `url` the `database_url` of a settings file, its other lines kept; "" takes the line away."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    kept = [line for line in lines if not line.replace(" ", "").startswith("database_url=")]
    written = [f"database_url = {json.dumps(url)}"] if url else []
    if not lines and not written:
        return
    draft = file.with_name(f".{file.name}-nouveau")
    draft.touch(mode=FILE_RIGHTS)
    draft.write_text("\n".join([*written, *kept]) + "\n", encoding="utf-8")
    draft.replace(file)
