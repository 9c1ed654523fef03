"""The example of docs/explanation/credit-mutuel.md, figure by figure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from maillage.apps.ledger.actions.answers import accept, post
from maillage.apps.ledger.actions.circulation import collect_demurrage, demurrage_of
from maillage.apps.ledger.actions.moving import LimitPassedError
from maillage.apps.ledger.actions.reversals import reverse
from maillage.apps.ledger.actions.transfers import pay, request, reserve
from maillage.apps.ledger.models import Account, Transfer, Unit
from maillage.apps.ledger.queries.soundness import faults_of
from maillage.apps.ledger.queries.statements import statement_of
from maillage.apps.ledger.queries.steps import lower_step
from maillage.kernel import events
from tests.apps.ledger.conftest import balances, doer, make_account, make_unit, order

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[events.SoftLimitPassed]:
    """The soft limits that are passed while the test runs."""
    heard: list[events.SoftLimitPassed] = []
    monkeypatch.setattr(events, "_handlers", {events.SoftLimitPassed: [heard.append]})
    return heard


def test_the_eight_steps(
    unit: Unit, recyclerie: Account, radio: Account, fournil: Account, told: list[Any]
) -> None:
    def now() -> tuple[int, ...]:
        assert faults_of(unit) == []
        return balances(recyclerie, radio, fournil)

    desk = pay(order=order(radio, recyclerie, 120_00), doer=doer())
    assert now() == (120_00, -120_00, 0)

    asked = request(order=order(fournil, radio, 80_00), doer=doer())
    assert now() == (120_00, -120_00, 0)
    accept(transfer_id=asked.pk, doer=doer())
    assert now() == (120_00, -40_00, -80_00)

    buffet = reserve(order=order(recyclerie, fournil, 200_00), doer=doer())
    assert now() == (120_00, -40_00, -80_00)
    recyclerie.refresh_from_db()
    assert (recyclerie.reserved_out, recyclerie.can_spend) == (200_00, 420_00)

    post(transfer_id=buffet.pk, amount=150_00, doer=doer())
    assert now() == (-30_00, -40_00, 70_00)
    recyclerie.refresh_from_db()
    assert recyclerie.reserved_out == 0

    back = reverse(transfer_id=desk.pk, reason="Le bureau était cassé", doer=doer())
    assert back.reverses_id == desk.pk
    assert now() == (-150_00, 80_00, 70_00)

    mixed = order(radio, fournil, 300_00, soulte_cents=60_00, soulte_currency="EUR")
    pay(order=mixed, doer=doer())
    assert now() == (-150_00, -220_00, 370_00)

    assert told == []
    pay(order=order(radio, recyclerie, 100_00), doer=doer())
    assert now() == (-50_00, -320_00, 370_00)
    assert [(each.account_id, each.is_lower, each.step) for each in told] == [(radio.pk, True, 1)]

    with pytest.raises(LimitPassedError) as refused:
        pay(order=order(radio, recyclerie, 200_00), doer=doer())
    assert refused.value.room == 180_00
    assert now() == (-50_00, -320_00, 370_00)

    radio.refresh_from_db()
    steps = [lower_step(radio, balance) for balance in (-300_00, -300_01, -400_00, -400_01, -480_00, -480_01)]
    assert steps == [0, 1, 1, 2, 2, 3]
    sums = statement_of(radio).sums
    assert (sums.provided, sums.received, sums.closing) == (200_00, 520_00, -320_00)


def test_the_commission_of_the_example() -> None:
    unit = make_unit(commission_rate=100)
    recyclerie, radio = make_account(unit), make_account(unit)
    made = pay(order=order(radio, recyclerie, 120_00), doer=doer())
    assert balances(recyclerie, radio) == (118_80, -120_00)
    assert Transfer.objects.get(caused_by=made).amount == 1_20
    reverse(transfer_id=made.pk, doer=doer())
    assert balances(recyclerie, radio) == (0, 0)
    assert faults_of(unit) == []


def test_the_demurrage_of_the_example() -> None:
    unit = make_unit(demurrage_rate=100, demurrage_free=100_00)
    assert demurrage_of(370_00, unit) == 2_70


def test_demurrage_is_taken_once_a_month_on_what_stood_at_its_end() -> None:
    unit = make_unit(demurrage_rate=100, demurrage_free=100_00)
    fournil, radio = make_account(unit), make_account(unit)
    pay(order=order(radio, fournil, 370_00), doer=doer())
    later = datetime(2026, 4, 3, 8, tzinfo=UTC)
    pay(order=order(fournil, radio, 70_00), doer=doer(now=later))
    assert [each.amount for each in collect_demurrage(now=later)] == [2_70]
    assert collect_demurrage(now=later) == []
    assert balances(fournil, radio) == (297_30, -300_00)
    assert faults_of(unit) == []
