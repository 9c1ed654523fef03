"""What is learnt from texts, and what is not."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest

from maillage.cores.ranking.subjects import TEXTS_LEAST, Sparse, Subjects
from maillage.cores.ranking.words import said

GARDEN = "semis compost bêche serre plants récolte paillage arrosage".split()
MUSIC = "scène fanfare chorale concert partition tambour chant répétition".split()
KITCHEN = "four pâte fournil levain pétrin farine cuisson miche".split()


def texts(groups: list[list[str]], each: int, words: int, seed: int = 3) -> list[Counter[str]]:
    draw = random.Random(seed)
    return [Counter(draw.sample(group, words)) for group in groups for _text in range(each)]


def test_words_that_go_together_stand_for_each_other() -> None:
    held = texts([GARDEN, MUSIC, KITCHEN], each=20, words=4)
    subjects = Subjects(held)
    assert subjects
    like = subjects.like(Counter({"semis": 1}))
    without = [place for place in range(20) if "semis" not in held[place]]
    assert like[without].mean() > 0.2, "gardens that do not say the word"
    assert like[20:].mean() < 0.1 * like[without].mean(), "neither music nor bread"


@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_learnt_where_words_fall_at_random(seed: int) -> None:
    everything = [f"mot{number}" for number in range(200)]
    subjects = Subjects(texts([everything], each=80, words=5, seed=seed))
    assert not subjects
    assert subjects.like(Counter({"mot1": 1})).tolist() == [0.0] * 80


def test_nothing_is_learnt_from_few_texts() -> None:
    assert not Subjects(texts([GARDEN, MUSIC], each=(TEXTS_LEAST - 1) // 2, words=4))
    assert not Subjects([])
    assert not Subjects([Counter()] * 50)


def test_the_same_texts_give_the_same_answers() -> None:
    held = texts([GARDEN, MUSIC, KITCHEN], each=20, words=4)
    asked = Counter({"four": 2, "chant": 1})
    assert Subjects(held).like(asked).tolist() == Subjects(held).like(asked).tolist()


def test_directions_are_those_of_the_whole_decomposition() -> None:
    draw = np.random.default_rng(5)
    dense = draw.standard_normal((40, 6)) @ draw.standard_normal((6, 30))
    rows, columns = np.nonzero(dense)
    table = Sparse(rows, columns, dense[rows, columns], dense.shape)
    values, vectors = table.directions(6)
    _left, expected, turned = np.linalg.svd(dense)
    assert values == pytest.approx(expected[:6])
    assert np.abs(np.sum(vectors * turned[:6].T, axis=0)) == pytest.approx(np.ones(6))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("une seconde boutique", "un message de trente secondes"),
        ("le premier samedi", "un premier emploi"),
        ("20 places de spectacle", "6 places en formation"),
    ],
)
def test_ranks_and_measures_are_no_words_in_common(one: str, other: str) -> None:
    assert said(one, "").counts and said(other, "").counts
    assert not said(one, "").counts.keys() & said(other, "").counts.keys()
