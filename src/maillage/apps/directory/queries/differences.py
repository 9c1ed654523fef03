"""What changed between two versions of a text, word by word, so that a reader sees it at a glance."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

WORDS_MAX = 4_000
"""Beyond this a text is compared line by line: words would take seconds."""

_WORD = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\s+|\w+|[^\w\s]")
"""A number in groups of three digits is one word."""

_MARKS = re.compile(r"^#{1,6} |\*\*", re.MULTILINE)
"""What Markdown writes for a heading or for bold: the reader of a difference looks for words."""


@dataclass(frozen=True)
class Piece:
    """A run of the text: kept by both versions, added by the newer, or removed from the older."""

    kind: Literal["same", "added", "removed"]
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The pieces that lead from `before` to `after`, in reading order.

    Same and removed pieces put together give `before` back; same and added ones give `after`.
    """
    old, new = _split(before), _split(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    pieces: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[old_from:old_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece("removed", "".join(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece("added", "".join(new[new_from:new_to])))
    return pieces


def excerpt(pieces: list[Piece], around_characters: int = 160) -> Iterator[Piece]:
    """The pieces without their marks of Markdown, the long unchanged stretches cut, between two words, to what stands
    around the changes."""
    last = len(pieces) - 1
    for index, whole in enumerate(pieces):
        piece = Piece(whole.kind, _MARKS.sub("", whole.text) or whole.text)
        if piece.kind != "same" or len(piece.text) <= 2 * around_characters:
            yield piece
            continue
        head = piece.text[:around_characters].rpartition(" ")[0] if index > 0 else ""
        tail = piece.text[-around_characters:].partition(" ")[2] if index < last else ""
        yield Piece("same", f"{head} […] {tail}")


def _split(text: str) -> list[str]:
    words = _WORD.findall(text)
    return words if len(words) <= WORDS_MAX else text.splitlines(keepends=True)
