"""The persons that a table names: a first name in one column, the family name in another. They are asked, never published as titles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from maillage.apps.directory.readers.building import Record
from maillage.apps.directory.readers.headers import is_own, said_words

_FIRST_NAMES = re.compile(r"\b(?:(prenoms?)|first ?names?|given ?names?)\b")
_CALLED = {True: re.compile(r"\bnoms?\b"), False: re.compile(r"\bnames?\b")}
"""Whether in French: "Nom" goes with "Prénom"; a column called "name" beside it is the thing's, as mapping tools write it."""
_SURELY_FAMILY = re.compile(r"\b(?:nom (?:famille|naissance|usage|usuel)|(?:last|family) ?name|surname)\b")
_WHOLE_NAMES = frozenset(("nom complet", "full name"))


@dataclass(frozen=True)
class Named:
    """The columns that name one person. `whose` is empty for "Prénom", "referent" for "Prénom du référent"."""

    first: str
    family: tuple[str, ...]
    whose: str


def people_among(columns: Sequence[str], *, asked: bool = False) -> Iterator[Named]:
    """The persons that columns name: "Prénom" and "Nom", "Prénom du référent" and "Nom du référent".

    Of several columns called "Nom", or where another one names the person to be `asked`, only one that says that it is a
    family name, or touches "Prénom", is the person's: the others name the thing.
    """
    said = {column: said_words(column) for column in columns if is_own(column)}
    for first, words in said.items():
        match = _FIRST_NAMES.search(words)
        called = _CALLED[bool(match and match[1])]
        if match is None or called.search(whose := _besides(_FIRST_NAMES, words)):
            continue  # "Nom et prénom" stand in one column
        others = {column: words for column, words in said.items() if not _FIRST_NAMES.search(words)}
        surely = [column for column in others if _says(_SURELY_FAMILY, others[column], whose)]
        alike = [column for column in others if _says(called, others[column], whose)]
        near = [column for column in alike if abs(columns.index(column) - columns.index(first)) == 1]
        family = surely or near or ([] if asked and not whose else alike)
        whole = [column for column in others if not whose and others[column] in _WHOLE_NAMES]
        yield Named(first, (*family, *whole), whose)


def _says(pattern: re.Pattern[str], words: str, whose: str) -> bool:
    return bool(pattern.search(words)) and _besides(pattern, words) == whose


def _besides(pattern: re.Pattern[str], words: str) -> str:
    """What a header says besides, but for the number that tells two columns of one name apart."""
    return " ".join(word for word in pattern.sub(" ", words).split() if not word.isdigit())


def tell_people(fields: dict[str, str], columns: Sequence[str]) -> None:
    """First names and the family names that go with them are the person to ask; in a list of people, the title is what they stand for."""
    listed = False
    for named in list(people_among(columns, asked="contact_name" in fields.values())):
        for column in (named.first, *named.family):
            if fields[column] in ("", "title"):
                fields[column] = "contact_name"
        listed = listed or (bool(named.family) and not named.whose)
    if listed and "title" not in fields.values():
        fields |= {column: "title" for column in columns if fields[column] == "organization"}


def lists_people(fields: Mapping[str, str]) -> bool:
    """Whether the columns name persons and nothing else: who they are is no title."""
    return "title" not in fields.values() and any(
        named.family and not named.whose for named in people_among(_asked(fields))
    )


def with_whole_names(record: Record, people: Sequence[Named]) -> Record:
    """The record with first and family names put together, where the family name stood."""
    values = dict(record.values)
    for named in people:
        first, family = (values.get(column) for column in (named.first, named.family[0]))
        if isinstance(first, str) and isinstance(family, str):
            del values[named.first]
            if first.lower() not in family.lower():
                values[named.family[0]] = f"{first.strip()} {family.strip()}"
    return replace(record, values=values)


def people_asked(fields: Mapping[str, str]) -> list[Named]:
    """The persons whose first name and family name both are the person to ask."""
    return [named for named in people_among(_asked(fields)) if named.family]


def _asked(fields: Mapping[str, str]) -> list[str]:
    return [column for column, field in fields.items() if field == "contact_name"]
