"""From what happened to the entry that says it: sales, purchases, set-offs, VAT, mutual credit, gifts.

Accounts of each are chosen by `BookSettings`; the worked example of `docs/explanation/comptes.md` runs in the tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from maillage.cores.accounting.values import GIFT_CLASSES, Entry, InvalidEntry, Line, Party, credit, debit

SALES, PURCHASES, SET_OFFS, CREDITS, BANK, CASH = "VE", "AC", "CO", "MC", "BQ", "CA"
GIFTS, VARIOUS, OPENING = "CV", "OD", "AN"

JOURNALS = {
    SALES: "Ventes",
    PURCHASES: "Achats",
    SET_OFFS: "Compensations",
    CREDITS: "Crédit mutuel",
    BANK: "Banque",
    CASH: "Caisse",
    GIFTS: "Contributions volontaires en nature",
    VARIOUS: "Opérations diverses",
    OPENING: "À-nouveaux",
}
"""The journals of a set of books, code and name."""

BANK_ACCOUNT, CASH_ACCOUNT = "512", "530"
MONEY_JOURNALS = {BANK_ACCOUNT: BANK, CASH_ACCOUNT: CASH}
"""Where money is, and the journal of each."""


@dataclass(frozen=True)
class BookSettings:
    """Which account serves for what.

    `receivable`, `payable`: the sub-accounts « à compenser » of 411 and 401. `mutual_credit`: 467, or a bank-like 5
    account. `vat_collected_waiting`, `vat_deductible_waiting`: where the VAT of services waits for the set-off; the
    same account as `vat_collected` (or `vat_deductible`) for whoever pays VAT on debits.
    """

    receivable: str = "4118"
    payable: str = "4018"
    mutual_credit: str = "467"
    vat_collected: str = "44571"
    vat_deductible: str = "44566"
    vat_deductible_assets: str = "44562"
    vat_collected_waiting: str = "44574"
    vat_deductible_waiting: str = "44564"


@dataclass(frozen=True)
class Part:
    """Part of an invoice: the account of class 6 or 7 (or 2 for what is kept), net amount and VAT in cents.

    `is_service`: its VAT is due when it is paid, and not when it is invoiced.
    """

    account: str
    net_cents: int
    vat_cents: int = 0
    is_service: bool = False


@dataclass(frozen=True)
class Settled:
    """Part of what one partner owes, or is owed, that goes out. `reference`: the invoice, empty when none is known.

    `account`: where the debt was written, when it is not where the settings would have it; `party` None: it names nobody.
    """

    party: Party | None
    amount_cents: int
    reference: str = ""
    account: str = ""


@dataclass(frozen=True)
class VatShare:
    """VAT of services of one invoice that still waits. `total_cents`: the whole invoice, VAT included.

    `settled_before_cents`: what had been paid or set off before; `due_before_cents`: the VAT that fell due with it, when
    it is not what the proportion would give (a settlement in between was undone).
    """

    total_cents: int
    vat_cents: int
    settled_before_cents: int = 0
    due_before_cents: int | None = None

    def due_cents(self, settled_cents: int) -> int:
        """What becomes due when `settled_cents` more are settled.

        In proportion, rounded half up on what is settled since the beginning, so that the parts of a whole invoice
        add up to its VAT to the cent, whatever was undone on the way.
        """
        after = self.settled_before_cents + settled_cents
        if settled_cents <= 0 or after > self.total_cents:
            raise ValueError("settled amounts stay within the invoice")
        before = self.due_before_cents
        return max(
            0, self._until(after) - (self._until(self.settled_before_cents) if before is None else before)
        )

    def undue_cents(self, refunded_cents: int) -> int:
        """What is due no more when `refunded_cents` of what was settled beyond the invoice are given back.

        In proportion of what is beyond, rounded half up, so that a whole refund leaves due what the rest of the invoice
        makes due. `total_cents` and `vat_cents`: what credit notes left of them.
        """
        beyond = self.settled_before_cents - self.total_cents
        if not 0 < refunded_cents <= beyond:
            raise ValueError("a refund stays within what was settled beyond the invoice")
        due = self.vat_cents if self.due_before_cents is None else self.due_before_cents
        excess = max(0, due - self.vat_cents)
        return (2 * excess * refunded_cents + beyond) // (2 * beyond)

    def _until(self, settled_cents: int) -> int:
        return (2 * self.vat_cents * settled_cents + self.total_cents) // (2 * self.total_cents)


def sale(
    *, settings: BookSettings, party: Party, parts: Sequence[Part], day: date, piece: str, label: str
) -> Entry:
    """An invoice issued: the customer owes it, « à compenser »; a service's VAT waits. Raises InvalidEntry."""
    _refuse_gift_accounts(parts, ("7",))
    lines = [debit(settings.receivable, _total(parts), party, piece)]
    lines += [credit(account, cents) for account, cents in _by_account(parts)]
    goods, services = _vat(parts)
    lines += _vat_lines(credit, (settings.vat_collected, goods), (settings.vat_collected_waiting, services))
    return Entry(SALES, day, piece, day, label, tuple(lines))


def purchase(
    *,
    settings: BookSettings,
    party: Party,
    parts: Sequence[Part],
    day: date,
    piece: str,
    piece_date: date,
    label: str,
) -> Entry:
    """An invoice received: it is owed to the supplier, « à compenser »; a service's VAT is not deductible yet.

    VAT on what is kept (class 2) goes to the account of assets. Raises InvalidEntry.
    """
    _refuse_gift_accounts(parts, ("2", "6"))
    lines = [debit(account, cents) for account, cents in _by_account(parts)]
    kept, _ = _vat([part for part in parts if part.account.startswith("2")])
    goods, services = _vat(parts)
    lines += _vat_lines(
        debit,
        (settings.vat_deductible_assets, kept),
        (settings.vat_deductible, goods - kept),
        (settings.vat_deductible_waiting, services),
    )
    lines.append(credit(settings.payable, _total(parts), party, piece))
    return Entry(PURCHASES, day, piece, piece_date, label, tuple(lines))


def set_off(
    *,
    settings: BookSettings,
    received: Sequence[Settled],
    owed: Sequence[Settled],
    day: date,
    piece: str,
    label: str,
) -> Entry:
    """Debts of customers (`received`) and to suppliers (`owed`) go out together.

    What the two sums differ by goes to the mutual credit: debit when more was received. Raises InvalidEntry.
    """
    lines = [
        debit(each.account or settings.payable, each.amount_cents, each.party, each.reference)
        for each in owed
    ]
    lines += [credit(settings.receivable, each.amount_cents, each.party, each.reference) for each in received]
    difference = sum(each.amount_cents for each in received) - sum(each.amount_cents for each in owed)
    if difference:
        make = debit if difference > 0 else credit
        lines.append(make(settings.mutual_credit, abs(difference)))
    return Entry(SET_OFFS, day, piece, day, label, tuple(lines))


def vat_due(
    *, settings: BookSettings, collected_cents: int, deductible_cents: int, day: date, piece: str, label: str
) -> Entry | None:
    """The VAT of services stops waiting on the day the set-off is invoked; None when none waits."""
    lines: list[Line] = []
    if collected_cents and settings.vat_collected_waiting != settings.vat_collected:
        lines += [
            debit(settings.vat_collected_waiting, collected_cents),
            credit(settings.vat_collected, collected_cents),
        ]
    if deductible_cents and settings.vat_deductible_waiting != settings.vat_deductible:
        lines += [
            debit(settings.vat_deductible, deductible_cents),
            credit(settings.vat_deductible_waiting, deductible_cents),
        ]
    return Entry(SET_OFFS, day, piece, day, label, tuple(lines)) if lines else None


def payment_received(
    *, settings: BookSettings, paid: Settled, day: date, piece: str, label: str, into: str = ""
) -> Entry:
    """A customer pays: in mutual credit, or in money `into` an account of MONEY_JOURNALS. Raises KeyError for another."""
    lines = (
        debit(into or settings.mutual_credit, paid.amount_cents),
        credit(settings.receivable, paid.amount_cents, paid.party, paid.reference),
    )
    return Entry(MONEY_JOURNALS[into] if into else CREDITS, day, piece, day, label, lines)


def payment_given(
    *, settings: BookSettings, paid: Settled, day: date, piece: str, label: str, out_of: str = ""
) -> Entry:
    """A supplier is paid: in mutual credit, or in money `out_of` an account of MONEY_JOURNALS. Raises KeyError for another."""
    lines = (
        debit(paid.account or settings.payable, paid.amount_cents, paid.party, paid.reference),
        credit(out_of or settings.mutual_credit, paid.amount_cents),
    )
    return Entry(MONEY_JOURNALS[out_of] if out_of else CREDITS, day, piece, day, label, lines)


def gift_in_kind(
    *,
    use_account: str,
    origin_account: str,
    amount_cents: int,
    day: date,
    piece: str,
    label: str,
    is_given_back: bool = False,
) -> Entry:
    """A gift in kind, for nothing in return: 86 at the debit, 87 at the credit, at the foot of the accounts.

    `is_given_back`: something is given in return, so that it is barter, which goes to classes 6 and 7.
    Raises InvalidEntry: `gift_in_barter`, or `barter_in_gift` for an account of another class.
    """
    if is_given_back:
        raise InvalidEntry("gift_in_barter", value=use_account)
    for number, (account, family) in enumerate(((use_account, "86"), (origin_account, "87")), start=1):
        if not account.startswith(family):
            raise InvalidEntry("barter_in_gift", number, account)
    return Entry(
        GIFTS,
        day,
        piece,
        day,
        label,
        (debit(use_account, amount_cents), credit(origin_account, amount_cents)),
    )


def _refuse_gift_accounts(parts: Sequence[Part], classes: tuple[str, ...]) -> None:
    """Barter is a sale and a purchase: 86 and 87 are for gifts only."""
    for number, part in enumerate(parts, start=1):
        if part.account.startswith(GIFT_CLASSES):
            raise InvalidEntry("gift_in_barter", number, part.account)
        if not part.account.startswith(classes):
            raise InvalidEntry("account", number, part.account)


def _total(parts: Sequence[Part]) -> int:
    return sum(part.net_cents + part.vat_cents for part in parts)


def _by_account(parts: Sequence[Part]) -> list[tuple[str, int]]:
    sums: dict[str, int] = {}
    for part in parts:
        sums[part.account] = sums.get(part.account, 0) + part.net_cents
    return list(sums.items())


def _vat(parts: Sequence[Part]) -> tuple[int, int]:
    """(due on invoice, due on payment)"""
    services = sum(part.vat_cents for part in parts if part.is_service)
    return sum(part.vat_cents for part in parts) - services, services


def _vat_lines(make: object, *amounts: tuple[str, int]) -> list[Line]:
    assert callable(make)
    sums: dict[str, int] = {}
    for account, cents in amounts:
        sums[account] = sums.get(account, 0) + cents
    return [make(account, cents) for account, cents in sums.items() if cents]
