"""The debts of the circle of the demonstration: a batch that was executed, one that waits for a last answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.clearing import answer_batch, execute_batch, propose_batch
from maillage.apps.barter.actions.debts import DebtContent, answer_debt, enter_debt, take_up_invoices
from maillage.apps.barter.models import Circle, CircleMember, ClearingBatch
from maillage.apps.barter.queries.clearing import parties_of
from maillage.apps.barter.queries.debts import invoices_to_take_up
from maillage.apps.books.actions.booking import BookedPart, InvoiceToBook, book_invoice
from maillage.apps.books.choices import VatRegime
from maillage.apps.books.models import InvoicingProfile
from maillage.apps.directory.models import Organization
from maillage.project.demo.barter import acting_for
from maillage.project.demo.timeline import Event


def debt_events(
    content: Mapping[str, Any],
    *,
    circle: Circle,
    facilitator: Person,
    organizations: Mapping[str, Organization],
    now: datetime,
) -> list[Event]:
    """What members owe each other by invoice, said by who is owed; one batch done a month ago, one proposed this week."""
    members = {each.organization_id: each for each in circle.members.select_related("organization")}
    by_key = {key: members[body.pk] for key, body in organizations.items() if body.pk in members}
    waiting = [by_key[key].pk for key in content["attend"]]

    def say(is_old: bool, when: datetime) -> None:
        for entry in content["dette"]:
            if entry.get("ancienne", False) == is_old:
                _say(entry, by_key, circle, facilitator, when, now)

    def propose(when: datetime) -> None:
        propose_batch(actor=facilitator, circle_id=circle.pk, now=when)

    def agree(waiting: list[int], when: datetime) -> None:
        _agree(circle.batches.latest("pk"), waiting, facilitator, when)

    def execute(when: datetime) -> None:
        execute_batch(actor=facilitator, batch_id=circle.batches.latest("pk").pk, now=when)

    def take_up(when: datetime) -> None:
        _take_up(circle, facilitator, when)

    return [
        Event(39, partial(say, True)),
        Event(37, take_up),
        Event(35, propose),
        Event(33, partial(agree, [])),
        Event(31, execute),
        Event(11, partial(say, False)),
        Event(6, take_up),
        Event(4, propose),
        Event(3, partial(agree, waiting)),
    ]


def _say(
    entry: Mapping[str, Any],
    members: Mapping[str, CircleMember],
    circle: Circle,
    facilitator: Person,
    when: datetime,
    now: datetime,
) -> None:
    """One debt, said by its creditor, then confirmed, contested or left without an answer."""
    debtor, creditor = members[entry["doit"]], members[entry["a"]]
    debt = enter_debt(
        acting=acting_for(creditor.organization, facilitator),
        circle_id=circle.pk,
        content=DebtContent(
            debtor_id=debtor.pk,
            creditor_id=creditor.pk,
            amount_cents=entry["euros"] * 100,
            invoice=entry["facture"],
            due_date=(now + timedelta(days=entry["echeance"])).date(),
        ),
        now=when,
    )
    _book(entry, debtor, creditor, when)
    if entry.get("etat") != "attend":
        answer_debt(
            acting=acting_for(debtor.organization, facilitator),
            debt_id=debt.pk,
            contests=entry.get("etat") == "contestee",
            reason=entry.get("raison", ""),
            now=when + timedelta(days=1),
        )


def _book(entry: Mapping[str, Any], debtor: CircleMember, creditor: CircleMember, when: datetime) -> None:
    """Its invoice, in the books of those who keep some: made on paper, of goods, with VAT when its issuer charges any."""
    profile = InvoicingProfile.objects.filter(organization=creditor.organization).first()
    gross_cents = entry["euros"] * 100
    has_vat = profile is not None and profile.vat_regime == VatRegime.STANDARD
    net_cents = round(gross_cents / 1.2) if has_vat else gross_cents
    invoice = InvoiceToBook(
        issuer_id=creditor.organization_id,
        customer_id=debtor.organization_id,
        reference=entry["facture"],
        issued_on=when.date(),
        label=f"Facture {entry['facture']}",
        parts=(BookedPart(net_cents, gross_cents - net_cents),),
    )
    book_invoice(actor=None, invoice=invoice, now=when)


def _take_up(circle: Circle, facilitator: Person, when: datetime) -> None:
    """The invoices issued on the site become debts, said by who issued them and confirmed by the others."""
    owed = invoices_to_take_up(circle, list(circle.members.values_list("organization_id", flat=True)))
    for invoice in owed:
        [debt] = take_up_invoices(
            acting=acting_for(invoice.creditor.organization, facilitator),
            circle_id=circle.pk,
            chosen={invoice.mark},
            now=when,
        )
        answer_debt(
            acting=acting_for(invoice.debtor.organization, facilitator),
            debt_id=debt.pk,
            contests=False,
            reason="",
            now=when,
        )


def _agree(batch: ClearingBatch, waiting: list[int], facilitator: Person, when: datetime) -> None:
    """All the parties accept, but for those who have not answered yet."""
    for party in parties_of(batch):
        if party.pk not in waiting:
            answer_batch(
                acting=acting_for(party.organization, facilitator),
                batch_id=batch.pk,
                agrees=True,
                reason="",
                now=when,
            )
