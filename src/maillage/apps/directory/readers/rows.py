"""What every reader gives, whatever the form of the file: one plain value per row."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from operator import attrgetter

from django.utils.functional import Promise

EXCHANGED = "exchanged"


class UnreadableFileError(Exception):
    """The file as a whole cannot be read. `sentence` is translatable and says what to do."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True)
class RowError:
    """Why a row was left out: `row` as its file numbers it, `field` in our words or the file's, a sentence.

    `reason` is EXCHANGED when reading latitude and longitude the other way round would let the row in.
    """

    row: int
    field: str
    message: str
    title: str = ""
    reason: str = ""


@dataclass(frozen=True)
class RowWarning:
    """What was doubtful in a row that was kept all the same."""

    field: str
    message: str


@dataclass(frozen=True, kw_only=True)
class ImportedRow:
    """One fiche as its file tells it, cleaned: plain text, checked values, nothing from the database.

    `external_id` is the file's own identifier, or one computed from what the row names when it has none.
    `categories` are the file's words, `category_parents` the one above each where the file tells; `sections` are parts of the fiche by field name; `extra` is what had no place.
    """

    number: int
    external_id: str
    title: str
    summary: str = ""
    description: str = ""
    categories: tuple[str, ...] = ()
    category_parents: dict[str, str] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    address: str = ""
    postal_code: str = ""
    city: str = ""
    insee_code: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    source_url: str = ""
    opening_hours: str = ""
    started_on: date | None = None
    ended_on: date | None = None
    stage: str = ""
    family: str = ""
    licence: str = ""
    contact_name: str = ""
    organization: str = ""
    siret: str = ""
    sections: dict[str, str] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    warnings: tuple[RowWarning, ...] = ()

    def content_hash(self) -> str:
        """A digest of what the row says of the fiche: not its number, its tree of categories, nor what had no place in it."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        said = (*_hashed_values(self), sorted(self.sections.items()))
        return hashlib.sha256(repr(said).encode("utf-8", "replace")).hexdigest()

    def with_digest(self, digest: str) -> ImportedRow:
        """The same row, whose digest is known already: working it out again would take as long as reading the row."""
        self.__dict__["_digest"] = digest  # where cached_property keeps it
        return self


_HASHED_FIELDS = tuple(
    described.name
    for described in fields(ImportedRow)
    if described.name not in ("number", "category_parents", "sections", "extra", "warnings")
)

_hashed_values = attrgetter(*_HASHED_FIELDS)

Outcome = ImportedRow | RowError
