"""The rules of `docs/explanation/criteres.md`."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.extraction import score, sentences, slot_of, wrong_units
from maillage.cores.text.criteria import read_criteria

TODAY = date(2026, 3, 10)
EXPLANATION = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "criteres.md"


def test_the_worked_example_is_read_as_written() -> None:
    text = EXPLANATION.read_text(encoding="utf-8")
    example = text.split("## Un exemple")[1]
    sentence = example.split("« ")[1].split(" »")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in example.splitlines()
        if line.startswith("| ")
    ]
    expected = [slot_of(" ".join(cell for cell in row if cell)) for row in rows[1:8]]
    found = read_criteria(sentence, today=TODAY)
    assert len(expected) == 7
    assert [criterion.slot for criterion in found] == expected
    assert sentence[slice(*found[0].span)] == "de cent vingt à 200 m²"


@pytest.mark.parametrize("held", [False, True])
def test_written_sentences_are_read_as_people_mean_them(held: bool) -> None:
    lines = [line for line in sentences() if line[2] is held]
    assert len(lines) >= 60
    pairs = [
        ([c.slot for c in read_criteria(sentence, today=TODAY)], stated) for sentence, stated, _held in lines
    ]
    assert score(pairs)[2] >= 0.95
    assert wrong_units(pairs) == 0


def test_the_file_of_sentences_is_large_and_without_repeats() -> None:
    assert len(sentences()) >= 300
    assert max(Counter(sentence for sentence, _stated, _held in sentences()).values()) == 1


@pytest.mark.parametrize(
    ("today", "words", "begins", "ends"),
    [
        (date(2026, 12, 30), "en janvier", date(2027, 1, 1), date(2027, 1, 31)),
        (date(2028, 2, 1), "fin février", date(2028, 2, 21), date(2028, 2, 29)),
        (date(2026, 1, 31), "d'ici 1 mois", None, date(2026, 2, 28)),
        (date(2026, 5, 4), "le 3 mai", date(2027, 5, 3), date(2027, 5, 3)),
        (date(2026, 3, 13), "avant vendredi", None, date(2026, 3, 19)),
    ],
)
def test_dates_without_a_year_are_the_next_ones(
    today: date, words: str, begins: date | None, ends: date
) -> None:
    (criterion,) = read_criteria(words, today=today)
    assert (criterion.kind, criterion.begins, criterion.ends) == ("period", begins, ends)


@pytest.mark.parametrize("words", ["le 31 février", "le 45/13/2026", "", "😀" * 500, "\x00\ud800"])
def test_what_is_no_date_is_no_criterion(words: str) -> None:
    assert [c for c in read_criteria(words, today=TODAY) if c.kind == "period"] == []


PIECES = [
    *"0123456789,./- €²%\0🙂",
    " à ",
    " de ",
    " mois ",
    " km",
    " mai ",
    "un ",
    "mille ",
    "le ",
    "1er ",
    "min ",
    "h",
    "m2",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_no_text_stops_the_reading(text: str) -> None:
    for criterion in read_criteria(text, today=TODAY):
        start, end = criterion.span
        assert 0 <= start < end <= len(text)
        if criterion.low is not None and criterion.high is not None:
            assert criterion.low <= criterion.high
