"""Which stored files may be read, and by whom: each room answers for the folders that it fills.

A folder that nobody declared is closed to all.
"""

from __future__ import annotations

from collections.abc import Callable

MayRead = Callable[[object, str], bool]
"""(viewer, stored name) → whether this viewer may read this file. Asked for each request."""

_folders: dict[str, MayRead] = {}


def declare_folder(folder: str, may_read: MayRead) -> None:
    """Open `folder` (the first part of stored names, as "logos") to those whom `may_read` lets in."""
    _folders[folder.strip("/")] = may_read


def may_read(viewer: object, name: str) -> bool:
    folder, _slash, rest = name.partition("/")
    asked = _folders.get(folder)
    return bool(asked and rest and asked(viewer, name))
