"""Debts of a circle: said, confirmed, cleared together on what both sides accept, undone by the opposite batch."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from django.db.models import Sum

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.clearing import (
    BatchEndedError,
    BatchOpenError,
    NoBatchReasonError,
    NotAPartyError,
    NothingToClearError,
    answer_batch,
    cancel_batch,
    drop_batch,
    execute_batch,
    propose_batch,
)
from maillage.apps.barter.actions.credit import answer
from maillage.apps.barter.actions.debts import (
    DebtAnsweredError,
    DebtContent,
    DebtError,
    DebtInUseError,
    DebtsError,
    NoDebtReasonError,
    answer_debt,
    enter_debt,
    enter_debts,
    take_up_invoices,
    withdraw_debt,
)
from maillage.apps.barter.actions.members import change_member_state
from maillage.apps.barter.choices import BatchState, DebtState, MemberState
from maillage.apps.barter.models import BatchLine, Circle, CircleMember, ClearingBatch, Debt
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.barter.queries.clearing import notices_of
from maillage.apps.barter.queries.credit import accounts_of_circle
from maillage.apps.barter.queries.debts import invoices_to_take_up
from maillage.apps.books.actions.opening import BooksChoices, open_books
from maillage.apps.books.actions.settlements import record_settlement
from maillage.apps.books.models import BookSettlement, Invoice, InvoiceSettlement, JournalLine
from maillage.apps.ledger.actions.reversals import NotReversibleError
from maillage.apps.ledger.models import Transfer
from tests.apps.books.making import NOON as LATER
from tests.apps.books.making import line, make_issued, make_seller
from tests.factories import NOW, make_circle, make_organization

NAMES = ("Atelier", "Boulangerie", "Cinéma", "Dépôt")


@pytest.fixture
def ring(solene: Person) -> Circle:
    return make_circle(solene, "La ronde", *[make_organization(name) for name in NAMES])


def of(circle: Circle, name: str) -> CircleMember:
    found: CircleMember = circle.members.select_related("organization").get(organization__name=name)
    return found


def acting(person: Person, member: CircleMember) -> Acting:
    return Acting(person=person, organization=member.organization, in_office_mode=True)


def owe(person: Person, circle: Circle, debtor: str, creditor: str, euros: int, invoice: str, due: date | None = None) -> Debt:  # fmt: skip
    one, other = of(circle, debtor), of(circle, creditor)
    content = DebtContent(one.pk, other.pk, euros * 100, invoice, due)
    debt = enter_debt(acting=acting(person, other), circle_id=circle.pk, content=content, now=NOW)
    return answer_debt(acting=acting(person, one), debt_id=debt.pk, contests=False, reason="", now=NOW)


@pytest.fixture
def example(solene: Person, ring: Circle) -> list[Debt]:
    """The worked example of `docs/explanation/compensation.md`."""
    return [
        owe(solene, ring, "Atelier", "Boulangerie", 100, "F1"),
        owe(solene, ring, "Boulangerie", "Cinéma", 80, "F2"),
        owe(solene, ring, "Cinéma", "Atelier", 60, "F3"),
        owe(solene, ring, "Cinéma", "Boulangerie", 30, "F4"),
        owe(solene, ring, "Atelier", "Dépôt", 50, "F5"),
    ]


def say(person: Person, circle: Circle, batch_id: int, answers: dict[str, bool]) -> None:
    for name, agrees in answers.items():
        answer_batch(
            acting=acting(person, of(circle, name)), batch_id=batch_id, agrees=agrees,
            reason="" if agrees else "Trop tôt.", now=NOW,
        )  # fmt: skip


def left(debts: list[Debt]) -> list[int]:
    found = {debt.pk: debt.remaining_cents for debt in Debt.objects.all()}
    return [found[debt.pk] // 100 for debt in debts]


def test_a_proposal_is_that_of_the_worked_example(solene: Person, ring: Circle, example: list[Debt]) -> None:
    batch = propose_batch(actor=solene, circle_id=ring.pk, now=NOW)
    lines = {line.debt_id: line.proposed_cents // 100 for line in batch.lines.all()}
    assert [lines.get(debt.pk, 0) for debt in example] == [60, 80, 60, 20, 0]
    assert left(example) == [100, 80, 60, 30, 50], "nothing is done yet"
    assert len(batch.input_hash) == 64
    notices = {each.member.organization.name: each for each in notices_of(batch)}
    assert set(notices) == {"Atelier", "Boulangerie", "Cinéma"}
    assert [(n.invoice, n.done_cents, n.after_cents) for n in notices["Cinéma"].owed] == [
        ("F3", 6_000, 0),
        ("F4", 2_000, 1_000),
    ]
    with pytest.raises(BatchOpenError):
        propose_batch(actor=solene, circle_id=ring.pk, now=NOW)


def test_all_accept_then_all_is_undone(solene: Person, ring: Circle, example: list[Debt]) -> None:
    year = (date(NOW.year, 1, 1), date(NOW.year, 12, 31))
    books = open_books(
        actor=solene, organization_id=of(ring, "Atelier").organization_id,
        choices=BooksChoices(variant="associative"), starts_on=year[0], ends_on=year[1], now=NOW,
    )  # fmt: skip
    batch = propose_batch(actor=solene, circle_id=ring.pk, now=NOW)
    say(solene, ring, batch.pk, {"Atelier": True, "Boulangerie": True, "Cinéma": True})
    for _twice in range(2):
        execute_batch(actor=solene, batch_id=batch.pk, now=NOW)
        assert left(example) == [40, 0, 0, 10, 50]
    assert BookSettlement.objects.count() == 1
    assert_balanced()
    entries = books.entries.count()
    assert entries
    with pytest.raises(BatchEndedError):
        say(solene, ring, batch.pk, {"Atelier": False})
    with pytest.raises(NoBatchReasonError):
        cancel_batch(actor=solene, batch_id=batch.pk, reason=" ", now=NOW)
    opposites = {cancel_batch(actor=solene, batch_id=batch.pk, reason="Erreur.", now=NOW).pk for _ in "ab"}
    assert len(opposites) == 1
    assert left(example) == [100, 80, 60, 30, 50]
    batch.refresh_from_db()
    assert (batch.state, batch.opposite.state) == (BatchState.CANCELLED, BatchState.OPPOSITE)
    assert books.entries.count() == 2 * entries
    assert_balanced()


def assert_balanced() -> None:
    sums = JournalLine.objects.aggregate(debit=Sum("debit_cents"), credit=Sum("credit_cents"))
    assert sums["debit"] == sums["credit"]


def test_a_refusal_leaves_the_others_what_they_accepted_and_no_more(
    solene: Person, ring: Circle, example: list[Debt]
) -> None:
    batch = propose_batch(actor=solene, circle_id=ring.pk, now=NOW)
    say(solene, ring, batch.pk, {"Atelier": False, "Boulangerie": True, "Cinéma": True})
    execute_batch(actor=solene, batch_id=batch.pk, now=NOW)
    assert left(example) == [100, 60, 60, 10, 50]


def test_silence_is_no_consent_and_the_last_answer_counts(
    solene: Person, ring: Circle, example: list[Debt]
) -> None:
    batch = propose_batch(actor=solene, circle_id=ring.pk, now=NOW)
    say(solene, ring, batch.pk, {"Boulangerie": True})
    with pytest.raises(NothingToClearError):
        execute_batch(actor=solene, batch_id=batch.pk, now=NOW)
    with pytest.raises(NoBatchReasonError):
        answer_batch(
            acting=acting(solene, of(ring, "Cinéma")), batch_id=batch.pk, agrees=False, reason="", now=NOW
        )
    with pytest.raises(NotAPartyError):
        say(solene, ring, batch.pk, {"Dépôt": True})
    say(solene, ring, batch.pk, {"Cinéma": False})
    say(solene, ring, batch.pk, {"Cinéma": True})
    say(solene, ring, batch.pk, {"Cinéma": True})
    assert batch.consents.count() == 3
    execute_batch(actor=solene, batch_id=batch.pk, now=NOW)
    assert left(example) == [100, 60, 60, 10, 50]


def test_the_frozen_are_left_out_even_after_a_yes(solene: Person, ring: Circle, example: list[Debt]) -> None:
    batch = propose_batch(actor=solene, circle_id=ring.pk, now=NOW)
    say(solene, ring, batch.pk, {"Atelier": True, "Boulangerie": True, "Cinéma": True})
    change_member_state(
        actor=solene, member_id=of(ring, "Atelier").pk, state=MemberState.FROZEN, reason="Jugement.", now=NOW
    )
    execute_batch(actor=solene, batch_id=batch.pk, now=NOW)
    assert left(example) == [100, 60, 60, 10, 50]


def test_a_proposal_is_abandoned_with_a_reason(solene: Person, ring: Circle, example: list[Debt]) -> None:
    batch = propose_batch(actor=solene, circle_id=ring.pk, now=NOW)
    with pytest.raises(NoBatchReasonError):
        drop_batch(actor=solene, batch_id=batch.pk, reason="", now=NOW)
    drop_batch(actor=solene, batch_id=batch.pk, reason="Une facture manque.", now=NOW)
    with pytest.raises(BatchEndedError):
        execute_batch(actor=solene, batch_id=batch.pk, now=NOW)
    assert left(example) == [100, 80, 60, 30, 50]


def test_a_debt_is_said_by_one_side_and_answered_by_the_other(solene: Person, ring: Circle) -> None:
    one, other = of(ring, "Atelier"), of(ring, "Boulangerie")
    content = DebtContent(one.pk, other.pk, 1_000, " F 1 ")
    debt = enter_debt(acting=acting(solene, other), circle_id=ring.pk, content=content, now=NOW)
    assert enter_debt(acting=acting(solene, other), circle_id=ring.pk, content=content, now=NOW) == debt
    assert debt.other_side == one
    with pytest.raises(DebtAnsweredError):
        answer_debt(acting=acting(solene, other), debt_id=debt.pk, contests=False, reason="", now=NOW)
    with pytest.raises(NoDebtReasonError):
        answer_debt(acting=acting(solene, one), debt_id=debt.pk, contests=True, reason="", now=NOW)
    contested = answer_debt(
        acting=acting(solene, one), debt_id=debt.pk, contests=True, reason="Payée.", now=NOW
    )
    assert contested.state == DebtState.CONTESTED
    with pytest.raises(NothingToClearError):
        propose_batch(actor=solene, circle_id=ring.pk, now=NOW)
    withdrawn = withdraw_debt(acting=acting(solene, other), debt_id=debt.pk, now=NOW)
    assert withdrawn.state == DebtState.WITHDRAWN
    assert enter_debt(acting=acting(solene, other), circle_id=ring.pk, content=content, now=NOW) != debt


def test_a_debt_in_a_batch_stays(solene: Person, ring: Circle, example: list[Debt]) -> None:
    propose_batch(actor=solene, circle_id=ring.pk, now=NOW)
    with pytest.raises(DebtInUseError):
        withdraw_debt(acting=acting(solene, of(ring, "Boulangerie")), debt_id=example[0].pk, now=NOW)


@pytest.mark.parametrize(
    ("debtor", "creditor", "cents", "invoice", "field"),
    [
        ("Atelier", "Atelier", 100, "F1", "creditor"),
        ("Atelier", "Boulangerie", 0, "F1", "amount"),
        ("Atelier", "Boulangerie", -5, "F1", "amount"),
        ("Atelier", "Boulangerie", 2**63, "F1", "amount"),
        ("Atelier", "Boulangerie", 5, " ", "invoice"),
        ("Cinéma", "Dépôt", 5, "F1", "debtor"),
    ],
)
def test_debts_that_cannot_be(
    solene: Person, ring: Circle, debtor: str, creditor: str, cents: int, invoice: str, field: str
) -> None:
    content = DebtContent(of(ring, debtor).pk, of(ring, creditor).pk, cents, invoice)
    good = DebtContent(of(ring, "Atelier").pk, of(ring, "Dépôt").pk, 100, "G1")
    who = acting(solene, of(ring, "Atelier"))
    with pytest.raises(DebtError) as fault:
        enter_debt(acting=who, circle_id=ring.pk, content=content, now=NOW)
    assert fault.value.field == field
    with pytest.raises(DebtsError) as faults:
        enter_debts(acting=who, circle_id=ring.pk, contents=[good, content], now=NOW)
    assert list(faults.value.wrong) == [1]
    assert not Debt.objects.exists()
    enter_debts(acting=who, circle_id=ring.pk, contents=[good], dry_run=True, now=NOW)
    assert not Debt.objects.exists()


def test_an_invoice_number_serves_once_for_a_creditor(
    solene: Person, ring: Circle, example: list[Debt]
) -> None:
    again = DebtContent(of(ring, "Cinéma").pk, of(ring, "Boulangerie").pk, 1, "F1")
    with pytest.raises(DebtError) as fault:
        enter_debt(acting=acting(solene, of(ring, "Cinéma")), circle_id=ring.pk, content=again, now=NOW)
    assert fault.value.field == "invoice"


@pytest.mark.parametrize("seed", range(4))
def test_random_histories_keep_debts_and_books_right(solene: Person, ring: Circle, seed: int) -> None:
    """Debts, proposals, answers, executions and cancellations in any order: nothing is lost nor cleared twice."""
    chance, number = random.Random(seed), 0
    year = (date(NOW.year, 1, 1), date(NOW.year, 12, 31))
    for name in NAMES[:3]:
        open_books(
            actor=solene, organization_id=of(ring, name).organization_id,
            choices=BooksChoices(variant="associative"), starts_on=year[0], ends_on=year[1], now=NOW,
        )  # fmt: skip
    for _step in range(25):
        batch = ring.batches.order_by("?").first()
        act = chance.choice(["owe", "owe", "owe", "propose", "answer", "answer", "execute", "cancel", "drop"])
        try:
            if act == "owe":
                number += 1
                one, other = chance.sample(NAMES, 2)
                due = NOW.date() + timedelta(chance.randint(-40, 40))
                owe(solene, ring, one, other, chance.randint(1, 50), f"N{number}", due)
            elif act == "propose":
                propose_batch(actor=solene, circle_id=ring.pk, now=NOW)
            elif batch and act == "answer":
                for each in notices_of(batch):
                    say(solene, ring, batch.pk, {each.member.organization.name: chance.random() < 0.8})
            elif batch and act == "execute":
                execute_batch(actor=solene, batch_id=batch.pk, now=NOW)
            elif batch and act == "cancel":
                cancel_batch(actor=solene, batch_id=batch.pk, reason="Erreur.", now=NOW)
            elif batch:
                drop_batch(actor=solene, batch_id=batch.pk, reason="Plus tard.", now=NOW)
        except (BatchOpenError, BatchEndedError, NothingToClearError):
            pass
        assert_right()


def assert_right() -> None:
    done = BatchLine.objects.filter(batch__state=BatchState.EXECUTED)
    for debt in Debt.objects.all():
        cleared = done.filter(debt=debt).aggregate(cents=Sum("executed_cents"))["cents"] or 0
        assert debt.remaining_cents == debt.amount_cents - cleared >= 0
    for batch_id in set(done.values_list("batch_id", flat=True)):
        lines = done.filter(batch_id=batch_id)
        owed = dict(lines.values_list("debt__creditor").annotate(cents=Sum("executed_cents")))
        owing = dict(lines.values_list("debt__debtor").annotate(cents=Sum("executed_cents")))
        assert {member: cents for member, cents in owed.items() if cents} == {
            member: cents for member, cents in owing.items() if cents
        }
    assert_balanced()


def test_invoices_become_debts_and_their_payment_moves(db: None, solene: Person) -> None:
    """Three invoices in a ring: taken up, confirmed, cleared; what they settle moves, and moves back."""
    bodies = [make_seller(name) for name in NAMES[:3]]
    circle = make_circle(solene, "Le tour", *bodies)
    invoices = [
        make_issued(seller, buyer, lines=(line("100", "1"),))
        for seller, buyer in zip(bodies, [*bodies[1:], bodies[0]], strict=True)
    ]
    members = {each.organization_id: each for each in circle.members.select_related("organization")}
    for seller, invoice in zip(bodies, invoices, strict=True):
        said = acting(solene, members[seller.pk])
        found = invoices_to_take_up(circle, [seller.pk])
        assert invoice.pk in {each.source_id for each in found}
        [debt] = take_up_invoices(
            acting=said, circle_id=circle.pk, chosen={("issued", invoice.pk)}, now=LATER
        )
        assert (debt.amount_cents, debt.issued_invoice_id) == (12_000, invoice.pk)
        assert (
            take_up_invoices(acting=said, circle_id=circle.pk, chosen={("issued", invoice.pk)}, now=LATER)
            == []
        )
        answer_debt(acting=acting(solene, debt.debtor), debt_id=debt.pk, contests=False, reason="", now=LATER)
    assert invoices_to_take_up(circle, list(members)) == []
    record_settlement(
        InvoiceSettlement,
        actor=solene, of_id=invoices[0].pk, kind="payment", amount_cents=2_000, settled_on=LATER.date(),
        reference="virement", key="v-1", now=LATER,
    )  # fmt: skip
    batch = agreed(solene, circle)
    execute_batch(actor=solene, batch_id=batch.pk, now=LATER)
    settled = [Invoice.objects.get(pk=each.pk) for each in invoices]
    assert [(each.set_off_cents, each.remaining_cents) for each in settled] == [
        (10_000, 0),
        (10_000, 2_000),
        (10_000, 2_000),
    ]
    cancel_batch(actor=solene, batch_id=batch.pk, reason="Erreur", now=LATER)
    assert [Invoice.objects.get(pk=each.pk).set_off_cents for each in invoices] == [0, 0, 0]


def agreed(solene: Person, circle: Circle, **choices: bool) -> ClearingBatch:
    """A batch that all its parties accept."""
    batch = propose_batch(actor=solene, circle_id=circle.pk, now=LATER, **choices)
    for notice in notices_of(batch):
        answer_batch(
            acting=acting(solene, notice.member), batch_id=batch.pk, agrees=True, reason="", now=LATER
        )
    return batch


def test_mutual_credit_carries_what_a_chain_leaves(solene: Person, ring: Circle) -> None:
    """A owes B 80, B owes C 80, nobody owes A: all of it goes out, A gives 80 units and C gains them, inside limits."""
    debt_of(solene, ring, "Atelier", "Boulangerie", 8_000)
    debt_of(solene, ring, "Boulangerie", "Cinéma", 8_000)
    with pytest.raises(NothingToClearError):
        propose_batch(actor=solene, circle_id=ring.pk, now=LATER)
    batch = agreed(solene, ring, uses_credit=True)
    assert [each.change_cents for each in notices_of(batch)] == [-8_000, 0, 8_000]
    execute_batch(actor=solene, batch_id=batch.pk, now=LATER)
    execute_batch(actor=solene, batch_id=batch.pk, now=LATER)
    assert balances(ring) == {"Atelier": -8_000, "Boulangerie": 0, "Cinéma": 8_000, "Dépôt": 0}
    assert not Debt.objects.filter(remaining_cents__gt=0).exists()
    moved = Transfer.objects.filter(nature="clearing", payee__owner__isnull=False).get()
    with pytest.raises(NotReversibleError):  # by the batch alone
        answer(
            acting=acting(solene, of(ring, "Cinéma")), circle=ring, transfer_id=moved.pk, what="reverse", key="une-cle-de-vingt-signes", now=LATER
        )  # fmt: skip
    cancel_batch(actor=solene, batch_id=batch.pk, reason="Erreur", now=LATER)
    cancel_batch(actor=solene, batch_id=batch.pk, reason="Erreur", now=LATER)
    assert set(balances(ring).values()) == {0}
    assert Debt.objects.aggregate(left=Sum("remaining_cents"))["left"] == 16_000


def test_the_limits_of_an_account_bound_what_it_carries(solene: Person, ring: Circle) -> None:
    """The floor of Atelier is at −500: of a debt of 700 only 500 goes out, in the proposal as in what is done."""
    debt_of(solene, ring, "Atelier", "Boulangerie", 70_000)
    batch = agreed(solene, ring, uses_credit=True)
    assert batch.lines.get().proposed_cents == 50_000
    execute_batch(actor=solene, batch_id=batch.pk, now=LATER)
    assert balances(ring) == {"Atelier": -50_000, "Boulangerie": 50_000, "Cinéma": 0, "Dépôt": 0}
    assert Debt.objects.get().remaining_cents == 20_000


def balances(circle: Circle) -> dict[str, int]:
    return {str(each.owner): each.balance for each in accounts_of_circle(circle)}


def debt_of(solene: Person, circle: Circle, debtor: str, creditor: str, cents: int) -> Debt:
    """A debt that both sides agree on."""
    sides = of(circle, debtor), of(circle, creditor)
    debt = enter_debt(
        acting=acting(solene, sides[0]),
        circle_id=circle.pk,
        content=DebtContent(sides[0].pk, sides[1].pk, cents, f"{debtor}-{creditor}"),
        now=LATER,
    )
    return answer_debt(acting=acting(solene, sides[1]), debt_id=debt.pk, contests=False, reason="", now=LATER)
