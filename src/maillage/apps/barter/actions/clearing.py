"""A batch: proposed on a snapshot, answered by each party, executed on what both sides accept, cancelled by its opposite.

The rule of what may be executed is in `docs/explanation/compensation.md`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.acting import trace
from maillage.apps.barter.actions.carrying import carry, give_back
from maillage.apps.barter.actions.debts import CLEARING
from maillage.apps.barter.choices import BatchState, MemberState
from maillage.apps.barter.models import BatchLine, Circle, ClearingBatch, Consent, Debt
from maillage.apps.barter.queries.acting import Acting, money_handlers_of
from maillage.apps.barter.queries.clearing import agreeing_members, credit_rooms, parties_of
from maillage.apps.books.actions.clearing import (
    SettlementBatch,
    SettlementLine,
    settle_together,
    undo_settlement,
)
from maillage.apps.ledger.actions.acts import Doer
from maillage.cores import clearing as core
from maillage.kernel.audit.actions import record
from maillage.kernel.mail.notifications import notify


class BatchOpenError(Exception):
    message = gettext_lazy("A proposal already waits for answers in this circle.")


class NothingToClearError(Exception):
    message = gettext_lazy("No circle of debts can be cleared: nothing has changed.")


class BatchEndedError(Exception):
    message = gettext_lazy("This batch no longer waits for answers: nothing has changed.")


class NotAPartyError(Exception):
    message = gettext_lazy("Your organisation has no debt in this batch.")


class NoBatchReasonError(Exception):
    message = gettext_lazy("Say why: the others will read it.")


class UnprovenError(Exception):
    """The certificate does not hold; nothing may be done with such an answer."""


@transaction.atomic
def propose_batch(
    *, actor: Person, circle_id: int, uses_credit: bool = False, now: datetime
) -> ClearingBatch:
    """Freeze the confirmed debts of active members, and propose the greatest set-off to their parties.

    `uses_credit`: debts that no circle closes go out too, as far as accounts of mutual credit bear the difference.

    Raises BatchOpenError, NothingToClearError.
    """
    circle = Circle.objects.select_for_update().get(pk=circle_id)
    if circle.batches.filter(state=BatchState.PROPOSED).exists():
        raise BatchOpenError
    debts = list(
        Debt.objects.clearable()
        .filter(circle=circle, debtor__state=MemberState.ACTIVE, creditor__state=MemberState.ACTIVE)
        .select_related("issued_invoice", "received_invoice")
        .order_by("pk")
    )
    setoffs = _greatest(debts, [debt.left_cents for debt in debts], circle if uses_credit else None)
    if not any(setoffs):
        raise NothingToClearError
    batch = ClearingBatch.objects.create(
        circle=circle,
        input_hash=hash_of(debts),
        uses_credit=uses_credit,
        proposed_by=actor,
        proposed_at=now,
    )
    BatchLine.objects.bulk_create(
        BatchLine(batch=batch, debt=debt, before_cents=debt.left_cents, proposed_cents=setoff)
        for debt, setoff in zip(debts, setoffs, strict=True)
        if setoff
    )
    _note(actor, batch, "batch.propose", now, lines=sum(map(bool, setoffs)), cents=sum(setoffs))
    _tell_parties(batch, _("Debts may be cleared together: read what it does to yours, and answer."), now)
    return batch


def hash_of(debts: Sequence[Debt]) -> str:
    """The mark of a snapshot: who owes what to whom, by which invoice, what is left, in the order of debts."""
    rows = [
        [
            debt.pk,
            debt.debtor_id,
            debt.creditor_id,
            debt.invoice,
            str(debt.due_date or ""),
            debt.left_cents,
        ]
        for debt in debts
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def _greatest(debts: Sequence[Debt], amounts_cents: Sequence[int], lending: Circle | None) -> list[int]:
    """The set-off of each debt, none above its amount; those of amount zero stay out.

    `lending`: the circle whose accounts of mutual credit may bear what a member's sides differ by.
    """
    kept = [place for place, cents in enumerate(amounts_cents) if cents > 0]
    table = core.table_of(
        core.Debt(
            str(debts[place].debtor_id),
            str(debts[place].creditor_id),
            amounts_cents[place],
            debts[place].invoice,
            debts[place].due_date,
        )
        for place in kept
    )
    assert not isinstance(table, core.Refusal), "the database holds debts in 64 bits"
    sides = {debt_side for place in kept for debt_side in (debts[place].debtor_id, debts[place].creditor_id)}
    rooms = credit_rooms(lending, sides) if lending else {}
    answer = core.clear(table, list(rooms.values()))
    assert isinstance(answer, core.Clearing), "the database holds no debt that the core refuses"
    if core.check(answer):
        raise UnprovenError(core.check(answer))
    setoffs = [0] * len(debts)
    for place, cents in zip(kept, answer.setoffs_cents.tolist(), strict=True):
        setoffs[place] = cents
    return setoffs


@transaction.atomic
def answer_batch(*, acting: Acting, batch_id: int, agrees: bool, reason: str, now: datetime) -> Consent:
    """A party accepts, or refuses with a reason; the last answer counts. The same twice is kept once.

    Raises BatchEndedError, NotAPartyError, NoBatchReasonError.
    """
    batch = _locked(batch_id)
    if batch.state != BatchState.PROPOSED:
        raise BatchEndedError
    member = next((one for one in parties_of(batch) if one.organization_id == acting.organization.pk), None)
    if member is None:
        raise NotAPartyError
    if not agrees and not reason.strip():
        raise NoBatchReasonError
    said = "" if agrees else reason.strip()[:300]
    last = batch.consents.filter(member=member).order_by("-pk").first()
    if last is not None and (last.agrees, last.reason) == (agrees, said):
        return last
    consent = Consent.objects.create(
        batch=batch,
        member=member,
        agrees=agrees,
        reason=said,
        person=acting.person,
        in_office_mode=acting.in_office_mode,
        at=now,
    )
    told = _("%(who)s answered for %(organization)s to the proposal %(batch)s.") % {
        "who": acting.person,
        "organization": acting.organization,
        "batch": batch.reference,
    }
    trace(
        acting,
        verb="batch.accept" if agrees else "batch.refuse",
        target_kind="batch",
        target_id=batch.pk,
        target_label=batch.reference,
        told=told,
        url=_path_of(batch),
        details={"reason": said},
        now=now,
    )
    return consent


@transaction.atomic
def execute_batch(*, actor: Person, batch_id: int, now: datetime) -> ClearingBatch:
    """Clear what both sides of a debt accepted, never more than was proposed; in everybody's books at once.

    Executed twice, it is done once. Raises BatchEndedError, NothingToClearError, BooksError or LedgerError when the books
    or the account of a party refuse: then nothing has changed.
    """
    batch = _locked(batch_id)
    if batch.state == BatchState.EXECUTED:
        return batch
    if batch.state != BatchState.PROPOSED:
        raise BatchEndedError
    agreeing = agreeing_members(batch)
    lines = list(
        batch.lines.filter(debt__debtor__in=agreeing, debt__creditor__in=agreeing)
        .filter(debt__in=Debt.objects.clearable())
        .select_related("debt__debtor", "debt__creditor", "debt__issued_invoice", "debt__received_invoice")
        .order_by("debt_id")
    )
    debts = [line.debt for line in lines]
    limits = [min(line.proposed_cents, line.debt.left_cents) for line in lines]
    setoffs = _greatest(debts, limits, batch.circle if batch.uses_credit else None)
    if not any(setoffs):
        raise NothingToClearError
    for line, setoff in zip(lines, setoffs, strict=True):
        line.executed_cents = setoff
        line.debt.remaining_cents -= setoff
    BatchLine.objects.bulk_update(lines, ["executed_cents"])
    Debt.objects.bulk_update(debts, ["remaining_cents"])
    _end(batch, BatchState.EXECUTED, actor, now)
    carry(batch=batch, lines=lines, doer=Doer(actor=actor, key=_key_of(batch), now=now))
    settle_together(
        actor=actor,
        batch=SettlementBatch(
            key=_key_of(batch),
            reference=batch.reference,
            settled_on=timezone.localdate(now),
            lines=tuple(
                SettlementLine(
                    line.debt.debtor.organization_id,
                    line.debt.creditor.organization_id,
                    line.executed_cents,
                    line.debt.invoice,
                    line.debt.issued_invoice_id,
                    line.debt.received_invoice_id,
                )
                for line in lines
                if line.executed_cents
            ),
        ),
        now=now,
    )
    _note(actor, batch, "batch.execute", now, lines=sum(map(bool, setoffs)), cents=sum(setoffs))
    _tell_parties(batch, _("The debts that were accepted are cleared."), now)
    return batch


@transaction.atomic
def drop_batch(*, actor: Person, batch_id: int, reason: str, now: datetime) -> ClearingBatch:
    """Abandon a proposal. Raises BatchEndedError, NoBatchReasonError."""
    batch = _locked(batch_id)
    if batch.state == BatchState.DROPPED:
        return batch
    if batch.state != BatchState.PROPOSED:
        raise BatchEndedError
    if not reason.strip():
        raise NoBatchReasonError
    batch.reason = reason.strip()[:300]
    _end(batch, BatchState.DROPPED, actor, now)
    _note(actor, batch, "batch.drop", now, reason=batch.reason)
    _tell_parties(batch, _("The proposal is abandoned: %(reason)s") % {"reason": batch.reason}, now)
    return batch


@transaction.atomic
def cancel_batch(*, actor: Person, batch_id: int, reason: str, now: datetime) -> ClearingBatch:
    """Undo an executed batch by its opposite, which is returned: debts are owed again, entries are reversed.

    Cancelled twice, it is done once. Raises BatchEndedError, NoBatchReasonError, BooksError, LedgerError.
    """
    batch = _locked(batch_id)
    if batch.state == BatchState.CANCELLED:
        return batch.opposite
    if batch.state != BatchState.EXECUTED:
        raise BatchEndedError
    if not reason.strip():
        raise NoBatchReasonError
    lines = list(batch.lines.filter(executed_cents__gt=0).select_related("debt").order_by("debt_id"))
    for line in lines:
        line.debt.remaining_cents += line.executed_cents
    Debt.objects.bulk_update([line.debt for line in lines], ["remaining_cents"])
    batch.state = BatchState.CANCELLED
    batch.save(update_fields=["state"])
    opposite = ClearingBatch.objects.create(
        circle=batch.circle,
        state=BatchState.OPPOSITE,
        input_hash=batch.input_hash,
        opposes=batch,
        reason=reason.strip()[:300],
        proposed_by=actor,
        proposed_at=now,
        ended_by=actor,
        ended_at=now,
    )
    undoing = Doer(actor=actor, key=f"{_key_of(batch)}:undone", now=now)
    give_back(batch=batch, key=_key_of(batch), doer=undoing)
    undo_settlement(actor=actor, key=_key_of(batch), undone_on=timezone.localdate(now), now=now)
    _note(actor, batch, "batch.cancel", now, reason=opposite.reason)
    _tell_parties(
        batch,
        _("A batch is cancelled, its debts are owed again: %(reason)s") % {"reason": opposite.reason},
        now,
    )
    return opposite


def _key_of(batch: ClearingBatch) -> str:
    return f"clearing:{batch.pk}"


def _locked(batch_id: int) -> ClearingBatch:
    """Under the lock of its circle: answers, proposals and executions of one circle follow one another."""
    circle_id = ClearingBatch.objects.values_list("circle_id", flat=True).get(pk=batch_id)
    Circle.objects.select_for_update().get(pk=circle_id)
    return ClearingBatch.objects.select_related("circle").get(pk=batch_id)


def _end(batch: ClearingBatch, state: str, actor: Person, now: datetime) -> None:
    batch.state, batch.ended_by, batch.ended_at = state, actor, now
    batch.save(update_fields=["state", "reason", "ended_by", "ended_at"])


def _note(actor: Person, batch: ClearingBatch, verb: str, now: datetime, **details: object) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind="batch",
        target_id=batch.pk,
        target_label=batch.reference,
        on_behalf_of="",
        details={"circle": batch.circle_id, **details},
        now=now,
    )


def _tell_parties(batch: ClearingBatch, title: str, now: datetime) -> None:
    said = f"{batch.circle.name}, {batch.reference} : {title}"
    people = {
        person.pk: person
        for member in parties_of(batch)
        for person in money_handlers_of(member.organization_id)
    }
    for person in people.values():
        notify(person=person, kind=CLEARING, title=said, url=_path_of(batch), now=now)


def _path_of(batch: ClearingBatch) -> str:
    return reverse("barter:batch", args=[batch.circle_id, batch.pk])
