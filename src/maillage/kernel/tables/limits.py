"""What a table of others may weigh: every limit ends in a sentence, never in a full memory."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


class UnreadableTableError(Exception):
    """A file that cannot be read as a table. `sentence` is translatable and says what to do."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


@dataclass(frozen=True, kw_only=True)
class TableLimits:
    """Bounds on a table that comes in."""

    size_bytes_max: int = 200_000_000
    expanded_bytes_max: int = 600_000_000
    archive_members_max: int = 2_000
    rows_max: int = 2_000_000
    columns_max: int = 400
    cell_chars_max: int = 100_000
    marks_bytes_max: int = 8_000_000  # links and merged cells of a sheet: about fifty thousand


DEFAULT_LIMITS = TableLimits()
