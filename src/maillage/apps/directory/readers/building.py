"""From the flat values of a record, and the field that each of them feeds, to a checked row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.directory.readers.dates import date_of, no_date
from maillage.apps.directory.readers.fields import IGNORED, SECTIONS
from maillage.apps.directory.readers.headers import field_of_header, names_the_thing
from maillage.apps.directory.readers.holes import says_something
from maillage.apps.directory.readers.hours import told_hours
from maillage.apps.directory.readers.identity import computed_identifier
from maillage.apps.directory.readers.positions import (
    BadPositionError,
    Position,
    may_be_address,
    parse_number,
    position_of_degrees,
    position_of_lambert93,
    position_of_text,
    says_no_place,
)
from maillage.apps.directory.readers.rows import EXCHANGED, ImportedRow, Outcome, RowError, RowWarning
from maillage.apps.directory.readers.values import (
    TEXT_CHARS_MAX,
    concept_label,
    email_address,
    family_of,
    first_sentence,
    licence_of,
    one_line,
    phone_number,
    plain_text,
    postal_code_of,
    rounded_away,
    shorten,
    siret_of,
    split_address,
    split_labels,
    stage_of,
    storable,
    web_address,
)

TITLE_CHARS_MAX = 200
SUMMARY_CHARS_MAX = 300
LABEL_CHARS_MAX = 120
LABELS_MAX = 60
EXTRA_FIELDS_MAX = 80
EXTRA_CHARS_MAX = 2_000
NAMING_KEYS = ("label", "preflabel", "headline")

Value = str | list[str]
Mapped = Mapping[str, str]
"""Field by column or dotted key; `IGNORED` drops the column; a missing key is guessed from its own words."""


@dataclass(frozen=True)
class Record:
    """One record of a file, flat: values by column or dotted key, texts or lists of labels.

    `fields` are values that the reader already knows the field of. `position` is one the reader found, `fault` why it could not.
    """

    number: int
    values: Mapping[str, Value]
    fields: Mapping[str, Value] = field(default_factory=dict)
    position: Position | None = None
    fault: BadPositionError | None = None
    warnings: tuple[RowWarning, ...] = ()
    refusal: RowError | None = None


_SECTIONS = frozenset(SECTIONS)
_JOINED_LISTS = frozenset(("description", "opening_hours", "address", "point", *SECTIONS))
"""Fields for which a list of texts is one text; for the others its first is the one."""
_ALONE = frozenset(
    ("title", "summary", "email", "phone", "website", "source_url", "address", "city", "postal_code", "contact_name", "organization",
     "family", "siret", "stage", "licence", "started_on", "ended_on")
)  # fmt: skip
"""Fields of which a second value has no place: it is kept under the name of its column."""


class _Gathered:
    """The values of a record by field, in the order in which they came, and what had no field."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.labels: dict[str, list[str]] = {}
        self.extra: dict[str, str] = {}
        self.warnings: list[RowWarning] = []

    def add(self, name: str, value: Value, key: str = "") -> None:
        """`key` is the column that the value stands in: a second telephone is kept under its name."""
        if isinstance(value, list):
            parts = [part for part in value if part.strip()]
            self.labels.setdefault(name, []).extend(parts)
            if name in _JOINED_LISTS:
                self.texts.setdefault(name, []).append("\n".join(parts))
            elif name not in ("categories", "keywords"):
                self.texts.setdefault(name, []).extend(parts)
        elif says_something(value):
            before = self.texts.setdefault(name, [])
            if before and key and name in _ALONE and value != before[0]:
                self.keep(key, plain_text(value))
            if len(value) > TEXT_CHARS_MAX:
                self.warn(
                    name,
                    _("More than %(limit)d characters: the end was left out.") % {"limit": TEXT_CHARS_MAX},
                )
            before.append(value)

    def first(self, name: str) -> str:
        found = self.texts.get(name)
        return found[0] if found else ""

    def parsed(self, name: str, parse: Callable[[str], str]) -> str:
        """The first value of a field, cleaned; nothing is asked of `parse` when there is none."""
        found = self.texts.get(name)
        return parse(found[0]) if found else ""

    def joined(self, name: str, separator: str) -> str:
        if name not in self.texts:
            return ""
        texts = self.texts[name]
        if len(texts) == 1:
            return plain_text(texts[0])
        return separator.join(dict.fromkeys(filter(None, map(plain_text, texts))))

    def understood(self, name: str, parse: Callable[[str], str]) -> str:
        """The first value of a field that `parse` understands; when it understands none, the first is kept aside."""
        if name not in self.texts:
            return ""
        texts = list(map(plain_text, self.texts[name]))
        if found := next(filter(None, map(parse, texts)), ""):
            return found
        self.keep(name, next(filter(None, texts), ""))
        return ""

    def warn(self, name: str, message: str) -> None:
        self.warnings.append(RowWarning(name, storable(message)))

    def keep(self, key: str, text: str) -> None:
        if len(self.extra) < EXTRA_FIELDS_MAX and says_something(text):
            self.extra[key] = text[:EXTRA_CHARS_MAX]


def build_row(record: Record, mapping: Mapped, *, guess: bool = True, exchanges: bool = False) -> Outcome:
    """The row that a record makes, or why it makes none. `guess` recognises columns that `mapping` does not name.

    With `exchanges`, a position whose latitude and longitude changed places is read the other way round.
    """
    if record.refusal is not None:
        return _told(record.refusal)
    found = _gather(record, mapping, guess)
    title = _title(record, found)
    if not title:
        return RowError(record.number, "title", _("This row has no title: nothing names the initiative."))
    try:
        position = _position(record, found)
    except BadPositionError as error:
        if error.exchanged is None or not exchanges:
            reason = EXCHANGED if error.exchanged is not None else ""
            return _told(RowError(record.number, error.field, error.sentence, title, reason))
        position = error.exchanged
    return _assemble(record, found, title, position)


def _told(error: RowError) -> RowError:
    """The error in words that can be kept, whatever the file put into them."""
    field, message, title = map(storable, (error.field, error.message, error.title))
    return RowError(error.row, field, message, title, error.reason)


def _gather(record: Record, mapping: Mapped, guess: bool) -> _Gathered:
    found = _Gathered()
    found.warnings.extend(record.warnings)
    loose: dict[str, Value] = {}
    for name, value in record.fields.items():
        found.add(name, value)
    for key, value in record.values.items():
        name = mapping[key] if key in mapping else field_of_header(key) if guess else ""
        if name == IGNORED:
            continue
        if name == "title" and not names_the_thing(key):
            loose[key] = value
        elif name:
            found.add(name, told_hours(value, key) if name == "opening_hours" else value, key)
        else:
            found.keep(key, plain_text(", ".join(value) if isinstance(value, list) else value))
    for (
        key,
        value,
    ) in loose.items():  # a column called "Nom" names the thing better than "Nom du premier local"
        found.add("title", value, key)
    return found


def _position(record: Record, found: _Gathered) -> Position | None:
    """The record's own position, else that of its cells. Raises BadPositionError."""
    if record.position is not None:
        return record.position
    easting, northing = found.first("easting"), found.first("northing")
    if easting.strip() and northing.strip():
        x, y = parse_number(easting), parse_number(northing)
        if x is None or y is None:
            raise BadPositionError(
                "easting",
                _("“%(value)s” is not a number.") % {"value": (easting if x is None else northing)[:40]},
            )
        if x or y:
            return position_of_lambert93(x, y)
    latitude, longitude = found.first("latitude"), found.first("longitude")
    if latitude.strip() or longitude.strip():
        if not longitude.strip() and (pair := position_of_text(latitude)):
            return pair
        return position_of_degrees(latitude, longitude)
    for text in found.texts.get("point", ()):
        if position := position_of_text(text):
            return position
        if may_be_address(text) and "address" not in found.texts:
            found.add("address", text)  # a "location" column that holds words, not numbers
        elif not says_no_place(text):
            _keep_aside(found, one_line(text))
    if record.fault is not None:
        raise record.fault
    return None


def _keep_aside(found: _Gathered, text: str) -> None:
    """Keep what stands for a position and gives none; what only looks like one is a doubt."""
    found.keep("point", text)
    if "://" in text:
        said = _("“%(value)s” does not say its position: open this link, and copy the address of the map.")
        found.warn("point", said % {"value": text[:80]})
    elif not may_be_address(text):
        found.warn("point", _("“%(value)s” is not a position: left out.") % {"value": text[:80]})


def _assemble(record: Record, found: _Gathered, title: str, position: Position | None) -> ImportedRow:
    website = _website(found)
    summary, description = _texts(found)
    categories = _labels(found, "categories")
    address, postal_code, city = _whereabouts(found)
    siret = _checked(found, "siret", siret_of, _NOT_SIRET)
    if position is not None and position.warning:
        found.warn("latitude", position.warning)
    latitude = None if position is None else position.latitude
    longitude = None if position is None else position.longitude
    started_on, ended_on = _dates(found)
    identifier = one_line(found.first("external_id"))[:300]
    return ImportedRow(
        number=record.number,
        external_id=identifier or computed_identifier(title, postal_code or city, latitude, longitude, siret),
        title=title,
        summary=summary,
        description=description,
        categories=categories,
        keywords=_labels(found, "keywords"),
        latitude=latitude,
        longitude=longitude,
        address=address,
        postal_code=postal_code,
        city=city,
        insee_code=_insee_code(found),
        email=_checked(found, "email", email_address, _NOT_EMAIL),
        phone=_checked(found, "phone", phone_number, _NOT_PHONE)[:30],
        website=website,
        source_url=found.understood("source_url", web_address),
        opening_hours=found.joined("opening_hours", "\n"),
        started_on=started_on,
        ended_on=ended_on,
        stage=found.understood("stage", stage_of),
        family=found.understood("family", family_of),
        licence=found.understood("licence", licence_of),
        contact_name=found.parsed("contact_name", one_line)[:120],
        organization=found.parsed("organization", one_line)[:200],
        siret=siret,
        sections={
            name: text for name in found.texts if name in _SECTIONS and (text := found.joined(name, "\n\n"))
        },
        extra=found.extra,
        warnings=tuple(found.warnings),
    )


def _texts(found: _Gathered) -> tuple[str, str]:
    """The summary, made from the description when there is none, and the whole text."""
    summary = plain_text(found.first("summary"))
    description = found.joined("description", "\n\n")
    if len(summary) > SUMMARY_CHARS_MAX:
        if summary not in description:
            description = f"{summary}\n\n{description}".strip()
        summary = shorten(summary, SUMMARY_CHARS_MAX)
    if not summary:
        summary = first_sentence(description, SUMMARY_CHARS_MAX)
    return " ".join(summary.split()), description


def _labels(found: _Gathered, name: str) -> tuple[str, ...]:
    if name not in found.labels and name not in found.texts:
        return ()
    labels = [one_line(label) for label in found.labels.get(name, ())]
    for text in found.texts.get(name, ()):
        labels.extend(split_labels(text))
    if name == "categories":
        labels = [concept_label(label) if "://" in label else label for label in labels]
    kept = dict.fromkeys(
        label if len(label) <= LABEL_CHARS_MAX else shorten(label, LABEL_CHARS_MAX)
        for label in labels
        if label.strip(" -")
    )
    if len(kept) > LABELS_MAX:
        found.warn(name, _("More than %(limit)d labels: the others were left out.") % {"limit": LABELS_MAX})
    return tuple(kept)[:LABELS_MAX]


def _address(found: _Gathered) -> str:
    street = one_line(found.first("address"))
    if found.texts.keys() & _MORE_OF_A_STREET:
        street = _whole_street(found, street)
    return street if len(street) <= 240 else shorten(street, 240)


_MORE_OF_A_STREET = frozenset(("street_type", "house_number", "address_more"))


def _whole_street(found: _Gathered, street: str) -> str:
    """The street with its kind, its number and what completes it."""
    kind = one_line(found.first("street_type"))
    number = " ".join(dict.fromkeys(one_line(part) for part in found.texts.get("house_number", ())))
    whole = number and street.lower().startswith(f"{number} ".lower())
    if kind and not whole and not street.lower().startswith(kind.lower()):
        street = f"{kind} {street}".strip()
    if number and not whole and not street.startswith(number):
        street = f"{number} {street}".strip()
    for more in map(one_line, found.texts.get("address_more", ())):
        if more and more not in street:
            street = f"{street}, {more}" if street else more
    return street


_CITY_WITH_CODE = re.compile(
    r"^(?:F-)?(\d{5})\s*[-–,]?\s*(?=[^\W\d])(.{2,})$|^(.{2,}?)\s*\((\d{5}|\d{2}|2[AB]|9[78]\d)\)$"
)
"""A town with its postal code, or with the number of its département behind it."""


def _whereabouts(found: _Gathered) -> tuple[str, str, str]:
    """Street, postal code and town, told apart when one cell holds all of them."""
    postal_code = postal_code_of(found.first("postal_code"))
    city = one_line(_in_words(found.texts.get("city", ())))[:120]
    if match := _CITY_WITH_CODE.match(city):
        code = match[1] or match[4]
        postal_code, city = postal_code or (code if len(code) == 5 else ""), match[2] or match[3]
    address = _address(found)
    street, code, town = split_address(address)
    if code and postal_code in ("", code):
        address, postal_code, city = street, code, city or town
    return address, postal_code, _CEDEX.sub("", city) if "edex" in city.lower() else city


_CEDEX = re.compile(r"\s+cedex(?:\s+\d{1,2})?$", re.IGNORECASE)


def _in_words(towns: Sequence[str]) -> str:
    """The first town that is not the code of one."""
    return next((town for town in towns if not town[-1:].isdigit() or not _COMMUNE.match(town.strip())), "")


_COMMUNE = re.compile(r"^(?:\d{3,5}|2[AB]\d{3})$")


def _insee_code(found: _Gathered) -> str:
    text = found.first("insee_code").strip().upper()
    if not text and "city" in found.texts:
        text = next((town.strip() for town in found.texts["city"] if _COMMUNE.match(town.strip())), "")
    if not text:
        return ""
    if text.isdigit() and len(text) == 4:
        text = f"0{text}"
    return text if len(text) == 5 and text.isalnum() else ""


_NO_SITE = frozenset(
    ("", "http", "https", "www", "en cours", "en construction", "en cours de construction", "a venir", "à venir", "bientôt",
     "aucun", "aucune", "non", "sans", "pas de site", "néant", "neant", "?")
)  # fmt: skip
"""What people write where they have no web site."""
_HREF = re.compile(r"""\bhref\s*=\s*["']?\s*([^"'\s>]{4,500})""", re.IGNORECASE)


_SEVERAL_SITES = re.compile(r"\s*[;,|]\s*(?=https?://|www\.)", re.IGNORECASE)


def _addresses_among(text: str) -> list[str]:
    return [*_HREF.findall(text), *re.split(r"[\s,;|]+", text)]


def _website(found: _Gathered) -> str:
    """The first address that is one. What else stood there is kept: people write "page Facebook" in this column."""
    kept = ""
    for text in found.texts.get("website", ()):
        several = _SEVERAL_SITES.split(text)
        address = next(filter(None, map(web_address, several)), "") or next(
            filter(None, map(web_address, _addresses_among(text))), ""
        )
        if address:
            kept = kept or address
            if len(text) > len(address) + 8 and "<" not in text:
                found.keep("website", one_line(text))  # another address, or words, stand in the same cell
        elif (words := one_line(text)).lower().rstrip(".!: /") not in _NO_SITE:
            found.add("description", _("Web site: %(words)s") % {"words": words})
            found.warn(
                "website",
                _("“%(value)s” is not a web address: kept in the description.") % {"value": words[:80]},
            )
    return kept


def _checked(found: _Gathered, name: str, parse: Callable[[str], str], sentence: str | Promise) -> str:
    if name not in found.texts:
        return ""
    text = one_line(found.first(name))
    if not text:
        return ""
    value = parse(found.first(name) if name == "email" else text)
    if not value:
        found.keep(name, text)
        if text.lower() not in _HIDDEN and text.strip("0 .-"):
            said = _ROUNDED if name == "siret" and rounded_away(text) else sentence
            found.warn(name, str(said) % {"value": text[:60]})
    elif sum(map(str.isdigit, text)) > 15 and name == "phone":
        found.keep(name, text)  # a second number stands in the same cell
    elif text.count("@") > 1 and name == "email":
        found.keep(name, text)
    return value


_HIDDEN = frozenset(("private", "hidden", "privé", "masqué", "aucun", "aucune", "non", "sans"))
"""What stands where people would not tell: not a fault of the file."""
_ROUNDED = gettext_lazy(
    "“%(value)s”: the spreadsheet rounded this number and its last digits are lost. Format the column as text and export again."
)


_NOT_EMAIL = gettext_lazy("“%(value)s” is not an e-mail address: left out.")
_NOT_PHONE = gettext_lazy("“%(value)s” is not a telephone number: left out.")
_NOT_SIRET = gettext_lazy("“%(value)s” is not a SIRET: its key is wrong. Left out.")


def _dates(found: _Gathered) -> tuple[date | None, date | None]:
    if "started_on" not in found.texts and "ended_on" not in found.texts:
        return None, None
    dates: list[date | None] = []
    for name in ("started_on", "ended_on"):
        text = found.first(name)
        if no_date(text):
            text = ""
        day = date_of(text) if text else None
        if text and day is None:
            found.keep(name, one_line(text))
            found.warn(name, _("“%(value)s” is not a date: left out.") % {"value": one_line(text)[:40]})
        dates.append(day)
    if dates[0] and dates[1] and dates[1] < dates[0]:
        found.warn("ended_on", _("The end comes before the start: the end was left out."))
        dates[1] = None
    return dates[0], dates[1]


def _title(record: Record, found: _Gathered) -> str:
    """The title; a short `label` stands for it where nothing else names the thing, or else who carries it."""
    title = one_line(found.first("title"))
    if title:
        if len(title) > TITLE_CHARS_MAX:
            found.keep("title", title)
        return shorten(title, TITLE_CHARS_MAX)
    for key, value in record.values.items():
        last = key.replace(":", ".").rsplit(".", 1)[-1].lower()
        if last in NAMING_KEYS and isinstance(value, str) and 0 < len(value) <= TITLE_CHARS_MAX:
            return plain_text(value)
    return shorten(one_line(found.first("organization")), TITLE_CHARS_MAX)
