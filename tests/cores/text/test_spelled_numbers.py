"""Numbers in words, as people write them in France, in Belgium and in Switzerland, before and since 1990."""

from __future__ import annotations

import re
from datetime import date

import pytest

from maillage.cores.text.criteria import read_criteria

TODAY = date(2026, 3, 10)
AT_ONCE = 120
"""How many numbers are read in one text: each must end where the next one begins."""
UNITS = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize".split()
TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante"}
FRANCE = {**TENS, 80: "quatre-vingt"}
BELGIUM = {**TENS, 70: "septante", 80: "quatre-vingt", 90: "nonante"}
SWITZERLAND = {**TENS, 70: "septante", 80: "huitante", 90: "nonante"}


def below_100(number: int, tens: dict[int, str]) -> str:
    if number <= 16:
        return UNITS[number - 1]
    if number < 20:
        return f"dix-{UNITS[number - 11]}"
    ten = max(each for each in tens if each <= number)
    rest = number - ten
    if not rest:
        return tens[ten] + ("s" if tens[ten] == "quatre-vingt" else "")
    if rest in (1, 11) and tens[ten] != "quatre-vingt":
        return f"{tens[ten]} et {below_100(rest, tens)}"
    return f"{tens[ten]}-{below_100(rest, tens)}"


def spelled(number: int, tens: dict[int, str]) -> str:
    """With the hyphens of before 1990."""
    thousands, rest = divmod(number, 1000)
    hundreds, low = divmod(rest, 100)
    words = []
    if thousands:
        counted = spelled(thousands, tens)
        counted = re.sub(r"(cent|vingt)s$", r"\1", counted)
        words.append("mille" if thousands == 1 else f"{counted} mille")
    if hundreds:
        words.append("cent" if hundreds == 1 else f"{UNITS[hundreds - 1]} cent{'' if low else 's'}")
    if low:
        words.append(below_100(low, tens))
    return " ".join(words)


def read(numbers: list[str]) -> list[float | None]:
    """The values read in « un m², deux m²… », whose places must be those of the words."""
    text = ", ".join(f"{words} m²" for words in numbers)
    found = read_criteria(text, today=TODAY)
    assert [text[slice(*each.span)] for each in found] == [f"{words} m²" for words in numbers]
    assert all(each.low == each.high for each in found)
    return [each.low for each in found]


WAYS = {
    "before 1990": lambda words: words,
    "since 1990": lambda words: words.replace(" ", "-"),
    "spaces only": lambda words: words.replace("-", " "),
    "capitals": str.upper,
}


def read_all(numbers: list[int], tens: dict[int, str], way: str) -> None:
    for first in range(0, len(numbers), AT_ONCE):
        part = numbers[first : first + AT_ONCE]
        assert read([WAYS[way](spelled(number, tens)) for number in part]) == part


def test_every_number_to_9999_is_read_as_it_is_spelled() -> None:
    read_all(list(range(1, 10_000)), FRANCE, "before 1990")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("tens", [FRANCE, BELGIUM, SWITZERLAND], ids=["France", "Belgium", "Switzerland"])
def test_other_spellings_are_read_too(tens: dict[int, str], way: str) -> None:
    read_all([*range(1, 300), *range(300, 10_000, 71)], tens, way)


@pytest.mark.parametrize("number", [10_000, 21_300, 80_000, 99_999, 100_000, 271_071, 680_000, 999_999])
def test_greater_numbers_are_read_too(number: int) -> None:
    assert read([spelled(number, FRANCE)]) == [number]


def test_the_spelling_of_the_tests_is_that_of_french() -> None:
    assert spelled(71, FRANCE) == "soixante et onze"
    assert spelled(80, FRANCE) == "quatre-vingts"
    assert spelled(91, FRANCE) == "quatre-vingt-onze"
    assert spelled(1981, FRANCE) == "mille neuf cent quatre-vingt-un"
    assert spelled(2200, FRANCE) == "deux mille deux cents"
    assert spelled(80_000, FRANCE) == "quatre-vingt mille"
    assert spelled(99, BELGIUM) == "nonante-neuf"
    assert spelled(81, SWITZERLAND) == "huitante et un"


@pytest.mark.parametrize(
    ("words", "kind", "unit", "low", "high"),
    [
        ("vingt et une chaises", "quantity", "chaise", 21, 21),
        ("entre trente et une quarantaine de chaises", "quantity", "chaise", 30, 40),
        ("deux-trois chaises", "quantity", "chaise", 2, 3),
        ("deux à trois cents chaises", "quantity", "chaise", 200, 300),
        ("dix à mille chaises", "quantity", "chaise", 10, 1000),
        ("2 à 3 mille euros", "price", "eur", 2000, 3000),
        ("un million et demi d'euros", "price", "eur", 1_500_000, 1_500_000),
        ("2,5 M€", "price", "eur", 2_500_000, 2_500_000),
        ("500 à 2 k€", "price", "eur", 500, 2000),
        ("quatorze euros cinquante", "price", "eur", 14.5, 14.5),
        ("2 hectares et demi", "surface", "m2", 25_000, 25_000),
        ("de 5 000 m² à 1 ha", "surface", "m2", 5000, 10_000),
        ("un quart d'heure", "duration", "hour", 0.25, 0.25),
        ("une demi-heure par jour", "duration", "hour/day", 0.5, 0.5),
        ("3/4 d'heure", "duration", "hour", 0.75, 0.75),
        ("1/2 journée", "duration", "day", 0.5, 0.5),
        ("de 15 jours à 3 mois", "duration", "month", 0.5, 3),
        ("de deux heures à une journée", "duration", "day", None, 1),
        ("de 1h30 à 2h par semaine", "duration", "hour/week", 1.5, 2),
        ("une tonne et demie", "quantity", "kg", 1500, 1500),
    ],
)
def test_halves_quarters_thousands_and_ranges(
    words: str, kind: str, unit: str, low: float | None, high: float
) -> None:
    (found,) = read_criteria(words, today=TODAY)
    assert (found.kind, found.unit, found.low, found.high) == (kind, unit, low, high)


@pytest.mark.parametrize(
    ("words", "begins", "ends"),
    [
        ("le vingt-cinq mai", date(2026, 5, 25), date(2026, 5, 25)),
        ("le premier mai", date(2026, 5, 1), date(2026, 5, 1)),
        ("du trois au dix mai", date(2026, 5, 3), date(2026, 5, 10)),
        ("d'ici un an et demi", None, date(2027, 9, 10)),
        ("d'ici deux mois et demi", None, date(2026, 5, 25)),
    ],
)
def test_days_in_words(words: str, begins: date | None, ends: date) -> None:
    (found,) = read_criteria(words, today=TODAY)
    assert (found.kind, found.begins, found.ends) == ("period", begins, ends)


@pytest.mark.parametrize(
    "words",
    [
        "une deux-chevaux",
        "un four neuf disponible",
        "une chambre",
        "le réseau 5G",
        "réunion à 18h30",
        "concert 20h30",
        "de 9h30 à 12h",
        "de 9h à midi",
        "à 14 heures",
        "trois quarts des membres",
        "cinquante pour cent",
        "9" * 40 + " euros",
        "d'ici deux milliards d'années",
    ],
)
def test_what_counts_nothing_is_no_criterion(words: str) -> None:
    assert [each for each in read_criteria(words, today=TODAY) if each.kind != "duration"] == []
