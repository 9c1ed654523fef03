"""The ranking formula, on the worked example of docs/explanation/search.md."""

from pathlib import Path

import pytest

from maillage.cores.text import analyse
from maillage.cores.text.questions import read_question
from maillage.cores.text.scoring import Scorer, rarity

EXPLANATION = Path(__file__).parents[3] / "docs" / "explanation" / "search.md"
DOCUMENTS = (
    ("L’AMAP du Thouet", "", "Des paniers de légumes bio livrés chaque mardi.", ""),
    ("Marché du samedi", "bio", "Des légumes, du pain et du miel.", ""),
    ("Repair café", "", "On y répare des vélos.", ""),
)


def terms(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(" ".join(analyse(text)) for text in texts)


def test_the_worked_example() -> None:
    scorer = Scorer(
        read_question("où trouver des légumes bio ?"), {"legum": rarity(2, 2), "bio": rarity(2, 2)}
    )
    scores = [scorer.score(terms(document)) for document in DOCUMENTS]
    assert scores == pytest.approx([0.853, 0.726, 0.0], abs=0.001)
    told = EXPLANATION.read_text(encoding="utf-8")
    assert "**0.853**" in told and "**0.726**" in told and "r = ln(1 + 0.5/2.5) = 0.182" in told


def test_rarer_words_and_titles_count_for_more() -> None:
    question = read_question("jardin zinnia")
    scorer = Scorer(question, {"jardin": 1.0, "zinni": 5.0})
    titled, said = terms(("Jardin", "", "", "")), terms(("", "", "", "Un jardin"))
    rare = terms(("", "", "", "Un zinnia"))
    assert scorer.score(titled) > scorer.score(said)
    assert scorer.score(rare) > scorer.score(said)
    assert scorer.score(terms(("Jardin", "", "zinnia", ""))) > scorer.score(titled)


def test_a_title_that_says_just_the_question_comes_first() -> None:
    scorer = Scorer(read_question("repair café"), {})
    assert scorer.score(terms(("Repair café", "", "", ""))) > scorer.score(
        terms(("Le repair café du lundi", "", "", ""))
    )


def test_rarity_is_never_negative() -> None:
    assert rarity(10, 3) > 0
    assert rarity(0, 100) > rarity(50, 100)
