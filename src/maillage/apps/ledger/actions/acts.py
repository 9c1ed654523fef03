"""The key under which every write is done: done once, answered as often as it is asked again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from maillage.apps.accounts.models import Person
from maillage.apps.ledger.models import Act

KEY_LENGTH_MAX = 80


class LedgerError(Exception):
    """What the ledger refuses, with a sentence for people."""

    message: Any = _("This could not be done.")


class KeyUsedOtherwiseError(LedgerError):
    message = _("This form was already sent with other content. Open it again to make another transfer.")


class BadKeyError(LedgerError):
    message = _("The form is incomplete. Open it again.")


@dataclass(frozen=True, kw_only=True)
class Doer:
    """Who acts, under which key. `is_office`: a facilitator does it for the member."""

    actor: Person | None
    key: str
    now: datetime
    is_office: bool = False


def digest_of(verb: str, content: dict[str, Any]) -> str:
    """A fingerprint of what is asked: equal for equal content, whoever asks and whenever."""
    text = json.dumps([verb, content], sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def claim(*, doer: Doer, verb: str, digest: str) -> tuple[Act, bool]:
    """The act of this key, and whether it is new. Call it in a transaction, after the accounts are locked.

    Whoever claims a key that another transaction is claiming waits for it. Raises KeyUsedOtherwiseError, BadKeyError.
    """
    check_key(doer.key)
    sql = (
        "INSERT INTO ledger_act (key, digest, verb, actor_id, is_office, at) VALUES (%s, %s, %s, %s, %s, %s) "
        "ON CONFLICT (key) DO NOTHING RETURNING id"
    )
    actor_id = doer.actor.pk if doer.actor else None
    at = connection.ops.adapt_datetimefield_value(doer.now)
    with connection.cursor() as cursor:
        cursor.execute(sql, [doer.key, digest, str(verb), actor_id, doer.is_office, at])
        made = cursor.fetchone()
    if made is None:
        return known(key=doer.key, digest=digest), False
    act = Act(key=doer.key, digest=digest, verb=verb, actor=doer.actor, is_office=doer.is_office, at=doer.now)
    act.pk = made[0]
    act._state.adding = False
    return act, True


def known(*, key: str, digest: str) -> Act:
    """The act already done under `key`. Raises KeyUsedOtherwiseError when it said something else."""
    act = Act.objects.get(key=key)
    if act.digest != digest:
        raise KeyUsedOtherwiseError
    return act


def check_key(key: str) -> None:
    if not key or len(key) > KEY_LENGTH_MAX or not key.isprintable():
        raise BadKeyError
