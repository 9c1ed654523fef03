from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from maillage.apps.ledger.actions.accounts import open_account, open_unit
from maillage.apps.ledger.actions.acts import Doer
from maillage.apps.ledger.models import Account, Unit
from maillage.apps.ledger.queries.contents import Limits, Order, UnitRules
from tests.factories import NOW, make_organization

_keys = count(1)
LIMITS = Limits(lower_limit=-500_00, upper_limit=500_00, soft_lower=-300_00, soft_upper=400_00)


def doer(**said: Any) -> Doer:
    """Somebody who acts now, under a key of its own."""
    return Doer(**{"actor": None, "key": f"key-{next(_keys)}", "now": NOW, **said})


def make_unit(**rules: int) -> Unit:
    return open_unit(name="unité", plural="unités", rules=UnitRules(**rules), doer=doer())


def make_account(unit: Unit, name: str = "", limits: Limits = LIMITS) -> Account:
    return open_account(unit_id=unit.pk, owner=make_organization(name), limits=limits, doer=doer())


def order(payer: Account, payee: Account, amount: int, **said: Any) -> Order:
    return Order(payer_id=payer.pk, payee_id=payee.pk, amount=amount, **said)


def balances(*accounts: Account) -> tuple[int, ...]:
    """What the database holds, in the order given."""
    found = dict(Account.objects.filter(pk__in=[each.pk for each in accounts]).values_list("pk", "balance"))
    return tuple(found[each.pk] for each in accounts)


@pytest.fixture
def unit(db: None) -> Unit:
    return make_unit()


@pytest.fixture
def recyclerie(unit: Unit) -> Account:
    return make_account(unit, "La Recyclerie")


@pytest.fixture
def radio(unit: Unit) -> Account:
    return make_account(unit, "La Radio")


@pytest.fixture
def fournil(unit: Unit) -> Account:
    return make_account(unit, "Le Fournil")
