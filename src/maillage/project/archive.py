"""A backup: one ZIP file holding the database, the files, the settings and the key, with a manifest.

The database always travels as one SQLite file, whichever engine the site uses: SQLite's own online backup
takes it from SQLite; from PostgreSQL its rows are copied within one snapshot. Both are consistent while
the site is being written. The files are read after the database, so that no row misses its file.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import connection

import maillage
from maillage.kernel.files.archives import DAMAGE
from maillage.project.config import FILE_NAME
from maillage.project.data_folder import DATABASE_FILE, FILE_RIGHTS, SECRET_FILE

FORMAT = 1
MANIFEST = "manifest.json"
FILES = "files"
CHUNK_BYTES = 1024 * 1024
MANIFEST_BYTES_MAX = 64 * 1024 * 1024
UNFINISHED = ".maillage-en-cours-"
UNFINISHED_SECONDS_MAX = 24 * 3600
FORGOTTEN_TABLES = ("maillage_cache",)


class BadArchiveError(ValueError):
    """The file is no backup, or is damaged; the message is a French sentence for the operator."""


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `members` maps each path to (bytes, SHA-256)."""

    format: int
    version: str
    made_at: str
    engine: str
    members: dict[str, tuple[int, str]]


def write_archive(target: Path) -> Path:
    """Back the site up into `target`, whole or not at all, readable by its owner only."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sweep(target.parent)
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=target.parent) as folder:
        database, draft = Path(folder) / DATABASE_FILE, Path(folder) / target.name
        copy_database(database)
        handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, FILE_RIGHTS)
        with os.fdopen(handle, "w+b") as stream:
            with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                _fill(archive, database)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(target)
    return target


def _sweep(folder: Path) -> None:
    """Remove what backups that were killed left there: each holds a copy of the whole database."""
    for unfinished in folder.glob(f"{UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - unfinished.stat().st_mtime > UNFINISHED_SECONDS_MAX:
                shutil.rmtree(unfinished, ignore_errors=True)


def _fill(archive: zipfile.ZipFile, database: Path) -> None:
    members = {DATABASE_FILE: _add(archive, database, DATABASE_FILE)}
    for name in (SECRET_FILE, FILE_NAME):
        if (settings.DATA / name).is_file():
            members[name] = _add(archive, settings.DATA / name, name)
    for file in _files(Path(settings.MEDIA_ROOT)):
        name = f"{FILES}/{file.relative_to(settings.MEDIA_ROOT).as_posix()}"
        try:
            members[name] = _add(archive, file, name)
        except FileNotFoundError:  # removed meanwhile, with the row that pointed at it
            continue
    manifest = Manifest(
        format=FORMAT,
        version=maillage.__version__,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        engine=connection.vendor,
        members=members,
    )
    archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink())


def _add(archive: zipfile.ZipFile, file: Path, name: str) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with file.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return size, digest.hexdigest()


def copy_database(target: Path) -> None:
    """A consistent copy of the database, as one SQLite file, while others may be writing."""
    if connection.vendor == "sqlite":
        file = Path(str(settings.DATABASES["default"]["NAME"]))
        source = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=60)
        copy = sqlite3.connect(target)
        try:
            source.backup(copy)
        except sqlite3.Error as error:
            raise BadArchiveError(f"La base ne peut pas être copiée : {error}.") from error
        finally:
            source.close()
            copy.close()
    else:
        from maillage.project.moving import copy_to_sqlite

        copy_to_sqlite(target)
    _settle(target)


def _settle(database: Path) -> None:
    """Check the copy, forget what is only a cache, and leave a single file without a write-ahead log."""
    copy = sqlite3.connect(database)
    try:
        copy.execute("PRAGMA journal_mode=DELETE")
        for table in FORGOTTEN_TABLES:
            if copy.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [table]).fetchone():
                copy.execute(f"DELETE FROM {table}")  # noqa: S608
        copy.commit()
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        copy.close()
    if found != "ok":
        raise BadArchiveError(f"La copie de la base est abîmée : {found}")


def read_manifest(file: Path) -> Manifest:
    """The manifest of a backup. Raises BadArchiveError."""
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.getinfo(MANIFEST).file_size > MANIFEST_BYTES_MAX:
                raise BadArchiveError(f"{file} : le manifeste est démesuré.")
            read = json.loads(archive.read(MANIFEST))
        members = {name: (int(size), str(digest)) for name, (size, digest) in read["members"].items()}
        manifest = Manifest(
            read["format"], str(read["version"]), str(read["made_at"]), str(read["engine"]), members
        )
    except (*DAMAGE, OSError, ValueError, TypeError, AttributeError) as error:
        if isinstance(error, BadArchiveError):
            raise
        raise BadArchiveError(f"{file} n'est pas une sauvegarde de Maillage, ou est abîmé.") from error
    if manifest.format != FORMAT or DATABASE_FILE not in members:
        raise BadArchiveError(f"{file} vient d'une version de Maillage que celle-ci ne sait pas lire.")
    return manifest


def unpack(file: Path, folder: Path) -> Manifest:
    """Put a backup's members into `folder`, each verified against the manifest. Raises BadArchiveError."""
    manifest = read_manifest(file)
    try:
        with zipfile.ZipFile(file) as archive:
            for name, (size, digest) in manifest.members.items():
                _extract(archive, name, size, digest, folder / _safe(name))
    except OSError as error:
        if error.errno != errno.EINVAL:  # that of the disk where it is put, not of the file
            raise
        raise BadArchiveError(f"{file} est abîmé ou incomplet : {error}") from error
    except DAMAGE as error:
        raise BadArchiveError(f"{file} est abîmé ou incomplet : {error}") from error
    return manifest


def _safe(name: str) -> PurePosixPath:
    """A member's path, which must be one that a backup of ours would hold."""
    path = PurePosixPath(name)
    ours = name in (DATABASE_FILE, SECRET_FILE, FILE_NAME) or (
        path.parts[:1] == (FILES,) and len(path.parts) > 1
    )
    if path.is_absolute() or ".." in path.parts or "\\" in name or "\0" in name or not ours:
        raise BadArchiveError(f"La sauvegarde contient un chemin qui n'est pas des nôtres : {name!r}")
    return path


def _extract(archive: zipfile.ZipFile, name: str, size: int, digest: str, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found, read = hashlib.sha256(), 0
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_RIGHTS)
    with archive.open(name) as source, os.fdopen(handle, "wb") as stream:
        while chunk := source.read(CHUNK_BYTES):
            read += len(chunk)
            if read > size:
                break
            found.update(chunk)
            stream.write(chunk)
    if read != size or found.hexdigest() != digest:
        raise BadArchiveError(f"La sauvegarde est abîmée : {name} ne correspond pas à son empreinte.")


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the `keep` latest automatic names of `folder`; the files removed."""
    old = sorted(folder.glob("maillage-*.zip"))[:-keep] if keep else []
    for file in old:
        file.unlink()
    return old
