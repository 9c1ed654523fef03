"""The rules of one line, and what a line must agree on with the lines before.

`LineChecker.check` is gone through a million times: it asks one question per family of rules and leaves for a slower
method only when something is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from maillage.cores.accounting.fec.entries import OPENING_CODES, EntryBook, JournalTotals
from maillage.cores.accounting.fec.fields import Amounts, Dates, fault_of_amount
from maillage.cores.accounting.fec.findings import Findings
from maillage.cores.accounting.fec.lettering import LetterBook

_CURRENCY = re.compile(r"[A-Z]{3}")
_ACCOUNT = re.compile(r"[1-8][0-9]{2}.*")
_REQUIRED = (
    (0, "OBL-01", "JournalCode"),
    (1, "OBL-01", "JournalLib"),
    (2, "OBL-02", "EcritureNum"),
    (4, "OBL-03", "CompteNum"),
    (5, "OBL-03", "CompteLib"),
    (8, "OBL-04", "PieceRef"),
    (10, "OBL-05", "EcritureLib"),
)
_SIDES = {"D": 1, "C": -1, "+1": 1, "-1": -1, "1": 1}
_ENTRY, _PIECE, _VALID = (
    (3, "DAT-01", "EcritureDate"),
    (9, "DAT-02", "PieceDate"),
    (15, "DAT-03", "ValidDate"),
)


@dataclass
class LineChecker:
    """`first_day`, `last_day`: ordinals of the year's ends; 0 and a day far off when unknown.

    `missing`: columns that the file does not have, whose absence is noted once and not line by line.
    """

    findings: Findings
    first_day: int = 0
    last_day: int = 10**7
    is_signed: bool = False
    missing: frozenset[str] = frozenset()
    dates: Dates = field(default_factory=Dates)
    amounts: Amounts = field(default_factory=Amounts)
    accounts: dict[str, str] = field(default_factory=dict)
    auxiliaries: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.book = EntryBook(self.findings)
        self.letters = LetterBook(self.findings, self.last_day if self.first_day else 0)

    def check(self, line: int, fields: Sequence[str]) -> None:
        """Holds one line, its fields in the order of the text, against the rules."""
        (journal, journal_label, number, entry_date, account, label, auxiliary, auxiliary_label, piece, piece_date,
         wording, debit_text, credit_text, letter, letter_date, valid_date, foreign, currency) = fields  # fmt: skip
        day, piece_day, valid_day = self.dates[entry_date], self.dates[piece_date], self.dates[valid_date]
        if not (journal and journal_label and number and account and label and piece and wording):
            self._note_empty(line, fields)
        if not (day and piece_day and valid_day):
            self._note_dates(line, fields)
        if not self.first_day <= day <= self.last_day or valid_day < day or piece_day > day:
            self._note_days(line, fields, day, piece_day, valid_day)
        if self.is_signed:
            debit, credit = self._signed(line, debit_text, credit_text)
        else:
            debit, credit = self.amounts[debit_text], self.amounts[credit_text]  # type: ignore[assignment]
            if not debit_text or not credit_text or debit is None or credit is None:
                debit, credit = self._note_amounts(line, debit_text, credit_text)
        if (debit != 0) == (credit != 0) or debit < 0 or credit < 0:
            self._note_sides(line, debit, credit, debit_text, credit_text)
        if self.accounts.get(account) != label:
            self._note_account(line, account, label)
        if auxiliary or auxiliary_label:
            self._note_auxiliary(line, auxiliary, auxiliary_label)
        totals = self.book.journals.get(journal)
        if totals is None:
            totals = self.book.journals[journal] = JournalTotals(journal_label)
        elif totals.label != journal_label:
            said = f"journal {journal} : « {journal_label[:40]} », et avant « {totals.label[:40]} »"
            self.findings.note("CPT-06", line, field="JournalLib", said=said)
        is_opening = journal in OPENING_CODES or totals.is_opening
        if is_opening and account[:1] in ("6", "7"):
            self.findings.note(
                "CPT-08", line, field="CompteNum", said=f"compte {account} dans le journal {journal}"
            )
        if letter or letter_date:
            self._note_letter(line, fields, day, debit - credit, is_opening)
        if foreign or currency:
            self._note_currency(line, foreign, currency)
        key = (journal, number)
        if key != self.book.key or not number:
            self.book.start(line, key, entry_date, day, valid_day, piece)
        self.book.add(line, key, day, valid_day, (account, auxiliary, wording, debit, credit))

    def _note_empty(self, line: int, fields: Sequence[str]) -> None:
        for at, code, name in _REQUIRED:
            if not fields[at] and name not in self.missing:
                self.findings.note(code, line, field=name, said=f"{name} est vide")

    def _note_dates(self, line: int, fields: Sequence[str]) -> None:
        for at, code, name in (_ENTRY, _PIECE, _VALID):
            text = fields[at]
            if not self.dates[text] and name not in self.missing:
                said = f"{name} : « {text[:20]} » n'est pas une date AAAAMMJJ" if text else f"{name} est vide"
                self.findings.note(code, line, field=name, said=said)

    def _note_days(self, line: int, fields: Sequence[str], day: int, piece_day: int, valid_day: int) -> None:
        entry_date = fields[3]
        if day and not self.first_day <= day <= self.last_day:
            side = "avant" if day < self.first_day else "après"
            said = f"EcritureDate : {entry_date} est {side} l'exercice"
            self.findings.note("DAT-05", line, field="EcritureDate", said=said)
        if day and 0 < valid_day < day:
            said = f"ValidDate : {fields[15]} est avant EcritureDate, {entry_date}"
            self.findings.note("DAT-06", line, field="ValidDate", said=said)
        if day and piece_day > day:
            said = f"PieceDate : {fields[9]} est après EcritureDate, {entry_date}"
            self.findings.note("DAT-07", line, field="PieceDate", said=said)

    def _note_amounts(self, line: int, debit_text: str, credit_text: str) -> tuple[int, int]:
        read = []
        for name, text in (("Debit", debit_text), ("Credit", credit_text)):
            cents = self.amounts[text]
            if cents is None:
                self.findings.note(fault_of_amount(text), line, field=name, said=f"{name} : « {text[:40]} »")
            elif not text and name not in self.missing:
                self.findings.note("MNT-07", line, field=name, said=f"{name} est vide")
            read.append(cents or 0)
        return read[0], read[1]

    def _signed(self, line: int, amount_text: str, side_text: str) -> tuple[int, int]:
        cents = self.amounts[amount_text]
        side = _SIDES.get(side_text.upper())
        if cents is None:
            said = f"Montant : « {amount_text[:40]} »"
            self.findings.note(fault_of_amount(amount_text), line, field="Montant", said=said)
        if side is None:
            self.findings.note("MNT-08", line, field="Sens", said=f"Sens : « {side_text[:20]} »")
        if side == -1:
            return 0, cents or 0
        return cents or 0, 0

    def _note_sides(self, line: int, debit: int, credit: int, debit_text: str, credit_text: str) -> None:
        if debit and credit:
            said = f"débit {debit_text[:30]}, crédit {credit_text[:30]}"
            self.findings.note("MNT-04", line, field="Debit", said=said)
        elif (
            not debit
            and not credit
            and self.missing.isdisjoint(("Debit", "Credit"))
            and self._are_read(debit_text, credit_text)
        ):
            self.findings.note("MNT-05", line, field="Debit", said="ni débit ni crédit")
        if debit < 0 or credit < 0:
            said = f"« {debit_text[:30]} » au débit, « {credit_text[:30]} » au crédit"
            self.findings.note("MNT-06", line, field="Debit" if debit < 0 else "Credit", said=said)

    def _are_read(self, debit_text: str, credit_text: str) -> bool:
        """An amount that was refused already is not also one of zero."""
        return self.amounts[debit_text] is not None and (
            self.is_signed or self.amounts[credit_text] is not None
        )

    def _note_account(self, line: int, account: str, label: str) -> None:
        known = self.accounts.get(account)
        if account and known is None:
            self.accounts[account] = label
            if not _ACCOUNT.fullmatch(account):
                digits = len(account) >= 3 and account[:3].isascii() and account[:3].isdigit()
                said = f"compte « {account[:40]} »"
                self.findings.note("CPT-02" if digits else "CPT-01", line, field="CompteNum", said=said)
        elif known and label:
            said = f"compte {account} : « {label[:40]} », et avant « {known[:40]} »"
            self.findings.note("CPT-03", line, field="CompteLib", said=said)
        elif account:
            self.accounts[account] = known or label

    def _note_auxiliary(self, line: int, auxiliary: str, label: str) -> None:
        if not auxiliary or not label:
            empty, filled = ("CompAuxLib", "CompAuxNum") if auxiliary else ("CompAuxNum", "CompAuxLib")
            if empty not in self.missing:
                self.findings.note("CPT-04", line, field=empty, said=f"{filled} est rempli, {empty} est vide")
            return
        known = self.auxiliaries.setdefault(auxiliary, label)
        if known != label:
            said = f"compte auxiliaire {auxiliary} : « {label[:40]} », et avant « {known[:40]} »"
            self.findings.note("CPT-05", line, field="CompAuxLib", said=said)

    def _note_letter(self, line: int, fields: Sequence[str], day: int, cents: int, is_opening: bool) -> None:
        letter, letter_date = fields[13], fields[14]
        letter_day = self.dates[letter_date]
        if letter_date and not letter_day:
            said = f"DateLet : « {letter_date[:20]} » n'est pas une date AAAAMMJJ"
            self.findings.note("DAT-04", line, field="DateLet", said=said)
        if not letter or not letter_date:
            empty, filled = ("DateLet", "EcritureLet") if letter else ("EcritureLet", "DateLet")
            if empty not in self.missing:
                self.findings.note("LET-01", line, field=empty, said=f"{filled} est rempli, {empty} est vide")
        elif 0 < letter_day < day:
            said = f"DateLet : {letter_date} est avant EcritureDate, {fields[3]}"
            self.findings.note("LET-04", line, field="DateLet", said=said)
        if letter:
            self.letters.add(line, (fields[4], fields[6], letter), cents, letter_day, is_opening=is_opening)

    def _note_currency(self, line: int, foreign: str, currency: str) -> None:
        cents = self.amounts[foreign]
        if cents is None:
            said = f"Montantdevise : « {foreign[:40]} »"
            if fault_of_amount(foreign) == "MNT-01":  # some currencies have three decimals
                self.findings.note("DEV-04", line, field="Montantdevise", said=said)
        if currency and not _CURRENCY.fullmatch(currency):
            self.findings.note("DEV-03", line, field="Idevise", said=f"Idevise : « {currency[:20]} »")
        if not currency and (cents is None or cents):
            self.findings.note("DEV-01", line, field="Idevise", said=f"{foreign[:40]} sans devise")
        elif currency and not foreign and "Montantdevise" not in self.missing:
            self.findings.note("DEV-02", line, field="Montantdevise", said=f"{currency[:20]} sans montant")
