"""A thousand drawn graphs: the same total as two independent solvers, and a certificate that holds only when it should."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import networkx
import numpy as np
import pytest

from maillage.cores.clearing import Clearing, Debt, Limit, check, choosing, reducing, solving
from tests.cores.clearing.drawn import (
    by_linear_programming,
    by_network_simplex,
    drawn_debts,
    drawn_limits,
    net_positions,
    solved,
)

GRAPHS = 1_000
BLOCKS = range(0, GRAPHS, 50)


def answers_of(
    monkeypatch: pytest.MonkeyPatch, debts: list[Debt], limits: Sequence[Limit] = ()
) -> list[Clearing]:
    """By the solver of its size, then reduced and by levels: drawn graphs are small, they are made to go that way too."""
    first = solved(debts, limits)
    with monkeypatch.context() as patch:
        patch.setattr(solving, "_FEW_ARCS", -1)
        patch.setattr(reducing, "_SMALL_PAIRS", -1)
        return [first, solved(debts, limits)]


@pytest.mark.parametrize("first", BLOCKS)
def test_no_set_off_is_greater(monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    for seed in range(first, first + 50):
        debts = drawn_debts(seed)
        best = by_network_simplex(debts)
        assert best == by_linear_programming(debts), seed
        for answer in answers_of(monkeypatch, debts):
            assert answer.cleared_cents == best, seed
            assert check(answer) == (), seed
            _unchanged_and_without_circle(debts, answer)


@pytest.mark.parametrize("first", BLOCKS)
def test_no_set_off_with_accounts_is_greater(monkeypatch: pytest.MonkeyPatch, first: int) -> None:
    for seed in range(first, first + 50):
        debts = drawn_debts(seed)
        limits = drawn_limits(seed, debts)
        best = by_network_simplex(debts, limits)
        assert best == by_linear_programming(debts, limits), seed
        for answer in answers_of(monkeypatch, debts, limits):
            assert answer.cleared_cents == best, seed
            assert check(answer) == (), seed
            _within_limits(limits, answer)


def _within_limits(limits: Sequence[Limit], answer: Clearing) -> None:
    changes = dict(zip(answer.table.members, answer.changes_cents.tolist(), strict=True))
    assert sum(changes.values()) == 0
    accounts = {limit.member: limit for limit in limits}
    for member, change in changes.items():
        if member not in accounts:
            assert change == 0
            continue
        limit = accounts[member]
        after = limit.balance_cents + change
        assert min(limit.lower_cents, limit.balance_cents) <= after
        assert after <= max(limit.upper_cents, limit.balance_cents)


def _unchanged_and_without_circle(debts: list[Debt], answer: Clearing) -> None:
    left = [debt.amount_cents - cut for debt, cut in zip(debts, answer.setoffs_cents.tolist(), strict=True)]
    assert all(0 <= rest <= debt.amount_cents for debt, rest in zip(debts, left, strict=True))
    before, after = net_positions(debts, [debt.amount_cents for debt in debts]), net_positions(debts, left)
    assert all(before[name] == after[name] for name in before)
    residual = networkx.DiGraph([(d.debtor, d.creditor) for d, rest in zip(debts, left, strict=True) if rest])
    assert networkx.is_directed_acyclic_graph(residual)


def _seniority(debts: list[Debt], answer: Clearing) -> int:
    days = [debt.due_date.toordinal() if debt.due_date else None for debt in debts]
    newest = max((day for day in days if day), default=0)
    return sum(
        cut * (newest - day) for cut, day in zip(answer.setoffs_cents.tolist(), days, strict=True) if day
    )


@pytest.mark.parametrize("first", BLOCKS)
def test_of_equal_set_offs_the_oldest(first: int) -> None:
    """By networkx alone: greatest total first, then greatest sum of amount × age."""
    for seed in range(first, first + 50):
        debts = drawn_debts(seed)
        dated = [debt.due_date.toordinal() for debt in debts if debt.due_date]
        newest, weight = max(dated, default=0), 1_000_000
        graph = networkx.MultiDiGraph()
        for debt in debts:
            age = newest - debt.due_date.toordinal() if debt.due_date else 0
            graph.add_edge(debt.debtor, debt.creditor, capacity=debt.amount_cents, weight=-weight - age)
        best = -networkx.network_simplex(graph)[0] if debts else 0
        answer = solved(debts)
        assert answer.oldest_first
        assert answer.cleared_cents * weight + _seniority(debts, answer) == best, seed


def test_past_the_limit_the_choice_says_that_it_was_not_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "FREE_DEBTS_MAX", 0)
    answers = [solved(drawn_debts(seed)) for seed in range(50)]
    assert any(not answer.oldest_first for answer in answers)
    assert all(check(answer) == () for answer in answers)


@pytest.mark.parametrize("first", BLOCKS)
def test_a_corrupted_answer_is_rejected(first: int) -> None:
    for seed in range(first, first + 50):
        chance = random.Random(seed)
        debts = drawn_debts(seed)
        limits = drawn_limits(seed, debts) if seed % 2 else []
        answer = solved(debts, limits)
        if not debts:
            continue
        row, member = chance.randrange(len(debts)), chance.randrange(len(answer.table.members))
        wrong = chance.choice([-1, 1, 1_000])
        setoffs, changes = answer.setoffs_cents.copy(), answer.changes_cents.copy()
        setoffs[row] += wrong
        changes[member] += wrong
        proof = answer.certificate
        assert check(replace(answer, setoffs_cents=setoffs)), seed
        assert check(replace(answer, changes_cents=changes)), seed
        assert "bound" in check(
            replace(answer, certificate=replace(proof, bound_cents=proof.bound_cents + wrong))
        )
        assert "totals" in check(replace(answer, cleared_cents=answer.cleared_cents + wrong))
        assert "totals" in check(replace(answer, total_cents=answer.total_cents + wrong))
        assert "shape" in check(replace(answer, setoffs_cents=setoffs[:-1]))


def test_a_corrupted_level_is_rejected() -> None:
    """A level that is moved is rejected whenever a debt held it on that side: partly set off, or set off or left whole."""
    tried = 0
    for seed in range(200):
        debts = drawn_debts(seed)
        answer = solved(debts)
        left = answer.table.amounts_cents - answer.setoffs_cents
        for row in np.flatnonzero((left > 0) & (answer.setoffs_cents > 0)).tolist():
            for member in (answer.table.debtors[row], answer.table.creditors[row]):
                for wrong in (-1, 1, 2**61):
                    levels = answer.certificate.levels.copy()
                    levels[member] += wrong
                    assert check(replace(answer, certificate=replace(answer.certificate, levels=levels))), (
                        seed
                    )
                    tried += 1
    assert tried > 1_000


def test_a_smaller_set_off_is_not_taken_for_the_greatest() -> None:
    """Allowed, balanced, but less: a circle given up."""
    answer = solved([Debt("a", "b", 5), Debt("b", "a", 5), Debt("b", "c", 5), Debt("c", "a", 5)])
    lesser = replace(answer, setoffs_cents=np.array([5, 5, 0, 0]), cleared_cents=10)
    assert set(check(lesser)) == {"slackness", "bound"}
