"""The mapping proposed for the columns of a file, from their headers first and from their values then."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from maillage.apps.directory.readers.boxes import choice_of_header, holds_boxes
from maillage.apps.directory.readers.building import NAMING_KEYS, Record, Value
from maillage.apps.directory.readers.dates import date_of
from maillage.apps.directory.readers.fields import IGNORED, fold_header
from maillage.apps.directory.readers.headers import (
    day_of_header,
    field_of_header,
    is_own,
    loose_field_of_header,
    said_words,
)
from maillage.apps.directory.readers.people import lists_people, tell_people
from maillage.apps.directory.readers.positions import BadPositionError, parse_number, position_of_text
from maillage.apps.directory.readers.values import email_address, siret_of

SAMPLE_RECORDS = 200
EXAMPLES = 3


@dataclass(frozen=True)
class ColumnProposal:
    """`reason` is "header", "values" or "" when nothing is proposed."""

    column: str
    field: str
    reason: str
    examples: tuple[str, ...]


def propose_mapping(
    columns: Sequence[str], samples: Iterable[Record], known: dict[str, str]
) -> list[ColumnProposal]:
    """One proposal per column, in their order. `known` is what the form of the file itself says.

    Headers that are known words come first, then headers that say a field among other words, then values.
    """
    sample = list(islice(samples, SAMPLE_RECORDS))
    values = _values_by_column(columns, sample)
    fields = {
        column: known[column]
        if column in known
        else _believed(column, field_of_header(column), values[column])
        for column in columns
    }
    _drop_inner_names(fields, known)
    taken = set(fields.values()) - {""}
    for column in [column for column in columns if not fields[column] and column not in known]:
        field = _believed(column, loose_field_of_header(column), values[column])
        if field and (field not in taken or field in _GATHERED or field == IGNORED or day_of_header(column)):
            fields[column] = field
            taken.add(field)
    free = [column for column in columns if column not in known]
    _drop_filling_times(fields, free)
    _tell_creation(fields, free, values)
    tell_people(fields, free)
    _tell_labelled(fields, free, values)
    _tell_carriers(fields, free, values)
    reasons = {column: "header" for column, field in fields.items() if field}
    taken = set(fields.values()) - {""} | ({"title"} if lists_people(fields) else set())
    if "title" not in taken and (
        naming := _naming_column([column for column in columns if fields[column] != "categories"], values)
    ):
        fields[naming], reasons[naming] = "title", "header"
        taken.add("title")
    if any(record.position for record in sample):
        taken |= {"latitude", "longitude", "point"}  # what says where it is stands outside of the columns
    for column in [column for column in free if not fields[column]]:
        if field := _field_of_values(column, values[column], taken):
            taken.add(field)
            fields[column], reasons[column] = field, "values"
    _drop_half_positions(fields, reasons)
    if "title" not in taken and taken & _WHERE and (naming := _first_words(free, fields, values)):
        fields[naming], reasons[naming] = "title", "values"
    return [
        ColumnProposal(column, fields[column], reasons.get(column, ""), _examples(values[column]))
        for column in columns
    ]


_GATHERED = frozenset(("title", "categories", "keywords", "description", "phone", "website", "house_number"))
"""Fields that several columns may feed: the first that is filled wins, or all are joined."""
_WHERE = frozenset(("latitude", "easting", "point", "address", "city", "postal_code", "insee_code"))
"""Fields that tell where: a table that has one of them tells of things, which its first words name."""


def _drop_half_positions(fields: dict[str, str], reasons: dict[str, str]) -> None:
    """Figures that look like degrees are some when both halves of a position are there: a rate of 7.4 % is no longitude."""
    there = set(fields.values())
    if {"latitude", "longitude"} <= there:
        return
    for column, field in fields.items():
        if field in ("latitude", "longitude") and reasons.get(column) == "values":
            fields[column] = ""
            del reasons[column]


_OF_THE_THING = frozenset(("title", "summary", "website", "external_id"))


def _drop_inner_names(fields: dict[str, str], known: Mapping[str, str]) -> None:
    """Where the thing itself has a name, those of what it holds (`network.name`) are not its own; a body that it names carries it."""
    own = {field for column, field in fields.items() if is_own(column)}
    for column, field in fields.items():
        if field in _OF_THE_THING & own and column not in known and not is_own(column):
            carries = field == "title" and _first_said(column.rsplit(".", 1)[0]) == "body"
            fields[column] = "organization" if carries else ""


_DEED = re.compile(r"\b(?:initiatives?|projets?|actions?|projects?)\b")
_BODY = re.compile(
    r"\b(?:structures?|organismes?|associations?|organisations?|entreprises?|etablissements?|raison sociale|denomination|enseigne)\b"
)
_BARE_DEEDS = frozenset(("projet", "action", "project"))
"""What alone in a header names what is done or tells of it at length: its values say which."""
_BARE_BODIES = frozenset(("association", "entreprise", "collectif", "cooperative"))
"""What alone in a header names a body or says whether it is one."""


def _tell_carriers(fields: dict[str, str], columns: Sequence[str], values: Mapping[str, list[str]]) -> None:
    """Where a table names what is done, the body that it names too carries it: `Structure;Initiative`.

    What is done must be named at least every other time that the body is: a column that few rows fill would leave the others
    without a title.
    """
    named = [column for column in columns if fields[column] == "title"]
    free = {column: said_words(column) for column in columns if values[column] and not fields[column]}
    bodies = [column for column in named if _first_said(column) == "body"] + [
        column for column, said in free.items() if said in _BARE_BODIES and max(map(len, values[column])) > 3
    ]
    if not bodies and (named or "organization" not in fields.values()):
        return
    deeds = [column for column in named if _first_said(column) == "deed"] or [
        column for column, said in free.items() if said in _BARE_DEEDS and _looks_like_names(values[column])
    ]
    often = max((len(values[column]) for column in deeds), default=0)
    if often and 2 * often >= max((len(values[column]) for column in bodies), default=0):
        fields |= dict.fromkeys(deeds, "title") | dict.fromkeys(bodies, "organization")
    elif not named:
        fields |= dict.fromkeys(bodies, "title")


def _tell_labelled(fields: dict[str, str], columns: Sequence[str], values: Mapping[str, list[str]]) -> None:
    """Of "lieu" and "lieuLabel", as Wikidata's answers call them, the first identifies the thing and the second names it."""
    if "external_id" in fields.values():
        return
    for column in columns:
        label = fields.get(f"{column}Label")
        if label is None or not values[column] or not all(map(_ENTITY.match, values[column])):
            continue
        if label == "title" or "title" not in fields.values():
            fields |= {column: "external_id", f"{column}Label": "title"}
            return


def _drop_filling_times(fields: dict[str, str], columns: Sequence[str]) -> None:
    """KoboToolbox's `start` and `end` are when a form was filled in."""
    if {"_submission_time", "_uuid"} & set(columns):
        fields |= {column: "" for column in ("start", "end") if column in columns}


def _tell_creation(fields: dict[str, str], columns: Sequence[str], values: Mapping[str, list[str]]) -> None:
    """A "date de création" is that of the thing, unless days with their hours, or the day of a change beside it, are those of its record."""
    said = {column: said_words(column) for column in columns if is_own(column)}
    if "started_on" in fields.values() or any(map(_CHANGED.search, said.values())):
        return
    for column, words in said.items():
        if words == "date creation" and values[column] and all(map(_is_day, values[column])):
            fields[column] = "started_on"
            return


_CHANGED = re.compile(r"\b(?:modif\w*|maj|mise a? ?jour|publication|soumission|updated|modified)\b")


def _is_day(value: str) -> bool:
    return ":" not in value and (date_of(value) is not None or not any(map(str.isdigit, value)))


_ENTITY = re.compile(r"https?://[\w.-]+/entity/[QL]\d+$|[QL]\d+$")


def _first_said(header: str) -> str:
    """Whether a header names a deed or a body, the first that it says: "Nom du projet de la structure" names a project."""
    words = said_words(header)
    found = {
        kind: match.start()
        for kind, match in (("deed", _DEED.search(words)), ("body", _BODY.search(words)))
        if match
    }
    return min(found, key=lambda kind: found[kind], default="")


def _naming_column(columns: Sequence[str], values: Mapping[str, list[str]]) -> str:
    """A column called "label", when nothing else names the thing and its values are short."""
    for column in columns:
        last = column.replace(":", ".").rsplit(".", 1)[-1].lower()
        if last in NAMING_KEYS and values[column] and _looks_like_names(values[column]):
            return column
    return next((column for column in columns if _NAME_OF_PLACE.search(column) and values[column]), "")


_NAME_OF_PLACE = re.compile(r"(?:^|\.)(?:location|place|lieu)\.(?:name|nom|title|titre)$", re.IGNORECASE)
"""What names the place names the thing where nothing else does: the places that one saved on a map of Google's."""


def _first_words(columns: Sequence[str], fields: Mapping[str, str], values: Mapping[str, list[str]]) -> str:
    """The first column of words that is nothing else, filled as often as any: people put the name first."""
    most = max(map(len, values.values()), default=0)
    for column in columns:
        words = values[column]
        if (
            not fields[column]
            and "[" not in column
            and len(words) > 1
            and len(words) >= 0.8 * most
            and not _NAMES_ELSE.search(fold_header(column))
            and not loose_field_of_header(column)
            and all(2 < len(word) <= 150 and re.search(r"[^\W\d_]{3}", word) for word in words)
        ):
            return column
    return ""


_CODE = re.compile(r"^(?:[A-Z]?\d[\d.\-]*[A-Z]?|[A-Z]{1,2}|\d+(?:\.\d+)?)$")


_NUMBERS = re.compile(r"\d+(?:, \d+)*")
_RESOURCE = re.compile(r"[a-z_]+--[a-z_]+")
"""What an interface calls the kind of its answers: `node--lieu`."""


def _believed(column: str, field: str, values: Sequence[str]) -> str:
    """The field that a header names, unless the values say that it cannot be."""
    if not field or not values:
        return field
    boxes = field == "categories" and choice_of_header(column)
    if field in ("categories", "keywords") and not boxes and all(map(_NUMBERS.fullmatch, values)):
        return ""  # identifiers of categories, that only the site they come from knows the names of
    if field == "categories" and all(map(_RESOURCE.fullmatch, values)):
        return ""
    if (
        field in ("categories", "description", "point", "address")
        and not boxes
        and all(_CODE.match(value) for value in values)
    ):
        return ""  # register codes: "38.32Z", "D", "009085"
    if field in ("categories", "keywords") and not boxes and holds_boxes(values):
        return ""  # « Thème prioritaire : oui »
    if (
        field in ("latitude", "longitude")
        and len(values) > 2
        and not any(parse_number(value) is not None for value in values)
    ):
        return ""
    if field == "description" and said_words(column).startswith("activite"):
        return "categories" if sum(map(len, values)) <= 40 * len(values) else field
    return field


def _values_by_column(columns: Sequence[str], samples: Iterable[Record]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {column: [] for column in columns}
    for record in samples:
        for column, value in record.values.items():
            if column in values and (text := _text(value)):
                values[column].append(text)
    return values


def _text(value: Value) -> str:
    return ", ".join(value) if isinstance(value, list) else value.strip()


def _examples(values: list[str]) -> tuple[str, ...]:
    return tuple(value[:80] for value in list(dict.fromkeys(values))[:EXAMPLES])


def _field_of_values(column: str, values: list[str], taken: set[str]) -> str:
    if len(values) < 2:
        return ""
    for field, looks_right in _SHAPES:
        if field not in taken and sum(map(looks_right, values)) >= 0.8 * len(values):
            return field
    if "title" not in taken and not _NAMES_ELSE.search(fold_header(column)) and _looks_like_names(values):
        return "title"
    if "description" not in taken and sum(map(len, values)) / len(values) > 120:
        return "description"
    return ""


_CODES = re.compile(r"\d{1,2}(?:[,;/ ]+\d{1,2})+")
"""The numbers of answers that were chosen: `1,2,3,4` is no latitude 1.2 and longitude 3.4."""


def _is_point(value: str) -> bool:
    if _CODES.fullmatch(value.strip()):
        return False
    try:
        return position_of_text(value) is not None
    except BadPositionError:
        return False


def _between(low: float, high: float) -> Callable[[str], bool]:
    def looks_right(value: str) -> bool:
        number = parse_number(value)
        return number is not None and low <= number <= high and not value.strip().isdigit()

    return looks_right


_SHAPES: tuple[tuple[str, Callable[[str], bool]], ...] = (
    ("email", lambda value: bool(email_address(value))),
    ("siret", lambda value: bool(siret_of(value))),
    ("point", _is_point),
    ("website", lambda value: bool(re.match(r"https?://|www\.", value))),
    ("phone", lambda value: bool(re.match(r"^(?:\+33|0)[\s.]?[1-9](?:[\s.-]?\d\d){4}$", value))),
    ("postal_code", lambda value: bool(re.match(r"^(?:0[1-9]|[1-8]\d|9[0-8])\d{3}$", value))),
    ("latitude", _between(41, 51.6)),
    ("longitude", _between(-5.6, 9.8)),
)


_NAMES_ELSE = re.compile(
    r"\b(?:region|departement|pays|date|code|canton|epci|prenom|utilisateur|besoin|statut|etat)|^(?:id|ref|reg|dep|insee|siren)\b|\b(?:id|reg|dep)$"
)
"""Headers of columns that hold names of other things than the initiative."""


def _looks_like_names(values: list[str]) -> bool:
    """Short, nearly all different, with letters: what a column of names looks like."""
    short = all(1 < len(value) <= 150 for value in values) and sum(map(len, values)) >= 6 * len(values)
    return (
        short
        and len(set(values)) > 0.8 * len(values)
        and all(re.search(r"[^\W\d_]{2}", value) for value in values)
    )
