"""What an invoice says, as plain values. `docs/explanation/factures.md` has the rules in prose.

Amounts are integer cents of euro; quantities, prices and rates are exact decimals, as they multiply. The business terms
(BT-1, BG-25…) named here are those of EN 16931-1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

Category = Literal["S", "E", "O", "AE"]
"""VAT category (BT-151): standard, exempt, out of scope, due by the buyer."""

Nature = Literal["goods", "services", "mixed"]
"""What is delivered; with the payment it makes the invoicing framework (BT-23)."""

COMPENSATION = "97"
TRANSFER = "30"
CASH = "10"
CHEQUE = "20"
CARD = "48"
PAYMENT_MEANS = (COMPENSATION, TRANSFER, CASH, CHEQUE, CARD)
"""Codes of UNTDID 4461 (BT-81) in use here; 97 is the clearing between partners."""

LINES_MAX = 500
TEXT_LENGTH_MAX = 2000
NUMBER_LENGTH_MAX = 35
AMOUNT_CENTS_MAX = 10**13


@dataclass(frozen=True)
class Address:
    """`country`: two letters of ISO 3166."""

    line: str
    postal_code: str
    city: str
    country: str = "FR"
    line_two: str = ""


@dataclass(frozen=True)
class Party:
    """Who sells or buys. `siren` and `siret` are digits alone; `siret`, `vat_number` empty: none.

    `legal_info` (BT-33): legal form, capital, register; what the law wants at the foot of the page.
    """

    name: str
    siren: str
    address: Address
    siret: str = ""
    vat_number: str = ""
    trading_name: str = ""
    legal_info: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Vat:
    """How a line is taxed. `rate`: percent, 0 unless the category is S.

    `reason`, `reason_code` (BT-120, BT-121): why no VAT is counted, in words and by a code of the VATEX list.
    """

    category: Category
    rate: Decimal = Decimal(0)
    reason: str = ""
    reason_code: str = ""


@dataclass(frozen=True)
class Line:
    """One thing sold. `price`: euros for one `unit` (UN/ECE Recommendation 20), without VAT, at most four decimals.

    `discount_cents`: taken off the line, with its reason.
    """

    name: str
    quantity: Decimal
    price: Decimal
    vat: Vat
    unit: str = "C62"
    description: str = ""
    discount_cents: int = 0
    discount_reason: str = ""


@dataclass(frozen=True)
class Allowance:
    """Taken off the whole document (BG-20); it lowers the base of its own VAT."""

    amount_cents: int
    vat: Vat
    reason: str


@dataclass(frozen=True)
class Note:
    """A mention (BG-1). `subject`: code of UNTDID 4451 as PMT, PMD, AAB; empty for a free text."""

    text: str
    subject: str = ""


@dataclass(frozen=True)
class Reference:
    """An invoice issued before (BG-3)."""

    number: str
    issued_on: date


@dataclass(frozen=True)
class Payment:
    """How it is paid. `prepaid_cents` (BT-113): already paid or set off when the invoice is issued, on `prepaid_on`,
    which travels in words only.

    `due_on`: for an invoice wholly set off, the date of the set-off. `information` (BT-82) says the means in words.
    """

    means: str
    due_on: date | None = None
    prepaid_cents: int = 0
    prepaid_on: date | None = None
    information: str = ""
    terms: str = ""
    iban: str = ""
    account_name: str = ""


@dataclass(frozen=True, kw_only=True)
class Invoice:
    """An invoice (380). `number` empty: not issued yet. `delivered_on` (BT-72): when it was delivered or done;
    None in quotes and in what others send only.

    `on_debits`: the seller chose to owe the VAT of its services at the date of the invoice, not of the payment.
    """

    type_code: ClassVar[str] = "380"

    number: str
    issued_on: date
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    nature: Nature
    payment: Payment
    notes: tuple[Note, ...] = ()
    allowances: tuple[Allowance, ...] = ()
    delivered_on: date | None = None
    on_debits: bool = False
    buyer_reference: str = ""
    order_reference: str = ""
    contract_reference: str = ""
    refers_to: tuple[Reference, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CreditNote(Invoice):
    """A credit note (381): the same amounts, positive, taken back. `refers_to` is never empty."""

    type_code: ClassVar[str] = "381"


@dataclass(frozen=True, kw_only=True)
class Quote(Invoice):
    """A quote: the same content, offered until `valid_until`. It is never written as electronic invoice."""

    type_code: ClassVar[str] = ""

    valid_until: date | None = None


@dataclass(frozen=True)
class VatLine:
    """One line of the VAT breakdown (BG-23): lines and allowances of the same category and rate together."""

    vat: Vat
    base_cents: int
    vat_cents: int


@dataclass(frozen=True)
class Totals:
    """The document's sums (BG-22), in cents: BT-106, BT-107, BT-109, BT-110, BT-112, BT-113, BT-115."""

    lines_cents: int
    allowances_cents: int
    net_cents: int
    vat_cents: int
    gross_cents: int
    prepaid_cents: int
    due_cents: int
    breakdown: tuple[VatLine, ...]


@dataclass(frozen=True)
class Problem:
    """Why a document cannot be issued, or an incoming one not be trusted; the caller says it in words.

    `code` is one of `checking.CODES`, or one that a caller adds; `part` names what of it ("seller.siren", "lines", …),
    `line` its number from 1 (0: none); `facts` are the values that the sentence names.
    """

    code: str
    part: str
    line: int = 0
    facts: Mapping[str, str] = field(default_factory=dict)
