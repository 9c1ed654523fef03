"""Surfaces, money, distances, durations, ages and counted things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from maillage.cores.text.criteria.numbers import NUMBER, Bounds, bounds_of, measure, number_of
from maillage.cores.text.criteria.spelled import MARK, SAID
from maillage.cores.text.criteria.values import Criterion, Sheet
from maillage.cores.text.folding import fold

M2_PER_HECTARE = 10_000
CONTEXT_CHARACTERS = 28
"""How far before a number the word that tells its meaning is looked for, in the same clause."""

_SQUARE = r"(?P<unit>m ?2(?!\d)|m\.? ?carres?\b|metres? carres?|hectares?|ha\b|ares?\b)"
SURFACE = measure(_SQUARE)

_ENDS = r"(?= ?(?:$|[.,;:!?)/\0]|a\b|par\b|de\b|d'|l'|l[ae]\b|chaque|tou|environ|au\b|m[ai][xn]i))"
"""What may follow minutes or cents: « deux heures 30 personnes » says no minutes."""
_EURO = rf"(?P<unit>(?:k|m)? ?(?:euros?|eur\b|€))(?: ?(?P<cents>\d\d(?!\d)|(?!{MARK}0*1\b){NUMBER}){_ENDS})?"
_PER = (
    r"(?: ?(?:ttc|ht|hors taxes?|hors charges|hc|charges comprises|cc|net|brut)s?\b)?"
    r"(?: ?(?P<most_within>maximum|maxi?|au plus)|(?P<least_within> ?minimum|mini|au moins))?(?P<of_rent> de loyer)?"
    r"(?P<per_m2> ?(?:/|par|du|le) ?(?:m ?2|metre carre|m\.? ?carre))?"
    r"(?: ?(?:/|par|l'|le|la|du|de l'|chaque|et par)? ?"
    r"(?P<per>mois|mensuels?|an(?:s|nee)?|annuels?|semaine|jour|journee|demi-journee|soiree|week-end|seance|heure|h\b|nuit|personne|kg|kilo|kilometre|km))?"
    r"(?!\w)"
)
MONEY = measure(_EURO, after=_PER)
_PERIODS = {
    "mois": "month",
    "mensuel": "month",
    "an": "year",
    "annee": "year",
    "annuel": "year",
    "semaine": "week",
    "jour": "day",
    "journee": "day",
    "demi-journee": "half_day",
    "heure": "hour",
    "h": "hour",
    "soiree": "evening",
    "week-end": "weekend",
    "seance": "session",
    "nuit": "night",
    "personne": "person",
    "kg": "kg",
    "kilo": "kg",
    "kilometre": "km",
    "km": "km",
}
_RENT_WORDS = re.compile(r"\b(?:loyers?|location|louer|bail)\b")
_RENT_RHYTHM = re.compile(r"\b(mensuel|annuel)\b")
_RENT_PERIODS = {"month", "year"}
_MODERATE_RENT = re.compile(
    r"\bloyers? (?:\w+ )?(?:modere|raisonnable|accessible|faible|modique|bas|abordable|tres modere|peu cher)s?\b"
    r"|\b(?:petit|faible|bas)s? loyers?\b|\bloyer (?:pas trop|peu) (?:cher|eleve)\b"
)
_FREE = re.compile(
    r"\b(?:a titre )?(?:gratuit(?:e|s|es|ement)?|gracieu(?:x|se|sement))\b|\ba donner\b|\bsans loyer\b|\bprete(?:e|s|es)? gratuitement"
)
_OPEN_PRICE = re.compile(r"\bprix libre\b|\bparticipation libre\b")

_MINUTES = (
    rf"(?:(?:(?<=\dh)|(?<=\d h)) ?(?P<minutes>[0-5]\d)(?![\d.,]\d)(?: ?(?:minutes?|min|mn)\b)?"
    rf"|(?:(?<=heure)|(?<=heures)) {SAID}(?P<minutes_said>[0-5]\d)(?: (?:minutes?|min|mn)\b|{_ENDS}))?"
)
"""« 2h30 », « 2 heures 30 », « deux heures trente » : after the unit."""
_LENGTH = rf"(?P<unit>km\b|kilometres?|kms\b|minutes?|mn\b|min\b|heures?|h(?=\b|\d)){_MINUTES}(?!\d)(?! ?(?:par|/|chaque))"
MINUTES_PER_HOUR = 60
_NEARER = re.compile(r"\ba $")
_NOT_AT = re.compile(r"(?:pas|jamais) a ")
DISTANCE = measure(_LENGTH)
_AROUND = re.compile(
    r"(?:rayon|distance|autour|alentours|perimetre|loin|a moins|a pied|a velo|en voiture|en train|en bus|deplace|jusqu|maximum|\ba)\W*$"
)
_AWAY = re.compile(r"^ ?(?:a la ronde|autour|alentour|d|de\b|max|a pied|a velo|en |au plus|aux)")

_TIME = (
    rf"(?P<unit>demi-journees?|demi journees?|journees?|jours?|soirees?|soirs?|matinees?|matins?|apres-midis?|nuits?|nuitees?|"
    rf"week-ends?|semaines?|mois|ans?|annees?|minutes?|mn|min|heures?|h){_MINUTES}(?![\w'])"
)
_RHYTHM = (
    r"(?: (?:de |d')[a-z-]+(?= (?:par|chaque|tous|toutes) ))?"
    r"(?: ?(?P<rhythm>(?:par|/|chaque|tous les|toutes les|la|le) ?(?:semaine|mois|an|annee|jour|quinzaine|trimestre)s?|"
    r"hebdomadaires?|mensuell?e?s?|annuell?e?s?|quotidien(?:ne)?s?)\b)?"
)
DURATION = measure(_TIME, after=_RHYTHM)
_TIME_UNITS = {
    "demi": "half_day",
    "journ": "day",
    "jour": "day",
    "soir": "evening",
    "matin": "half_day",
    "apres": "half_day",
    "nuit": "night",
    "week": "weekend",
    "semaine": "week",
    "mois": "month",
    "an": "year",
    "min": "hour",
    "mn": "hour",
    "heure": "hour",
    "h": "hour",
}
_RHYTHMS = {
    "semaine": "week",
    "hebdo": "week",
    "mois": "month",
    "mensuel": "month",
    "an": "year",
    "jour": "day",
    "quotidien": "day",
    "quinzaine": "fortnight",
    "trimestre": "quarter",
}
_DAYS = {"half_day": 0.5, "day": 1, "week": 7, "month": 30, "year": 360}
"""« de 15 jours à 3 mois » : what each unit makes beside the others."""
LASTING_HOURS_MAX = 6
"""Beyond it, « 18h30 » alone is a time of the day."""
_MINUTE = re.compile("min|mn")
_LASTS = re.compile(r"\b(?:durees?|dure|durent|durant|pendant)(?: de| d')?\W*$")
_SITTING = re.compile(
    r"\b(?:seances?|sessions?|ateliers?|cours|reunions?|permanences?|creneaux?|formations?|visites?|entretiens?) (?:de |d')$"
)
"""What « de 45 minutes » says how long it lasts."""
_CLOCK_BEFORE = re.compile(r"(?:\ba|\bvers|\bdes|\bavant|\bapres|\bjusqu'a|\bet|-)\s*$")
_AT = re.compile(r"\b(?:a|vers|des|avant|apres)\s*$")
_FROM, _UNTIL = re.compile(r"\bd(?:e |')\s*$"), re.compile(r"^\s*(?:a|au|-|jusqu'\w+)(?!\w)")
_OPENS_OR_CLOSES = re.compile(r"(?:a partir d[e']|des|jusqu'a) ")
_SPENT = re.compile(r"^ ?(?:d(?:e (?!preference|l'apres)|')|par\b|/)")
"""« jusqu'à 10 heures de bénévolat » are hours of work, « jusqu'à 22 heures » is when one closes."""
_EVERY_DAY = re.compile(r"(?:tous les|chaque) ?jour")

AGE = measure(r"(?P<unit>ans)(?!\w)")
_AGE_WORDS = re.compile(
    r"\b(?:jeunes?|enfants?|ados?|adolescents?|adolescentes?|personnes?|public|adultes?|seniors?|ages?|agees?|filles|garcons|femmes|hommes|aines|eleves?|etudiants?|apprentis?)\b[^.;!?]*$"
)
_AGED = re.compile(r"\b(?:les|aux|des|reserve a|interdit a) $")
_LASTING = re.compile(
    r"\b(?:bail|pendant|sur|durant|pour|depuis|duree|contrat|convention|engagement|il y a|garantie?|commodat)\b[^.;,]*$"
)

_COUNTED = (
    r"(?P<unit>kg\b|kgs\b|kilos?|grammes?|gr?\b|tonnes?|t\b|litres?|l\b|m ?3|metres? cubes?|"
    r"(?:(?:petit|grand|gros|vieux|vieil|bon|nouveau|autre|ancien|grande|petite|grosse|vieille|bonne|nouvelle|ancienne|belle|beau)s?x? )?[a-zœæ][a-zœæ-]{2,})"
)
QUANTITY = measure(_COUNTED, repeats=False)
_NO_THING = frozenset(
    """
    euro euros pour par avec dans sur sous chez mais donc puis est sont ont heure heures jours mois ans annees minutes fois
    pourcent quart quarts tiers demi demie plus moins environ maximum minimum premier premiers premieres derniers autres rue avenue boulevard place
    chemin impasse route degres watts volts que qui dont quand comme peuvent peut pouvant seront sera etage etages
    nous vous ils elles elle lui leur leurs notre nos votre vos son ses cette ces cet les des une mille cent cents
    janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre
    """.split()
)
_NO_COUNT_BEFORE = re.compile(
    r"(?:\bau|\bn°|\bno|\bnumero|\brue|\barticle|\bloi|\btel|\btelephone|\bcode|\bligne|\bbatiment|\bsalle|\betage|\ble|\bbp|\bd|\brn|#|%)\s*$"
)
MEASURED = frozenset({"kg", "l", "m3"})
_INVARIABLE = frozenset(
    "bras bus bois corps cours fois mois pois prix tapis temps repas colis jus tapis".split()
)


def read_surfaces(sheet: Sheet) -> Iterator[Criterion]:
    for found in SURFACE.finditer(sheet.text):
        yield _criterion("surface", "m2", bounds_of(found, _square_metres), found)


def _square_metres(unit: str) -> float:
    return M2_PER_HECTARE if unit.startswith("h") else 100 if unit.startswith("a") else 1


def read_money(sheet: Sheet) -> Iterator[Criterion]:
    text = sheet.text
    for found in MONEY.finditer(text):
        unit = "eur" + ("/m2" if found["per_m2"] else "")
        before = _before(text, found.start())
        said_rent = bool(found["of_rent"] or _RENT_WORDS.search(before))
        said = found["per"] or (said_rent and (told := _RENT_RHYTHM.search(before)) and told[1]) or ""
        per = _PERIODS[_singular_of(said, _PERIODS)] if said else ""
        kind = "rent" if found["per_m2"] or (said_rent and (not per or per in _RENT_PERIODS)) else "price"
        if (
            kind == "price"
            and per == "month"
            and not said_rent
            and re.search(r"\b(?:local|bureau|atelier|salle|hangar|charges)", text)
        ):
            kind = "rent"
        yield _criterion(kind, f"{unit}/{per}" if per else unit, bounds_of(found, _euros), found)
    for found in _MODERATE_RENT.finditer(text):
        yield Criterion("rent", "moderate", span=found.span())
    for found in _FREE.finditer(text):
        yield Criterion("price", "eur", 0, 0, span=found.span())
    for found in _OPEN_PRICE.finditer(text):
        yield Criterion("price", "open", span=found.span())


def _euros(unit: str) -> float:
    """What « € », « k€ » or « M€ » counts."""
    return 1_000 if unit.startswith("k") else 1_000_000 if unit.startswith("m") else 1


def read_distances(sheet: Sheet) -> Iterator[Criterion]:
    text = sheet.text
    for found in DISTANCE.finditer(text):
        unit = "km" if found["unit"].startswith("k") else "minute"
        if found["first_unit"] and found["first_unit"].startswith("k") != (unit == "km"):
            continue  # « de 5 km à 20 minutes »
        not_at = _NOT_AT.match(text, found.start())
        before = _before(text, not_at.end() if not_at else found.start())
        around = _AROUND.search(before) or _AWAY.search(text[found.end() :])
        hours = found["unit"].startswith("h")
        if (unit == "minute" and not around) or (hours and not (found["most"] and _NEARER.search(before))):
            continue
        bounds = bounds_of(found, _minutes)
        if bounds.low == bounds.high:
            bounds = Bounds(None, bounds.high, bounds.about)
        yield _criterion("distance", unit, bounds, found)


def _minutes(unit: str) -> float:
    """What « heure » counts; kilometres stay what they are."""
    return MINUTES_PER_HOUR if unit.startswith("h") else 1


def read_ages(sheet: Sheet) -> Iterator[Criterion]:
    text = sheet.text
    for found in AGE.finditer(text):
        before = _before(text, found.start(), 40)
        lasting = _LASTING.search(_before(text, found.start(), 12))
        if _AGED.search(before) or (_AGE_WORDS.search(before) and not lasting):
            yield _criterion("age", "year", bounds_of(found), found)


def read_durations(sheet: Sheet) -> Iterator[Criterion]:
    text = sheet.text
    for found in DURATION.finditer(text):
        if _is_clock(found, text) or (_MINUTE.match(found["unit"]) and not _is_lasting(found, text)):
            continue
        name = _TIME_UNITS[_start_of(found["unit"], _TIME_UNITS)]
        bounds = bounds_of(found, partial(_per_unit, name))
        if found["first_unit"] and not _per_unit(name, found["first_unit"]):
            bounds = Bounds(None, bounds.high, bounds.about)  # « de 2 heures à une journée »
        unit = name
        if found["rhythm"]:
            rhythm = re.sub(r"^(?:par|/|chaque|tous les|toutes les|la|le) ?", "", found["rhythm"])
            unit += "/" + _RHYTHMS[_start_of(rhythm, _RHYTHMS)]
        yield _criterion("duration", unit, bounds, found)


def _is_clock(found: re.Match[str], text: str) -> bool:
    """Whether « 18h30 » is a time of the day rather than how long something lasts."""
    if not found["unit"].startswith("h") or found["extra"]:
        return False
    if found["rhythm"] and not _EVERY_DAY.match(found["rhythm"]):
        return False
    before = _before(text, found.start())
    if _LASTS.search(before):
        return False
    late = number_of(found["second"])[0] > LASTING_HOURS_MAX
    if _OPENS_OR_CLOSES.match(found[0]):
        told = found["rhythm"] or found["unit"] != "h"
        return (late or not told) and not _SPENT.match(text[found.end() :])
    if found["unit"] != "h":
        return late and bool(found["first_unit"] or _AT.search(before))
    until = _UNTIL.search(text[found.end() :])
    if found["first"] or _CLOCK_BEFORE.search(before) or (_FROM.search(before) and until):
        return True
    return bool(found["minutes"]) and late


def _is_lasting(found: re.Match[str], text: str) -> bool:
    """Whether minutes say how long something lasts, rather than how far it is."""
    before = _before(text, found.start())
    return bool(found["rhythm"] or _LASTS.search(before) or _SITTING.search(before))


def _per_unit(name: str, said: str) -> float:
    """How many `name` one of the units `said` makes; 0 when nobody can tell."""
    other = _TIME_UNITS[_start_of(said, _TIME_UNITS)]
    if _MINUTE.match(said) and name == "hour":
        return 1 / MINUTES_PER_HOUR
    if other == name:
        return 1
    return _DAYS.get(other, 0) / _DAYS[name] if name in _DAYS else 0


def read_quantities(sheet: Sheet) -> Iterator[Criterion]:
    text = sheet.text
    for found in QUANTITY.finditer(text):
        thing = found["unit"]
        if thing in _NO_THING or "\0" in found[0]:
            continue
        if _NO_COUNT_BEFORE.search(_before(text, found.start())) or re.fullmatch(
            r"\d{5,}|(?:19|20)\d\d", found["second"]
        ):
            continue
        unit, factor = _thing(thing)
        if unit and not _is_no_number(found, text):
            yield _criterion("quantity", unit, bounds_of(found).times(factor), found)


def _is_no_number(found: re.Match[str], text: str) -> bool:
    """« un four » counts nothing; « un four neuf disponible » is not nine of them, nor « 5g » five grams."""
    if found["second"].startswith(MARK):
        value, thing = number_of(found["second"])[0], found["unit"]
        return (value == 1 and _thing(thing)[0] not in MEASURED) or (value == 9 and thing[-1] not in "sx")
    small = found["unit"] == "g" and number_of(found["second"])[0] < 10
    return small and not re.match(r" d[e']", text[found.end() :])


def _thing(words: str) -> tuple[str, float]:
    """(the unit, what to multiply by) of the counted thing; an empty unit when it is none."""
    if re.fullmatch(r"kgs?|kilos?", words):
        return "kg", 1
    if re.fullmatch(r"grammes?|gr?", words):
        return "kg", 0.001
    if re.fullmatch(r"tonnes?|t", words):
        return "kg", 1000
    if re.fullmatch(r"litres?|l", words):
        return "l", 1
    if re.fullmatch(r"m ?3|metres? cubes?", words):
        return "m3", 1
    thing = words.split()[-1]
    return ("", 1) if thing in _NO_THING else (_singular(fold(thing)), 1)


def _singular(thing: str) -> str:
    if thing in _INVARIABLE:
        return thing
    if thing.endswith("eaux"):
        return thing[:-1]
    if thing.endswith("aux"):
        return thing[:-2] + "l"
    return thing[:-1] if thing.endswith(("s", "x")) else thing


def _criterion(kind: str, unit: str, bounds: Bounds, found: re.Match[str]) -> Criterion:
    start, end = found.span()
    lead = len(found[0]) - len(found[0].lstrip())
    return Criterion(kind, unit, bounds.low, bounds.high, about=bounds.about, span=(start + lead, end))


def _before(text: str, place: int, characters: int = CONTEXT_CHARACTERS) -> str:
    """The words before `place` in the same clause."""
    return re.split(r"[.;!?\n]", text[max(0, place - characters) : place])[-1]


def _singular_of(word: str, known: dict[str, str]) -> str:
    return word if word in known else word.rstrip("s")


def _start_of(word: str, known: dict[str, str]) -> str:
    """The longest known beginning of `word`."""
    return max((start for start in known if word.startswith(start)), key=len)
