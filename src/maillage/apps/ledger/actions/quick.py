"""The ordinary transfer in one statement, where the database can (PostgreSQL).

It does what `transfers.pay` does step by step, for a transfer without event, follower, reference, commission nor refusal: both accounts
are locked in the order of their ids, the act is claimed, the transfer written and the balances changed, or nothing is.
When nothing is, the steps say why. The statement is prepared: its planning would cost as much as its work.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS, IntegrityError, connections

from maillage.apps.ledger.actions.acts import Doer, check_key
from maillage.apps.ledger.actions.following import FOLLOWERS
from maillage.apps.ledger.choices import BALANCE_MAX, State, Verb
from maillage.apps.ledger.models import Transfer
from maillage.apps.ledger.queries.contents import Order
from maillage.kernel.db.postgres import first_row_of_prepared

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper

# Under READ COMMITTED a locked row is read in its last version, by the UPDATE as by the SELECT that locked it.
SENTENCE = """
WITH locked AS MATERIALIZED (
    SELECT id, unit_id, status, balance, reserved_out, reserved_in, lower_limit, upper_limit, soft_lower, soft_upper
    FROM ledger_account WHERE id IN (%(payer)s, %(payee)s) ORDER BY id FOR NO KEY UPDATE
), fit AS (
    SELECT min(payer.unit_id) AS unit_id
    FROM locked payer JOIN locked payee ON payee.unit_id = payer.unit_id JOIN ledger_unit unit ON unit.id = payer.unit_id
    WHERE payer.id = %(payer)s AND payee.id = %(payee)s
      AND payer.status = 'open' AND payee.status IN ('open', 'suspended') AND unit.commission_rate = 0
      AND payer.balance - %(amount)s >= GREATEST(payer.lower_limit + payer.reserved_out, payer.soft_lower, -%(most)s)
      AND payee.balance + %(amount)s <= LEAST(payee.upper_limit - payee.reserved_in, payee.soft_upper, %(most)s)
      {unfollowed}
    HAVING count(*) = 1
), act AS (
    INSERT INTO ledger_act (key, digest, verb, actor_id, is_office, at)
    SELECT %(key)s, %(digest)s, %(verb)s, %(actor)s, %(office)s, %(now)s FROM fit
    ON CONFLICT (key) DO NOTHING RETURNING id
), written AS (
    INSERT INTO ledger_transfer (act_id, unit_id, payer_id, payee_id, amount, posted_amount, state, nature, label, reference,
        soulte_cents, soulte_currency, created_at, posted_at)
    SELECT act.id, fit.unit_id, %(payer)s, %(payee)s, %(amount)s, %(amount)s, %(state)s, %(nature)s, %(label)s, '',
        %(soulte)s, %(currency)s, %(now)s, %(now)s
    FROM act, fit RETURNING id, act_id, unit_id
), moved AS (
    UPDATE ledger_account account SET version = version + 1,
        balance = balance + CASE account.id WHEN %(payer)s THEN -%(amount)s ELSE %(amount)s END
    FROM written WHERE account.id IN (%(payer)s, %(payee)s) RETURNING account.id
)
SELECT id, act_id, unit_id, (SELECT count(*) FROM moved) FROM written
"""

LOCK = "SELECT id FROM ledger_account WHERE id IN (%(payer)s, %(payee)s) ORDER BY id FOR NO KEY UPDATE"


_COLUMNS = [field.attname for field in Transfer._meta.concrete_fields]
_UNSAID = dict.fromkeys(_COLUMNS) | {"reference": "", "state": State.POSTED.value}


def pay_in_one_statement(*, order: Order, doer: Doer, digest: str) -> Transfer | None:
    """The posted transfer, or None when it is no ordinary one or the database has no such statement."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "postgresql":
        return None
    check_key(doer.key)
    values: dict[str, Any] = {
        "payer": order.payer_id,
        "payee": order.payee_id,
        "amount": order.amount,
        "most": BALANCE_MAX,
        "key": doer.key,
        "digest": digest,
        "verb": Verb.PAY.value,
        "actor": doer.actor.pk if doer.actor else None,
        "office": doer.is_office,
        "now": doer.now,
        "state": State.POSTED.value,
        "nature": str(order.nature),
        "label": order.label,
        "soulte": order.soulte_cents,
        "currency": order.soulte_currency,
    }
    found = _executed(database, values)
    if found is None:
        return None
    pk, act_id, unit_id, moved = found
    assert moved == 2, "a transfer changes two balances"
    written = _UNSAID | {
        "id": pk,
        "act_id": act_id,
        "unit_id": unit_id,
        "payer_id": order.payer_id,
        "payee_id": order.payee_id,
        "amount": order.amount,
        "posted_amount": order.amount,
        "nature": order.nature,
        "label": order.label,
        "soulte_cents": order.soulte_cents,
        "soulte_currency": order.soulte_currency,
        "created_at": doer.now,
        "posted_at": doer.now,
    }
    return Transfer.from_db(DEFAULT_DB_ALIAS, _COLUMNS, list(written.values()))


def _executed(database: BaseDatabaseWrapper, values: dict[str, Any]) -> tuple[Any, ...] | None:
    """What the statement gives.

    PostgreSQL tries the limits of a row first as the statement's snapshot has it, even when another transfer has changed
    it since: it may refuse what the last version allows. Inside a transaction the rows are therefore locked by a
    statement before; alone, the refusal is left to the steps, which read what is.
    """
    sentence = _sentence(tuple([follower.question for follower in FOLLOWERS]))
    if database.in_atomic_block:
        first_row_of_prepared(database, LOCK, values)
        return first_row_of_prepared(database, sentence, values)
    try:
        return first_row_of_prepared(database, sentence, values)
    except IntegrityError:
        return None


@cache
def _sentence(questions: tuple[str, ...]) -> str:
    """The statement, which does nothing when a follower is to be told."""
    asked = (question.format(ids="%(payer)s, %(payee)s") for question in questions)
    return SENTENCE.format(unfollowed="".join(f"AND NOT EXISTS ({each})" for each in asked))
