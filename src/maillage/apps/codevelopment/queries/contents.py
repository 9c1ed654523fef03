"""What a form or a table says of a participant, as one value."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from maillage.apps.codevelopment.choices import HalfDay
from maillage.apps.codevelopment.models import Participant
from maillage.cores.text import clean, sort_key

WORD_LENGTH_MAX = 60
WORDS_MAX = 20
_BETWEEN = re.compile(r"[,;/\n]")


@dataclass(frozen=True, kw_only=True)
class ParticipantContent:
    """`half_days` are of HalfDay; the other lists are words, each said once."""

    name: str
    structure: str = ""
    email: str = ""
    profiles: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    half_days: tuple[str, ...] = ()


def words_in(text: str) -> tuple[str, ...]:
    """The words of a line, between commas or semicolons; two ways of writing one count once."""
    found: dict[str, str] = {}
    for part in _BETWEEN.split(clean(text)):
        word = " ".join(part.split())[:WORD_LENGTH_MAX]
        if sort_key(word):
            found.setdefault(sort_key(word), word)
    return tuple(list(found.values())[:WORDS_MAX])


def half_days_in(words: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(codes in the order of the week, words that name no half-day). A day alone is both its halves."""
    names = {sort_key(str(label)): value for value, label in HalfDay.choices}
    codes: set[str] = set()
    unknown = []
    for word in words:
        key = sort_key(word)
        found = {value for name, value in names.items() if name == key or name.startswith(f"{key} ")}
        codes |= found
        if not found:
            unknown.append(word)
    return tuple(code for code in HalfDay.values if code in codes), tuple(unknown)


def content_of(participant: Participant) -> ParticipantContent:
    return ParticipantContent(
        name=participant.name,
        structure=participant.structure,
        email=participant.email,
        profiles=tuple(participant.profiles),
        sectors=tuple(participant.sectors),
        languages=tuple(participant.languages),
        half_days=tuple(participant.half_days),
    )


def participant_key(name: str, structure: str) -> str:
    """Two ways of writing one person of one structure take one place; empty when the name has no letter nor digit."""
    own = sort_key(name, length_max=80)
    return f"{own}|{sort_key(structure, length_max=79)}" if own else ""
