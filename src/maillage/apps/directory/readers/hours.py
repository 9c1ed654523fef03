"""Opening hours as files write them: in the way of OpenStreetMap, or a column for each day."""

from __future__ import annotations

import re

from maillage.apps.directory.readers.headers import day_of_header

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
    if not isinstance(value, str) or not any(map(str.isalnum, value)):
        return value if isinstance(value, list) else ""
    if _IN_THE_WAY_OF_OSM.match(value):
        return in_french(value)
    day = day_of_header(key)
    return f"{day} : {value.strip()}" if day else value
