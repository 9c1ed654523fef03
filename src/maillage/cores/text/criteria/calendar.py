"""Dates and periods as French says them, and days of the week."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from maillage.cores.text.criteria.numbers import NUMBER, number_of
from maillage.cores.text.criteria.spelled import MARK, SAID
from maillage.cores.text.criteria.values import Criterion, Sheet

_MONTHS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
_MONTH_FORMS = {name: number for number, name in enumerate(_MONTHS, 1)} | {
    "janv": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12
}  # fmt: skip
_SHORT_MONTHS = sorted(set(_MONTH_FORMS) - set(_MONTHS), key=len, reverse=True)
_MONTH = rf"(?:(?:{'|'.join(_MONTHS)})\b|(?:{'|'.join(_SHORT_MONTHS)})\b\.?)"
_SEASONS = {"printemps": (3, 5), "ete": (6, 8), "automne": (9, 11), "hiver": (12, 2)}
_DAYS = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()
_DAY_CODES = "mon tue wed thu fri sat sun".split()
_WEEKDAY = rf"(?:{'|'.join(_DAYS)})"
_YEAR = r"20\d\d"

_DAY = rf"(?:(?:le |{_WEEKDAY} )*{SAID}(?P<day>1er|premier|[12]?\d|3[01])(?:er)? (?P<day_month>{_MONTH})(?: (?P<day_year>{_YEAR}))?)"
_MEASURED = "(?:d')?(?:heure|journee)s?|(?:jour|semaine|an|personne|enfant|jeune|adulte|adherent|benevole)s|mois|h|m[23]|k[gm]|poste|temps|€|euros?"
"""After « 6-10 » or « 2/3 », which are then no day: « 6-10 ans », « 2/3 personnes »."""
_NUMERIC = rf"(?:(?:le )?(?P<n_day>[0-3]?\d)[/.-](?P<n_month>[01]?\d)(?:[/.-](?P<n_year>{_YEAR}|\d\d))?(?![\d/])(?! ?(?:{_MEASURED})(?!\w)))"
_PART = r"(?P<part>debut|mi|mi-|fin|la fin|le debut|la mi|courant|a la fin|milieu)"
_NAMED = (
    rf"(?:(?:{_PART}(?: de| du| d'|-)? ?)?(?:le mois (?:de |d')|mois (?:de |d')|l'|le |la )?"
    rf"(?:(?P<month>{_MONTH})(?: (?P<month_year>{_YEAR}))?"
    rf"|(?P<season>printemps|ete|automne|hiver)(?: (?P<season_year>{_YEAR}|prochain))?"
    rf"|(?P<back>rentree)(?: (?:scolaire|de septembre|prochaine))?(?: (?P<back_year>{_YEAR}))?"
    rf"|(?P<quarter>premier|1er|deuxieme|2e|2eme|second|troisieme|3e|3eme|quatrieme|4e|4eme|dernier) (?P<span>trimestre|semestre)(?: (?P<quarter_year>{_YEAR}))?"
    rf"|(?:l'annee )?(?P<year>{_YEAR})(?! ?(?:€|euros?|m ?2|kg|personnes))"
    r"|(?(part)(?P<current>annee|(?<!de )mois(?! de\b| d')|(?<!de )semaine)(?P<following> prochaine?)?|(?!))|(?P<feast>noel)))"
)
_RELATIVE = (
    r"(?P<relative>(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)(?: prochain)?|demain|apres-demain|aujourd'hui|ce week-end|cette semaine|la semaine prochaine|semaine prochaine|"
    r"ce mois-ci|le mois prochain|mois prochain|cette annee|l'an(?:nee)? prochaine?|l'annee prochaine)"
)
_IN = rf"(?:(?:dans|sous|d'ici|d'ici a|dans les|sous les)(?P<in_les> les)? (?P<in_number>{NUMBER}) ?(?P<in_unit>jours?|semaines?|mois|ans?)(?!\w)(?P<in_half> et demie?(?![\w-]))?(?: prochains?)?(?: qui viennent)?)"
_POINT = rf"(?:{_NUMERIC}|{_DAY}|{_RELATIVE}|{_NAMED})"
_NOT = r"(?:pas|jamais) (?:(?:disponible|libre|ouvert|pret|possible|accessible)e?s? )?"
"""« pas avant X » begins at X, « pas après X » ends there."""
_LEAD = (
    r"(?P<lead>d'ici (?:a |au |a la |le |la |l')?|"
    rf"(?P<negated>{_NOT})?(?:avant |apres |au[- ]dela (?:de |du |d'))(?:le |la |l'|les )?|"
    r"(?:au plus tard |pas plus tard qu(?:e |'))(?:le |en |a la |fin )?|jusqu'(?:a |au |en |a la |a l')(?:le |la |l')?|"
    r"a partir (?:de |du |d')(?:la |l')?|a compter (?:du |de )|des (?:le |la |l')?|depuis (?:le |la |l')?|pour (?:le |la |l')?|"
    r"en |au |aux |a la |cet |cette |ce |courant |le |la |l')?"
)
_SINGLE = re.compile(rf"(?:\b|(?={MARK})){_LEAD}{_POINT}(?!\w)")
_WITHIN = re.compile(rf"\b{_IN}")
_AWAY = re.compile(
    rf"\b(?P<negated>{_NOT})?avant (?:les )?(?P<number>{NUMBER}) ?(?P<unit>jours?|semaines?|mois)(?!\w)"
)
"""« pas avant 3 mois »; in years it would be an age."""


def _edge(end: str, month: str) -> str:
    """The pattern of one end of a period, « le lundi 3 mars 2027 » or « la mi-mars », its groups called from_… or to_…"""
    return (
        rf"(?:(?:le )?(?:{_WEEKDAY} )?{SAID}(?P<{end}_day>1er|premier|[12]?\d|3[01])(?: (?P<{end}_month>{_MONTH})){month}"
        rf"|(?:l[ea] )?(?:(?P<{end}_part>debut|mi|fin)[- ]?(?:du |de |d')?)?(?:mois (?:de |d'))?(?P<{end}_whole>{_MONTH}))"
        rf"(?: (?P<{end}_year>{_YEAR}))?"
    )


_RANGE = re.compile(
    rf"\b(?:a partir )?(?:du |de |d'|entre ){_edge('from', '?')}(?:,? et)? (?:jusqu'(?:en |au? )|au? |et ){_edge('to', '')}(?!\w)"
)
_DASHED = re.compile(
    rf"(?<![\w/.,-])(?P<from_day>1er|[12]?\d|3[01])(?: (?P<from_month>{_MONTH}))? ?- ?(?P<to_day>[12]?\d|3[01]|1er) (?P<to_month>{_MONTH})(?: (?P<to_year>{_YEAR}))?"
)
_DAY_LIST = re.compile(
    rf"\bles (?:{_WEEKDAY}s? )?(?P<days>(?:1er|[12]?\d|3[01])(?:, (?:[12]?\d|3[01]))* et (?:[12]?\d|3[01])) (?P<month>{_MONTH})(?: (?P<year>{_YEAR}))?"
)
_NUMERIC_RANGE = re.compile(
    r"\b(?:du|entre le) (?P<from_day>[0-3]?\d)(?:/(?P<from_month>[01]?\d))?(?:/(?P<from_year>20\d\d|\d\d))? (?:au|et le) "
    r"(?P<to_day>[0-3]?\d)/(?P<to_month>[01]?\d)(?:/(?P<to_year>20\d\d|\d\d))?"
)
_YEAR_RANGE = re.compile(rf"\b(?:de |entre )?(?P<from>{_YEAR})(?: a | et |-)(?P<to>{_YEAR})\b")
_WEEK = re.compile(
    rf"\b(?:(?P<range>du (?P<first>{_WEEKDAY}) au (?P<last>{_WEEKDAY}))|(?P<days>(?:(?:tous )?les |chaque |le )?{_WEEKDAY}s?(?:(?:, | et | ou |, le |, les | et le | ou le | et les | ou les ){_WEEKDAY}s?)*)"
    r"|(?P<weekend>(?:le|les|chaque|tous les|en) week-ends?)|(?P<working>en semaine))"
    r"(?P<part> (?:matins?|apres-midis?|soirs?|midis?)| en soiree| en journee)?(?!\w)"
)
_PARTS = {
    "matin": "morning",
    "apres": "afternoon",
    "soir": "evening",
    "midi": "noon",
    "en soiree": "evening",
    "en journee": "day",
}


@dataclass(frozen=True, slots=True)
class _Period:
    """From `first` to `last`, both in it. `whole` when it was named as a whole (a month, a season), not by its days."""

    first: date
    last: date
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Edge:
    """An end of a period, in any year: a day, or a month, or a part of one."""

    month: int
    day: int | None
    part: str | None = None

    def within(self, year: int) -> _Period:
        if self.day:
            day = date(year, self.month, self.day)
            return _Period(day, day)
        return _part_of(_month(year, self.month), self.part)


def read_periods(sheet: Sheet, today: date) -> Iterator[Criterion]:
    """Periods, the longest expressions first; what a reading covers is not read again."""
    for pattern, reader in (
        (_NUMERIC_RANGE, _numeric_range),
        (_RANGE, _range),
        (_DASHED, _dashed),
        (_DAY_LIST, _day_list),
        (_YEAR_RANGE, _year_range),
        (_WITHIN, _within),
        (_AWAY, _away),
        (_SINGLE, _single),
    ):
        for found in list(pattern.finditer(sheet.text)):
            try:
                read = reader(found, today)
            except (ValueError, OverflowError):  # the 31st of a month of thirty days is no date
                continue
            if read is not None:
                sheet.cover(found.span())
                yield Criterion("period", begins=read[0], ends=read[1], span=found.span())


def read_weekdays(sheet: Sheet) -> Iterator[Criterion]:
    for found in _WEEK.finditer(sheet.text):
        if found["range"]:
            first, last = _DAYS.index(found["first"]), _DAYS.index(found["last"])
            days = [(first + step) % 7 for step in range((last - first) % 7 + 1)]
        elif found["days"]:
            days = sorted({_DAYS.index(day) for day in re.findall(_WEEKDAY, found["days"])})
        else:
            days = [5, 6] if found["weekend"] else [0, 1, 2, 3, 4]
        unit = ",".join(_DAY_CODES[day] for day in days)
        if found["part"]:
            said = found["part"].strip()
            unit += "/" + next(code for word, code in _PARTS.items() if said.startswith(word))
        yield Criterion("weekdays", unit, span=found.span())


_HALF_DAYS = {"j": 0, "s": 3, "m": 15}
_DEADLINES = (
    "d'ici",
    "avant",
    "jusqu",
    "au plus tard",
    "pas",
    "jamais",
    "au dela",
    "au-dela",
    "a partir",
    "des",
    "apres",
    "pour",
    "ce",
)
Read = tuple[date | None, date | None] | None


def _numeric_range(found: re.Match[str], today: date) -> Read:
    first, last = (
        _Edge(int(found[f"{end}_month"] or found["to_month"]), int(found[f"{end}_day"]))
        for end in ("from", "to")
    )
    return _between(first, found["from_year"], last, found["to_year"], today)


def _range(found: re.Match[str], today: date) -> Read:
    last_month = found["to_month"] or found["to_whole"]
    first_month = found["from_month"] or found["from_whole"] or last_month
    first, last = (
        _Edge(
            _month_number(month),
            _day_number(found[f"{end}_day"]) if found[f"{end}_day"] else None,
            found[f"{end}_part"],
        )
        for end, month in (("from", first_month), ("to", last_month))
    )
    return _between(first, found["from_year"], last, found["to_year"], today)


def _dashed(found: re.Match[str], today: date) -> Read:
    first, last = (
        _Edge(_month_number(found[f"{end}_month"] or found["to_month"]), _day_number(found[f"{end}_day"]))
        for end in ("from", "to")
    )
    return _between(first, None, last, found["to_year"], today)


def _between(first: _Edge, first_year: str | None, last: _Edge, last_year: str | None, today: date) -> Read:
    """From the one to the other; without a year, the next such period that is not over."""
    began = _year_number(first_year) if first_year else None
    ended = _year_number(last_year) if last_year else None
    if ended is None:
        ended = began or today.year
        ended += last.within(ended).last < (first.within(began).first if began else today)
    ends = last.within(ended).last
    if began is None:
        began = ended - (first.within(ended).first > ends)
    return first.within(began).first, ends


def _day_list(found: re.Match[str], today: date) -> Read:
    days = [_day_number(day) for day in re.findall(r"1er|\d+", found["days"])]
    month = _month_number(found["month"])
    if found["year"]:
        year = int(found["year"])
    else:
        year = _next(month, max(days), today).year
    return date(year, month, min(days)), date(year, month, max(days))


def _year_range(found: re.Match[str], today: date) -> Read:
    return date(int(found["from"]), 1, 1), date(int(found["to"]), 12, 31)


def _within(found: re.Match[str], today: date) -> Read:
    count = int(number_of(found["in_number"])[0])
    unit = found["in_unit"]
    day = _later(today, count, unit)
    if found["in_half"]:
        day = _later(day, 6, "mois") if unit.startswith("a") else day + timedelta(days=_HALF_DAYS[unit[0]])
    return (day, day) if found[0].startswith("dans") and "les" not in found[0].split()[:2] else (None, day)


def _away(found: re.Match[str], today: date) -> Read:
    day = _later(today, int(number_of(found["number"])[0]), found["unit"])
    return (day, None) if found["negated"] else (None, day)


def _single(found: re.Match[str], today: date) -> Read:
    lead = (found["lead"] or "").strip()
    if found["year"] and not lead and not found["part"]:
        return None
    if found["season"] == "ete" and not (lead or found["part"] or found["season_year"]):
        return None  # « a été » is a verb
    if found["relative"] in _DAYS and not lead.startswith(_DEADLINES):
        return None  # « le mardi » is a habit
    period = _period(found, today)
    if period is None:
        return None
    if lead.startswith("d'ici"):
        return None, (period.first if period.whole else period.last)
    if found["negated"]:
        return (period.first, None) if " avant" in lead else (None, period.last)
    if lead.startswith("avant"):
        named_end = found["part"] and "fin" in found["part"]
        return None, (period.last if named_end else period.first - timedelta(days=1))
    if lead.startswith(("jusqu", "au plus tard", "pas plus tard")):
        return None, period.last
    if lead.startswith(("a partir", "a compter", "des", "depuis")):
        return period.first, None
    if lead.startswith(("apres", "au dela", "au-dela")):
        return period.last + timedelta(days=1), None
    return period.first, period.last


def _period(found: re.Match[str], today: date) -> _Period | None:
    if found["n_day"]:
        year, month, day = found["n_year"], int(found["n_month"]), int(found["n_day"])
        when = date(_year_number(year), month, day) if year else _next(month, day, today)
        return _Period(when, when)
    if found["day"]:
        month, day = _month_number(found["day_month"]), _day_number(found["day"])
        when = date(int(found["day_year"]), month, day) if found["day_year"] else _next(month, day, today)
        return _Period(when, when)
    if found["relative"]:
        return _relative(found["relative"], today)
    whole = _named(found, today)
    return _part_of(whole, found["part"]) if whole else None


def _named(found: re.Match[str], today: date) -> _Period | None:
    if found["month"]:
        return _month_of(_month_number(found["month"]), found["month_year"], today)
    if found["back"]:
        return _month_of(9, found["back_year"], today)
    if found["season"]:
        return _season(found["season"], found["season_year"], today)
    if found["quarter"]:
        return _quarter(found, today)
    if found["feast"]:
        day = _next(12, 25, today)
        return _Period(day, day, whole=True)
    if found["current"]:
        return _relative(found["current"] + (found["following"] or ""), today)
    year = int(found["year"])
    return _Period(date(year, 1, 1), date(year, 12, 31), whole=True)


def _season(name: str, year: str | None, today: date) -> _Period:
    first, last = _SEASONS[name]
    chosen = int(year) if year and year.isdigit() else today.year
    ends_year = chosen + (first > last)
    period = _Period(date(chosen, first, 1), _month(ends_year, last).last, whole=True)
    if not (year and year.isdigit()) and period.last < today:
        return _season(name, str(chosen + 1), today)
    return period


def _quarter(found: re.Match[str], today: date) -> _Period:
    months = 3 if found["span"] == "trimestre" else 6
    ranks = {"p": 1, "1": 1, "d": 2, "2": 2, "s": 2, "t": 3, "3": 3, "q": 4, "4": 4}
    rank = 12 // months if found["quarter"] == "dernier" else ranks[found["quarter"][0]]
    year = int(found["quarter_year"]) if found["quarter_year"] else today.year
    last = _month(year, rank * months)
    if not found["quarter_year"] and last.last < today:
        year, last = year + 1, _month(year + 1, rank * months)
    return _Period(date(year, (rank - 1) * months + 1, 1), last.last, whole=True)


def _relative(words: str, today: date) -> _Period:
    monday = today - timedelta(days=today.weekday())
    if "demain" in words or words.startswith("aujourd"):
        days = {"aujourd'hui": 0, "demain": 1, "apres-demain": 2}[words]
        return _Period(today + timedelta(days=days), today + timedelta(days=days))
    if words.split()[0] in _DAYS:
        ahead = (_DAYS.index(words.split()[0]) - today.weekday() - 1) % 7 + 1
        return _Period(today + timedelta(days=ahead), today + timedelta(days=ahead))
    if "week-end" in words:
        return _Period(monday + timedelta(days=5), monday + timedelta(days=6))
    if "semaine" in words:
        begins = monday + timedelta(days=7 if "prochaine" in words else 0)
        return _Period(begins, begins + timedelta(days=6), whole=True)
    if "mois" in words:
        later = _later(today.replace(day=1), 1, "mois") if "prochain" in words else today
        return _month(later.year, later.month)
    year = today.year + ("prochain" in words)
    return _Period(date(year, 1, 1), date(year, 12, 31), whole=True)


def _part_of(period: _Period, part: str | None) -> _Period:
    """Its beginning, middle or end: thirds, the days of a month being 1–10, 11–20 and 21 to the last."""
    if not part or "courant" in part:
        return period
    days = (period.last - period.first).days + 1
    if 28 <= days <= 31:
        edges = (0, 10, 20, days)
    else:
        edges = (0, days // 3, 2 * days // 3, days)
    rank = 0 if "debut" in part else 2 if "fin" in part else 1
    return _Period(
        period.first + timedelta(days=edges[rank]), period.first + timedelta(days=edges[rank + 1] - 1)
    )


def _month_of(month: int, year: str | None, today: date) -> _Period:
    """That month of `year`, else the one that runs or comes next."""
    if year:
        return _month(int(year), month)
    return _month(today.year + (month < today.month), month)


def _month(year: int, month: int) -> _Period:
    return _Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), whole=True)


def _next(month: int, day: int, today: date) -> date:
    """The first such day that is not past."""
    this_year = date(today.year, month, day)
    return this_year if this_year >= today else date(today.year + 1, month, day)


def _later(day: date, count: int, unit: str) -> date:
    if unit.startswith("j"):
        return day + timedelta(days=count)
    if unit.startswith("s"):
        return day + timedelta(weeks=count)
    months = day.month - 1 + count * (12 if unit.startswith("a") else 1)
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _month_number(written: str) -> int:
    return int(written) if written.isdigit() else _MONTH_FORMS[written.rstrip(".")]


def _day_number(written: str) -> int:
    return 1 if written in ("1er", "premier") else int(written)


def _year_number(written: str) -> int:
    return int(written) + (2000 if len(written) == 2 else 0)
