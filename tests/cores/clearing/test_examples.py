"""The worked example of `docs/explanation/compensation.md`, and cases whose answer is known beforehand."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pytest

from maillage.cores.clearing import (
    AMOUNT_CENTS_MAX,
    Debt,
    Fault,
    Limit,
    Refusal,
    check,
    clear,
    solving,
    table_of,
)
from maillage.cores.clearing import levels as levels_module
from tests.cores.clearing.drawn import drawn_debts, net_positions, solved

EXAMPLE = [
    Debt("Atelier", "Boulangerie", 100),
    Debt("Boulangerie", "Cinéma", 80),
    Debt("Cinéma", "Atelier", 60),
    Debt("Cinéma", "Boulangerie", 30),
    Debt("Atelier", "Dépôt", 50),
]


def test_the_worked_example() -> None:
    answer = solved(EXAMPLE)
    assert (answer.total_cents, answer.cleared_cents, answer.remaining_cents) == (320, 220, 100)
    assert answer.setoffs_cents.tolist() == [60, 80, 60, 20, 0]
    assert answer.certificate.bound_cents == 220
    level = dict(zip(answer.table.members, answer.certificate.levels.tolist(), strict=True))
    atelier = level["Atelier"]
    assert (level["Boulangerie"], level["Cinéma"]) == (atelier + 1, atelier)
    assert level["Dépôt"] >= atelier + 1
    assert check(answer) == ()
    left = [debt.amount_cents - cut for debt, cut in zip(EXAMPLE, answer.setoffs_cents.tolist(), strict=True)]
    expected = {"Atelier": -90, "Boulangerie": 50, "Cinéma": -10, "Dépôt": 50}
    assert net_positions(EXAMPLE, left) == net_positions(EXAMPLE, [100, 80, 60, 30, 50]) == expected


def test_the_worked_example_with_accounts() -> None:
    answer = solved(EXAMPLE, [Limit("Atelier", -50, 0), Limit("Dépôt", 0, 50)])
    assert answer.cleared_cents == 270
    changes = dict(zip(answer.table.members, answer.changes_cents.tolist(), strict=True))
    assert changes == {"Atelier": -50, "Boulangerie": 0, "Cinéma": 0, "Dépôt": 50}
    assert check(answer) == ()


def test_who_must_choose_pays_the_oldest() -> None:
    january, march = date(2026, 1, 31), date(2026, 3, 31)
    debts = [
        Debt("Ana", "Chloé", 10, "2", march),
        Debt("Ana", "Bilal", 10, "1", january),
        Debt("Bilal", "David", 10),
        Debt("Chloé", "David", 10),
        Debt("David", "Ana", 10),
    ]
    assert solved(debts).setoffs_cents.tolist() == [0, 10, 10, 0, 10]
    swapped = [Debt("Ana", "Chloé", 10, "2", january), Debt("Ana", "Bilal", 10, "1", march), *debts[2:]]
    assert solved(swapped).setoffs_cents.tolist() == [10, 0, 0, 10, 10]


def test_within_a_pair_the_oldest_then_the_smallest_then_the_number() -> None:
    early, late = date(2026, 1, 1), date(2026, 2, 1)
    debts = [
        Debt("a", "b", 5, "undated"),
        Debt("a", "b", 5, "late", late),
        Debt("a", "b", 9, "early, great", early),
        Debt("a", "b", 5, "early 2", early),
        Debt("a", "b", 5, "early 1", early),
        Debt("b", "a", 12),
    ]
    assert solved(debts).setoffs_cents.tolist() == [0, 0, 2, 5, 5, 12]


def test_greedy_mutual_netting_would_be_less() -> None:
    debts = [Debt("x", "y", 10), Debt("y", "x", 10), Debt("y", "z", 10), Debt("z", "x", 10)]
    assert solved(debts).setoffs_cents.tolist() == [10, 0, 10, 10]


@pytest.mark.parametrize("debts", [[], [Debt("a", "b", 7)], [Debt("a", "b", 7), Debt("b", "c", 7)]])
def test_without_circle_nothing_is_set_off(debts: list[Debt]) -> None:
    answer = solved(debts)
    assert answer.cleared_cents == 0
    assert check(answer) == ()


def test_the_order_of_rows_does_not_count() -> None:
    for seed in range(60):
        debts = drawn_debts(seed)
        answer = solved(debts).setoffs_cents.tolist()
        order = list(range(len(debts)))
        random.Random(seed).shuffle(order)
        shuffled = solved([debts[place] for place in order]).setoffs_cents.tolist()
        assert shuffled == [answer[place] for place in order]


def test_sums_up_to_64_bits_are_exact_and_beyond_are_refused() -> None:
    most = AMOUNT_CENTS_MAX // 3
    debts = [Debt("a", "b", most), Debt("b", "c", most), Debt("c", "a", most)]
    answer = solved(debts)
    assert answer.cleared_cents == 3 * most == answer.total_cents
    assert check(answer) == ()
    table = table_of([*debts, Debt("a", "c", 10)])
    assert not isinstance(table, Refusal)
    assert clear(table) == Refusal((Fault("total"),), 1)
    large = table_of([Debt("a", "b", 2**63)])
    assert large == Refusal((Fault("too_large", 1),), 1)


def test_levels_hold_what_64_bits_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "_FEW_ARCS", 0)
    half = AMOUNT_CENTS_MAX // 4
    debts = [Debt("a", "b", 2 * half), Debt("b", "a", half), Debt("b", "c", half - 3)]
    answer = solved(debts, [Limit("a", -(10**18), 0), Limit("c", 0, 10**18)])
    assert check(answer) == ()
    assert answer.cleared_cents == 2 * half + 2 * 10**18


@pytest.mark.parametrize("steps", [0, 2])
def test_a_long_ring_is_not_climbed_step_by_step(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """A ring of 5 000 members with one weak link: what is left goes the whole way round."""
    monkeypatch.setattr(levels_module, "_SHORT_STEPS", steps)
    size = 5_000
    debts = [Debt(f"m{n}", f"m{(n + 1) % size}", 10 if n else 4) for n in range(size)]
    answer = solved(debts)
    assert set(answer.setoffs_cents.tolist()) == {4}
    assert check(answer) == ()


def test_faults_are_all_named() -> None:
    debts = [
        Debt("a", "b", 1, "F1"), Debt("c", "b", 0, "F2"), Debt("d", "d", 3, "F3"), Debt("c", "b", -4, "F1"),
        Debt("c", "a", 5, "F1"), Debt("c", "a", 5), Debt("d", "a", 5),
    ]  # fmt: skip
    table = table_of(debts)
    assert not isinstance(table, Refusal)
    answer = clear(table, [Limit("z", 0, 0), Limit("a", 0, 0), Limit("a", -1, 0), Limit("b", 5, 9)])
    assert isinstance(answer, Refusal)
    assert answer.count == len(answer.faults)
    assert {(fault.code, fault.row, fault.other, fault.of_limits) for fault in answer.faults} == {
        ("not_positive", 2, 0, False),
        ("self_debt", 3, 0, False),
        ("not_positive", 4, 0, False),
        ("duplicate_invoice", 4, 1, False),
        ("unknown_member", 1, 0, True),
        ("member_twice", 3, 2, True),
        ("limits_order", 4, 0, True),
    }


def test_an_account_past_its_limit_is_pushed_no_further() -> None:
    debts = [Debt("a", "b", 10), Debt("b", "c", 4)]
    assert solved(
        debts, [Limit("a", -5, 5, -9), Limit("b", -5, 50), Limit("c", -5, 5)]
    ).changes_cents.tolist() == [0, -4, 4]
    answer = solved([Debt("a", "b", 10)], [Limit("a", -5, 5, 9), Limit("b", -5, 5, -9)])
    assert answer.changes_cents.tolist() == [-10, 10]
    assert check(answer) == ()
    assert answer.setoffs_cents.dtype == np.int64
