"""The lists of a circle going out as tables: balances, participation, debts, what a batch does to its parties."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from maillage.apps.barter.models import CircleMember, ClearingBatch, Debt, Loop
from maillage.apps.barter.queries.clearing import Notice, NoticeLine
from maillage.apps.barter.queries.credit import MonthShare, Participation
from maillage.apps.barter.queries.interviews import ToVisit
from maillage.apps.barter.queries.loops import parties_of
from maillage.apps.ledger.models import Account

Money = Callable[[int], object]
BALANCES = ("structure", "solde", "peut_encore_recevoir", "peut_encore_fournir", "etat")
PARTICIPATION = (
    "structure",
    "etat",
    "fourni_nombre",
    "recu_nombre",
    "fourni_sans_valeur",
    "recu_sans_valeur",
)
SHARES = ("mois", "plus_gros_membre", "part_pour_cent", "passe_par_lui", "echange_en_tout")
WITH_AMOUNTS = (*PARTICIPATION, "fourni_valeur", "recu_valeur")
DEBTS = (
    "debiteur",
    "creancier",
    "facture",
    "montant_euros",
    "reste_euros",
    "echeance",
    "etat",
    "motif",
    "dit_le",
)
MEMBERS = ("structure", "etat", "depuis", "accord_signe", "motif")
LOOPS = (
    "boucle",
    "proposee_le",
    "etat",
    "donne",
    "ce_qui_est_donne",
    "recoit",
    "besoin_servi",
    "quantite",
    "valeur_euros",
    "accepte_par_qui_donne",
)
VISITS = ("structure", "etat", "offres_visibles", "derniere_visite")
BATCHES = ("lot", "propose_le", "etat", "annule", "motif", "fini_le")
NOTICES = (
    "lot",
    "structure",
    "sens",
    "facture",
    "avec",
    "montant_euros",
    "reste_avant_euros",
    "compense_euros",
    "reste_apres_euros",
    "reponse",
    "motif",
)


def balance_rows(accounts: Iterable[Account], money: Money) -> Iterator[tuple[Any, ...]]:
    for each in accounts:
        yield (
            str(each),
            money(each.balance),
            "" if each.can_spend is None else money(each.can_spend),
            "" if each.can_earn is None else money(each.can_earn),
            str(each.get_status_display()),
        )


def participation_rows(
    rows: Iterable[Participation], money: Money, *, with_amounts: bool
) -> Iterator[tuple[Any, ...]]:
    """Under `WITH_AMOUNTS`, or under `PARTICIPATION` for those who do not see the amounts."""
    for row in rows:
        counted = (
            str(row.member),
            str(row.member.get_state_display()),
            row.given,
            row.received,
            row.plainly_given,
            row.plainly_received,
        )
        yield (*counted, money(row.given_amount), money(row.received_amount)) if with_amounts else counted


def share_rows(shares: Iterable[MonthShare], money: Money) -> Iterator[tuple[Any, ...]]:
    for each in shares:
        yield f"{each.month:%Y-%m}", each.biggest, each.percent, money(each.through), money(each.total)


def member_rows(members: Iterable[CircleMember], *, with_reasons: bool) -> Iterator[tuple[Any, ...]]:
    """Under `MEMBERS`, whose last column is for the facilitators."""
    for each in members:
        said = (each.organization.name, str(each.get_state_display()), each.since, each.signed_number)
        yield (*said, each.last_reason or "") if with_reasons else said  # type: ignore[attr-defined]


def visit_rows(rows: Iterable[ToVisit]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        member = row.member
        yield member.organization.name, str(member.get_state_display()), row.offers, row.last_visit


def debt_rows(
    debts: Iterable[Debt], money: Money, state_of: Callable[[Debt], str]
) -> Iterator[tuple[Any, ...]]:
    for debt in debts:
        yield (
            debt.debtor.organization.name,
            debt.creditor.organization.name,
            debt.invoice,
            money(debt.amount_cents),
            money(debt.left_cents),
            debt.due_date,
            state_of(debt),
            debt.reason,
            debt.entered_at,
        )


def loop_rows(loops: QuerySet[Loop], money: Money) -> Iterator[tuple[Any, ...]]:
    """A row for each gift, in the order of the ring."""
    for loop in loops:
        for party in parties_of(loop):
            leg = party.gives
            yield (
                loop.pk,
                loop.proposed_at,
                str(loop.get_state_display()),
                party.member.organization.name,
                leg.offer_title,
                leg.taker.organization.name,
                leg.need_title,
                leg.quantity,
                money(leg.value_cents),
                _("yes") if party.answer else _("no"),
            )


def batch_rows(batches: Iterable[ClearingBatch]) -> Iterator[tuple[Any, ...]]:
    for batch in batches:
        yield (
            batch.reference,
            batch.proposed_at,
            str(batch.get_state_display()),
            batch.opposes.reference if batch.opposes else "",
            batch.reason,
            batch.ended_at,
        )


def notice_rows(batch: ClearingBatch, notices: Iterable[Notice], money: Money) -> Iterator[tuple[Any, ...]]:
    """A line for each invoice of each party: one between two parties stands in the notice of both."""
    for notice in notices:
        answer, reason = _answer_of(notice)
        sides: tuple[tuple[str, tuple[NoticeLine, ...]], ...] = (
            (_("owes"), notice.owed),
            (_("is owed"), notice.claimed),
        )
        for side, lines in sides:
            for line in lines:
                yield (
                    batch.reference,
                    notice.member.organization.name,
                    side,
                    line.invoice,
                    line.other,
                    money(line.amount_cents),
                    money(line.before_cents),
                    money(line.done_cents),
                    money(line.after_cents),
                    answer,
                    reason,
                )


def _answer_of(notice: Notice) -> tuple[str, str]:
    if notice.consent is None:
        return "", ""
    return _("Accepted") if notice.consent.agrees else _("Refused"), notice.consent.reason
