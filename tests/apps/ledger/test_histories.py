"""Whatever happens, in whatever order, the balances tell what was done: random histories, then several processes at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from itertools import count

import pytest
from django.db import connection

from maillage.apps.ledger.actions import answers, reversals, transfers
from maillage.apps.ledger.actions.acts import LedgerError
from maillage.apps.ledger.choices import State
from maillage.apps.ledger.models import Account, Act, Transfer, Unit
from maillage.apps.ledger.queries.contents import Limits
from maillage.apps.ledger.queries.soundness import faults_of
from tests.apps.ledger.conftest import balances, doer, make_account, make_unit, order
from tests.factories import NOW

TIGHT = Limits(lower_limit=-200_00, upper_limit=300_00, soft_lower=-100_00, soft_upper=200_00)
WORKERS = 4
TURNS = 60


class Model:
    """What the balances must be, reckoned beside: plain additions, from what each action answered."""

    def __init__(self, accounts: list[Account]) -> None:
        self.balance: Counter[int] = Counter({account.pk: 0 for account in accounts})
        self.waiting: list[Transfer] = []
        self.done: list[Transfer] = []

    def moved(self, transfer: Transfer) -> None:
        self.balance[transfer.payer_id] -= transfer.posted_amount
        self.balance[transfer.payee_id] += transfer.posted_amount
        self.done.append(transfer)


_turns = count(1)


def step(chance: random.Random, accounts: list[Account], model: Model) -> None:
    """One random thing, perhaps sent twice; what is refused changes nothing."""
    payer, payee = chance.sample(accounts, 2)
    who = doer(key=f"history {next(_turns)}", now=NOW + timedelta(minutes=len(model.done)))
    asked = order(payer, payee, chance.randint(1, 180_00))
    one = chance.choice(model.waiting) if model.waiting else None
    again = 2 if chance.random() < 0.2 else 1
    dice = chance.random()
    for number in range(again):
        first = number == 0
        if dice < 0.35 or one is None:
            made = transfers.pay(order=asked, doer=who)
        elif dice < 0.5:
            made = transfers.request(order=asked, doer=who)
        elif dice < 0.65:
            made = transfers.reserve(order=asked, doer=who)
        elif dice < 0.75:
            made = answers.accept(transfer_id=one.pk, doer=who)
        elif dice < 0.85:
            made = answers.post(
                transfer_id=one.pk, amount=chance.choice((None, 1)) if first else None, doer=who
            )
        elif dice < 0.9:
            made = answers.void(transfer_id=one.pk, doer=who)
        elif dice < 0.95 and model.done:
            made = reversals.reverse(transfer_id=chance.choice(model.done).pk, doer=who)
        else:
            made = answers.refuse(transfer_id=one.pk, doer=who)
        if first:
            note(model, made)


def note(model: Model, made: Transfer) -> None:
    model.waiting = [each for each in model.waiting if each.pk != made.pk]
    if made.state == State.POSTED:
        model.moved(made)
    elif made.is_waiting:
        model.waiting.append(made)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(6))
def test_a_random_history_keeps_every_balance(seed: int) -> None:
    chance = random.Random(seed)
    unit = make_unit()
    accounts = [make_account(unit, limits=TIGHT) for _ in range(4)]
    if seed % 2:
        Account.objects.filter(pk=accounts[0].pk).update(accepts="everybody")
    model, refused = Model(accounts), 0
    for turn in range(80):
        try:
            step(chance, accounts, model)
        except LedgerError:
            refused += 1
        if turn == 60:
            answers.expire_due(now=NOW + timedelta(days=40))
            model.waiting = []
        held = balances(*accounts)
        assert held == tuple(model.balance[account.pk] for account in accounts)
        assert sum(held) == 0
        assert all(-200_00 <= balance <= 300_00 for balance in held)
    assert faults_of(unit) == []
    assert refused, "the history never met a limit: it proves little"
    assert model.done, "the history moved nothing"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_several_processes_one_of_them_killed_lose_and_double_nothing() -> None:
    unit = make_unit()
    accounts = [make_account(unit, limits=TIGHT) for _ in range(3)]
    workers = [start(number) for number in range(WORKERS)]
    victim = workers[0]
    said = [victim.stdout.readline() for _ in range(8)]  # type: ignore[union-attr]
    os.kill(victim.pid, signal.SIGKILL)
    said += victim.stdout.readlines()  # type: ignore[union-attr]
    victim.wait()
    victim.stdout.close()  # type: ignore[union-attr]
    acknowledged = said + finish(start(0))
    for worker in workers[1:]:
        acknowledged += finish(worker)
    check(unit, accounts, acknowledged)


def start(number: int) -> subprocess.Popen[str]:
    name = str(connection.settings_dict["NAME"])
    command = [sys.executable, "-m", "tests.apps.ledger.worker", name, str(number), str(TURNS)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def finish(worker: subprocess.Popen[str]) -> list[str]:
    said, _ = worker.communicate(timeout=300)
    assert worker.returncode == 0
    return said.splitlines()


def check(unit: Unit, accounts: list[Account], acknowledged: list[str]) -> None:
    assert faults_of(unit) == []
    held = balances(*accounts)
    assert sum(held) == 0
    assert all(-200_00 <= balance <= 300_00 for balance in held)
    answered: dict[str, set[str]] = {}
    for line in acknowledged:
        key, number = line.split()
        answered.setdefault(key, set()).add(number)
    assert len(answered) > WORKERS * TURNS // 4
    assert all(len(numbers) == 1 for numbers in answered.values()), "one key was answered in two ways"
    acts = set(Act.objects.filter(key__startswith="w").values_list("key", flat=True))
    assert set(answered) <= acts, "what was acknowledged is lost"
    written = Transfer.objects.filter(act__key__startswith="w").values_list("act__key", "label")
    assert max(Counter(written).values()) == 1, "one act wrote the same transfer twice"
