"""Documents that people send, accepted by what they contain and never by their name alone."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from django.core.files.base import File
from django.utils.translation import gettext as _

from maillage.kernel.files.archives import DAMAGE

SIZE_BYTES_MAX = 20 * 1024 * 1024
UNPACKED_BYTES_MAX = 400 * 1024 * 1024
NAME_LENGTH_MAX = 120

_OFFICE = {
    "docx": ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
_OPEN_DOCUMENT = {
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}
EXTENSIONS = ("pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "txt", "csv")


class BadDocumentError(ValueError):
    """The file is not a document that can be offered; the message is a sentence for the person."""


@dataclass(frozen=True)
class AcceptedDocument:
    """What a file was found to be. `name` is safe to store and to offer."""

    name: str
    media_type: str
    size_bytes: int


def check_document(upload: File) -> AcceptedDocument:
    """Say what `upload` really is; leaves it at its first byte. Raises BadDocumentError."""
    size_bytes = upload.size
    if size_bytes > SIZE_BYTES_MAX:
        raise BadDocumentError(
            _("This document weighs more than %(size)s MB. Make it lighter, or give a link to it.")
            % {"size": SIZE_BYTES_MAX // (1024 * 1024)}
        )
    if not size_bytes:
        raise BadDocumentError(_("This document is empty."))
    name = PurePath((upload.name or "document").replace("\\", "/")).name
    extension = PurePath(name).suffix.lower().removeprefix(".")
    media_type = _media_type(upload, extension)
    upload.seek(0)
    if media_type is None:
        raise BadDocumentError(
            _(
                "This file is not of a kind that we accept, or its content is not what its name says: %(kinds)s."
            )
            % {"kinds": ", ".join(EXTENSIONS)}
        )
    stem = re.sub(r"[^\w .()-]+", "-", PurePath(name).stem).strip(" .-") or "document"
    return AcceptedDocument(f"{stem[:NAME_LENGTH_MAX]}.{extension}", media_type, size_bytes)


def _media_type(upload: File, extension: str) -> str | None:
    upload.seek(0)
    head = upload.read(1024)
    if extension == "pdf":
        return "application/pdf" if head.startswith(b"%PDF-") else None
    if extension in ("txt", "csv"):
        return ("text/csv" if extension == "csv" else "text/plain") if _is_text(upload) else None
    if extension in _OFFICE or extension in _OPEN_DOCUMENT:
        return _packed_type(upload, extension) if head.startswith(b"PK\x03\x04") else None
    return None


def _is_text(upload: File) -> bool:
    upload.seek(0)
    return not any(b"\x00" in chunk for chunk in upload.chunks())


def _packed_type(upload: File, extension: str) -> str | None:
    """The type of a zipped office document, after a look at its table of contents only."""
    upload.seek(0)
    try:
        with zipfile.ZipFile(upload) as package:
            entries = package.infolist()
            if sum(entry.file_size for entry in entries) > UNPACKED_BYTES_MAX:
                return None
            names = {entry.filename for entry in entries}
            if any("vbaproject" in name.lower() for name in names):
                return None
            if extension in _OPEN_DOCUMENT:
                wanted = _OPEN_DOCUMENT[extension]
                if "mimetype" not in names or package.getinfo("mimetype").file_size > 200:
                    return None
                return (
                    wanted if package.read("mimetype").decode("ascii", "replace").strip() == wanted else None
                )
            folder, media_type = _OFFICE[extension]
            known = "[Content_Types].xml" in names and any(name.startswith(folder) for name in names)
            return media_type if known else None
    except (*DAMAGE, OSError, ValueError):
        return None
