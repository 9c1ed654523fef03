"""Days as files write them: in figures, in French words, as the numbers of spreadsheets and programs."""

from __future__ import annotations

import re
from datetime import date, timedelta

from maillage.apps.directory.readers.fields import fold_header

YEAR_MIN, YEAR_MAX = 1000, 2200
_EPOCH_SECONDS = range(86_400_000, 4_102_444_800)
_SPREADSHEET_DAYS = range(18_000, 74_000)
_NEVER_DAY = "0001-01-01"


def _calendar_day(text: str) -> str:
    """What programs write for a day, in ISO: seconds since 1970, days since 1900, `20240131`."""
    if not text.isdigit() or not text.isascii() or len(text) > 13:
        return text
    number = int(text) // 1000 if len(text) == 13 else int(text)
    if len(text) in (5,) and number in _SPREADSHEET_DAYS:
        return (date(1899, 12, 30) + timedelta(days=number)).isoformat()
    if len(text) >= 9 and number in _EPOCH_SECONDS:
        return (date(1970, 1, 1) + timedelta(seconds=number)).isoformat()
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 else text


def no_date(value: str) -> bool:
    """Registers write the first day of the first year for a day that is not known."""
    return value.strip().startswith((_NEVER_DAY, "0000-00-00"))


_ISO_DATE = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})")
_FRENCH_DATE = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")
_SHORT_DATE = re.compile(r"^(\d{1,2})[/.](\d{1,2})[/.](\d{2})$")
_WORDS_DATE = re.compile(
    r"^(?:(?:le |depuis |lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )*(\d{1,2})(?:er)? )?([a-z]{3,9}) (\d{4})$"
)
_SHORT_MONTH = re.compile(r"^(?:(\d{1,2})-)?([^\W\d_]{3,9})\.?-(\d{2})$")
"""« janv-18 », « 12-févr.-18 », as a spreadsheet shows a day."""
_MONTHS = ("janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec")
_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$|^(\d{1,2})/(\d{4})$")
_YEAR = re.compile(r"^\d{4}$")


def _month_of(word: str) -> int:
    """The month that a French word begins like; 0 for other words."""
    return next((rank for rank, begin in enumerate(_MONTHS, start=1) if word.startswith(begin)), 0)


def date_of(value: str) -> date | None:
    """A day written in ISO or French order, in figures or words, a month or a year (their first day); None when unreadable."""
    text = _calendar_day(value.strip().removesuffix(".0"))
    if match := _ISO_DATE.match(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _FRENCH_DATE.match(text):
        day, month, year = (int(part) for part in match.groups())
    elif match := _SHORT_DATE.match(text):
        day, month, year = (int(part) for part in match.groups())
        year += 2000 if year < 70 else 1900
    elif (match := _WORDS_DATE.match(fold_header(text))) and (month := _month_of(match[2])):
        day, year = int(match[1] or 1), int(match[3])
    elif (match := _SHORT_MONTH.match(text.lower())) and (month := _month_of(fold_header(match[2]))):
        day, year = int(match[1] or 1), int(match[3]) + (2000 if int(match[3]) < 70 else 1900)
    elif match := _MONTH.match(text):
        year, month = int(match[1] or match[4]), int(match[2] or match[3])
        day = 1
    elif _YEAR.match(text):
        year, month, day = int(text), 1, 1
    else:
        return None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found if YEAR_MIN <= found.year <= YEAR_MAX else None
