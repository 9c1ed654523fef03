"""What reading a ZIP raises on bits that changed."""

from __future__ import annotations

import zipfile
import zlib

DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError)
"""A wrong frame, a broken stream, its end missing, a member missing, a compression or a cipher that nobody knows."""
