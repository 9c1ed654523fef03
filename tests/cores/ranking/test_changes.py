"""A pool that follows what changes answers as one built anew."""

from __future__ import annotations

import pickle
import random
from dataclasses import replace
from datetime import date

import pytest

from maillage.cores.ranking import Listing, Pool, Refusal
from maillage.cores.text.synonyms import SynonymTable

TODAY = date(2026, 3, 10)
WORDS = "local atelier vélo camion école cuisine jardin potager bois outil salle piano son lumière couture four pain".split()


def listings(count: int, seed: int = 1) -> list[Listing]:
    draw = random.Random(seed)
    return [
        Listing(
            key=key,
            owner=f"o{key % 17}",
            is_need=key % 2 == 0,
            kind=draw.choice(("premises", "tools")),
            title=" ".join(draw.sample(WORDS, 2)),
            text=" ".join(draw.choices(WORDS, k=6)),
            confirmed_on=TODAY,
        )
        for key in range(count)
    ]


def answers(pool: Pool, asked: Listing) -> list[tuple[int, tuple[str, ...]]]:
    return [
        (match.key, tuple(reason.kind for reason in match.reasons))
        for match in pool.best_for(asked, today=TODAY)
    ]


def test_what_comes_is_found_and_what_goes_is_not() -> None:
    before = listings(20)
    pool = Pool(before)
    need = before[0]
    offer = replace(before[1], key=100, owner="o99", title=need.title, text=need.text, kind=need.kind)
    after = pool.with_changes([offer])
    assert answers(after, need)[0][0] == 100
    assert 100 not in [key for key, _reasons in answers(pool, need)], "the first pool stays as it was"
    assert len(after) == len(pool) + 1
    gone = after.with_changes([], gone=[100, 12345])
    assert answers(gone, need) == answers(pool, need)
    assert gone.listing(100) is None


def test_a_changed_listing_says_its_new_words_only() -> None:
    before = listings(20)
    need = replace(before[0], title="Un trombone à coulisse", text="")
    changed = replace(before[1], title="Trombone", owner="o99", kind=need.kind)
    pool = Pool(before).with_changes([changed])
    assert answers(pool, need)[0][0] == changed.key
    silent = pool.with_changes([replace(changed, title="Rien", text="")])
    assert changed.key not in [key for key, _reasons in answers(silent, need)]
    assert silent.listing(changed.key).title == "Rien"  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", range(6))
def test_little_by_little_is_nearly_as_at_once(seed: int) -> None:
    """The same listings; only how rare words are, and what is learnt of them, differ by a little."""
    everything = listings(120, seed)
    pool = Pool(everything[:110])
    for each in everything[110:]:
        pool = pool.with_changes([each])
    whole = Pool(everything)
    for asked in everything[:6]:
        mine = {key for key, _reasons in answers(pool, asked)}
        theirs = {key for key, _reasons in answers(whole, asked)}
        assert len(mine & theirs) >= 0.7 * len(theirs)


def test_refusals_and_misspelt_words_work_on_what_came() -> None:
    before = listings(20)
    need = replace(before[0], title="Accordéon diatonique", text="")
    near = replace(before[1], key=101, owner="o98", title="Acordéon diatonique", kind=need.kind)
    pool = Pool(before).with_changes([near, replace(near, key=102, owner="o97")])
    assert {101, 102} <= {key for key, _reasons in answers(pool, need)}
    after = pool.best_for(need, today=TODAY, refused=[Refusal(101, "other_subject")])
    assert [match.key for match in after if match.key == 101] == []
    [other] = [match for match in after if match.key == 102]
    assert "refused" in [reason.kind for reason in other.reasons]


def test_a_kept_pool_answers_as_the_one_that_was_kept() -> None:
    before = listings(80)
    pool = Pool(before, synonyms=SynonymTable((("vélo", "bicyclette"),)))
    assert answers(
        pool.with_changes([replace(before[3], key=300)]), replace(before[0], title="Bicyclette", text="")
    ), "synonyms are kept"
    back = pickle.loads(pickle.dumps(pool))
    table = SynonymTable((("vélo", "bicyclette"),))
    for asked in before[:5]:
        assert back.with_synonyms(table).best_for(asked, today=TODAY) == pool.best_for(asked, today=TODAY)
    cycle = replace(before[0], title="Bicyclette", text="")
    assert answers(pool, cycle) == answers(back.with_synonyms(table), cycle)
