"""Rows kept as they were read, one JSON line each, so that carrying an import out does not read its file again.

The first line says of what: the shelf of another mapping, or of another version of the readers, is not opened.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from itertools import islice
from operator import attrgetter
from typing import IO, Any

from maillage.apps.directory.readers.rows import ImportedRow, Outcome, RowError, RowWarning

_NAMES = tuple(described.name for described in fields(ImportedRow))
_values_of = attrgetter(*_NAMES)
_AT = {name: position for position, name in enumerate(_NAMES)}
_ERROR_NAMES = tuple(described.name for described in fields(RowError))


def label_of(*, format: str, mapping: Mapping[str, str], version: str, exchanges: bool = False) -> str:
    """What the rows of a shelf depend on, besides the file itself."""
    return json.dumps([version, _NAMES, format, sorted(mapping.items()), exchanges], ensure_ascii=False)


def put_label(shelf: IO[bytes], label: str) -> None:
    shelf.write(label.encode() + b"\n")


def put_rows(shelf: IO[bytes], rows: Iterable[Outcome]) -> None:
    shelf.writelines(_LINES.encode(_plain(row)).encode() + b"\n" for row in rows)


def take_rows(shelf: IO[bytes], label: str, *, skipped: int = 0) -> Iterator[Outcome] | None:
    """The rows after the first `skipped` ones; None when the shelf has another label.

    A power cut can leave a shelf without its end: rows come up to the first line that cannot be read.
    """
    if shelf.readline() != label.encode() + b"\n":
        return None
    return _sound_rows(islice(iter(shelf.readline, b""), skipped, None))


def _sound_rows(lines: Iterable[bytes]) -> Iterator[Outcome]:
    for line in lines:
        try:
            row = _row(line)
        except (ValueError, TypeError, IndexError, KeyError):
            return
        yield row


def _plain(row: Outcome) -> list[Any]:
    if isinstance(row, RowError):
        return [getattr(row, name) for name in _ERROR_NAMES]
    values = list(_values_of(row))
    for name in ("started_on", "ended_on"):
        day = values[_AT[name]]
        values[_AT[name]] = day.isoformat() if day else None
    values[_AT["warnings"]] = [(warning.field, warning.message) for warning in row.warnings]
    return [*values, row.content_hash()]


_LINES = json.JSONEncoder(ensure_ascii=False)


def _row(line: bytes) -> Outcome:
    values = json.loads(line)
    if len(values) == len(_ERROR_NAMES):
        return RowError(*values)
    for name in ("categories", "keywords"):
        values[_AT[name]] = tuple(values[_AT[name]])
    for name in ("started_on", "ended_on"):
        day = values[_AT[name]]
        values[_AT[name]] = date.fromisoformat(day) if day else None
    values[_AT["warnings"]] = tuple(RowWarning(*said) for said in values[_AT["warnings"]])
    digest = values.pop()
    row = object.__new__(ImportedRow)  # its __init__ would set each of its many fields one by one
    row.__dict__.update(zip(_NAMES, values, strict=True))
    return row.with_digest(digest)
