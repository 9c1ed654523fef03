"""Opening hours as files write them: in the way of OpenStreetMap, a column for each day, or objects nested in many ways."""

from __future__ import annotations

import re

from maillage.apps.directory.readers.headers import day_of_header
from maillage.apps.directory.readers.labels import text_of

_DAYS = {
    "Mo": "lun.", "Tu": "mar.", "We": "mer.", "Th": "jeu.", "Fr": "ven.", "Sa": "sam.", "Su": "dim.", "PH": "jours fériés",
    "SH": "vacances scolaires", "off": "fermé",
}  # fmt: skip
_DAY = re.compile(r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH|off)\b")
_IN_THE_WAY_OF_OSM = re.compile(r"^(?:Mo|Tu|We|Th|Fr|Sa|Su|PH)\b[-,; ]")


def in_french(hours: str) -> str:
    """Hours in the way of OpenStreetMap, with the days in French."""
    return _DAY.sub(lambda day: _DAYS[day[0]], hours.replace(";", " ;"))


def told_hours(value: str | list[str], key: str) -> str | list[str]:
    """The hours of a column: days in French, and the day first that the column (`h_lundi`) holds those of."""
    day = day_of_header(key)
    if isinstance(value, list):
        return told_hours(", ".join(value), key) if day else [str(told_hours(each, key)) for each in value]
    if not any(map(str.isalnum, value)):
        return ""
    if _IN_THE_WAY_OF_OSM.match(value):
        return in_french(value)
    return f"{day} : {value.strip()}" if day else value


_NAMES_OF_DAYS = {
    "mo": "lundi", "tu": "mardi", "we": "mercredi", "th": "jeudi", "fr": "vendredi", "sa": "samedi", "su": "dimanche",
    "monday": "lundi", "tuesday": "mardi", "wednesday": "mercredi", "thursday": "jeudi", "friday": "vendredi",
    "saturday": "samedi", "sunday": "dimanche",
    "lun": "lundi", "mar": "mardi", "mer": "mercredi", "jeu": "jeudi", "ven": "vendredi", "sam": "samedi", "dim": "dimanche",
}  # fmt: skip
_NAMES_OF_DAYS |= {day: day for day in _NAMES_OF_DAYS.values()}


def hours_of_days(value: dict[str, object], *, named: bool) -> str | None:
    """The hours of an object with a value under each of its days; None for other objects.

    One day alone tells hours only under a key that is `named` so: `{"fr": …}` is a language.
    """
    if not all(day.lower() in _NAMES_OF_DAYS for day in value) or len(value) < (
        1 if named and "fr" not in value else 2
    ):
        return None
    told = ((_NAMES_OF_DAYS[day.lower()], _hours_of_day(hours)) for day, hours in value.items())
    return "\n".join(f"{day} : {hours}" for day, hours in told if hours)


_EDGES = (
    ("start", "end"),
    ("opens", "closes"),
    ("open", "close"),
    ("debut", "fin"),
    ("ouverture", "fermeture"),
    ("from", "to"),
)


def _hours_of_day(value: object) -> str:
    """A text, several, or spans with their two edges, numbered as GoGoCarto does (`slot1start`, `slot1end`) or not."""
    if isinstance(value, list):
        return ", ".join(filter(None, map(_hours_of_day, value)))
    if not isinstance(value, dict):
        said = text_of(value)
        time = _TIME.match(said)
        return time[1] if time else said
    if "date" in value:
        return _hours_of_day(value["date"])
    spans = [
        f"{_hours_of_day(value[key])}–{_hours_of_day(value[last])}"
        for first, end in _EDGES
        for key in value
        if key.endswith(first) and (last := key.removesuffix(first) + end) in value
    ]
    return ", ".join(span for span in spans or map(_hours_of_day, value.values()) if span.strip("–"))


_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ](\d\d:\d\d)")
"""A time of day, that programs write with a day that means nothing."""


def hours_of_list(values: list[object]) -> str:
    """Schema.org's `openingHoursSpecification` in words; empty when the list is something else."""
    lines = []
    for value in values:
        if isinstance(value, dict) and "nom_jour_debut" in value:
            lines.append(_hours_of_office(value))
            continue
        if not isinstance(value, dict) or "opens" not in value:
            return ""
        days = value.get("dayOfWeek")
        names = [str(day).rsplit("/", 1)[-1].lower() for day in (days if isinstance(days, list) else [days])]
        said = ", ".join(_NAMES_OF_DAYS.get(name, name) for name in names)
        lines.append(f"{said} : {text_of(value['opens'])}–{text_of(value.get('closes'))}")
    return "\n".join(lines)


def _hours_of_office(value: dict[str, object]) -> str:
    """The hours of the national directory of public offices: from one day to another, twice a day at most."""
    first, last = (text_of(value.get(key)) for key in ("nom_jour_debut", "nom_jour_fin"))
    spans = [
        "–".join(text_of(value.get(f"valeur_heure_{edge}_{rank}"))[:5] for edge in ("debut", "fin"))
        for rank in (1, 2)
    ]
    days = first if last in ("", first) else f"{first} – {last}"
    said = f"{days.lower()} : {', '.join(span for span in spans if span.strip('–'))}"
    comment = text_of(value.get("commentaire"))
    return f"{said} ({comment})" if comment else said


def is_seven_texts(values: list[object]) -> bool:
    return len(values) == 7 and all(isinstance(value, str) for value in values)


def hours_of_week(values: list[object]) -> str:
    """Seven texts are the hours of the seven days, from Monday on; empty when none of them says anything."""
    named = zip(dict.fromkeys(_NAMES_OF_DAYS.values()), map(text_of, values), strict=True)
    return "\n".join(f"{day} : {hours}" for day, hours in named if any(map(str.isalnum, hours)))
