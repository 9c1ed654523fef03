"""The example of `docs/explanation/comptes.md`, its tables read from the page and compared line by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from maillage.cores.accounting import BookSettings, Entry, InvalidEntry, Part, Party, Settled, VatShare
from maillage.cores.accounting import bookings as book
from maillage.cores.accounting.lettering import cancelling, letter_code

PAGE = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "comptes.md"
SETTINGS = BookSettings()
RECYCLERIE, RADIO = Party("RECYCLERIE", "La Recyclerie"), Party("RADIO", "Radio Pays")
FURNITURE, SPOTS = (50_000, 10_000), (40_000, 8_000)
INVOICED_ON, ANSWERED_ON, SET_OFF_ON, PAID_ON = (
    date(2026, 3, 2),
    date(2026, 3, 5),
    date(2026, 3, 31),
    date(2026, 4, 10),
)
Row = tuple[str, str, str, str, int, int]


def page_cells(title: str) -> list[list[str]]:
    """The cells of the table under `title`, line by line: journal, day, account, debit, credit, letter."""
    table = PAGE.read_text(encoding="utf-8").split(f"\n{title} :\n")[1].strip().split("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def page_rows(title: str) -> list[Row]:
    rows = []
    for journal, day, account, debit, credit, _letter in page_cells(title):
        number, _space, party = account.partition(" ")
        rows.append((journal, day, number, party, cents(debit), cents(credit)))
    return rows


def cents(text: str) -> int:
    return int(text.strip().replace(",", "") or 0)


def rows_of(entries: list[Entry]) -> Iterator[Row]:
    numbers: dict[str, int] = {}
    for entry in entries:
        numbers[entry.journal] = numbers.get(entry.journal, 0) + 1
        for line in entry.lines:
            yield (
                f"{entry.journal} {numbers[entry.journal]}",
                entry.day.strftime("%d/%m"),
                line.account,
                line.party.name if line.party else "",
                line.debit_cents,
                line.credit_cents,
            )


def recyclerie() -> list[Entry]:
    vat = book.vat_due(
        settings=SETTINGS,
        collected_cents=0,
        deductible_cents=VatShare(48_000, 8_000).due_cents(48_000),
        day=SET_OFF_ON,
        piece="LOT-3",
        label="TVA",
    )
    assert vat is not None
    return [
        book.sale(settings=SETTINGS, party=RADIO, parts=[Part("707", *FURNITURE)], day=INVOICED_ON, piece="R-2026-0007", label="Mobilier"),
        book.purchase(settings=SETTINGS, party=RADIO, parts=[Part("6231", *SPOTS, is_service=True)], day=ANSWERED_ON, piece="P-2026-0012", piece_date=ANSWERED_ON, label="Annonces"),
        book.set_off(settings=SETTINGS, received=[Settled(RADIO, 48_000)], owed=[Settled(RADIO, 48_000)], day=SET_OFF_ON, piece="LOT-3", label="Compensation"),
        vat,
        book.payment_received(settings=SETTINGS, paid=Settled(RADIO, 12_000), day=PAID_ON, piece="T-1", label="Crédit mutuel"),
    ]  # fmt: skip


def radio() -> list[Entry]:
    vat = book.vat_due(
        settings=SETTINGS,
        collected_cents=VatShare(48_000, 8_000).due_cents(48_000),
        deductible_cents=0,
        day=SET_OFF_ON,
        piece="LOT-3",
        label="TVA",
    )
    assert vat is not None
    return [
        book.purchase(settings=SETTINGS, party=RECYCLERIE, parts=[Part("6063", *FURNITURE)], day=INVOICED_ON, piece="R-2026-0007", piece_date=INVOICED_ON, label="Mobilier"),
        book.sale(settings=SETTINGS, party=RECYCLERIE, parts=[Part("706", *SPOTS, is_service=True)], day=ANSWERED_ON, piece="P-2026-0012", label="Annonces"),
        book.set_off(settings=SETTINGS, received=[Settled(RECYCLERIE, 48_000)], owed=[Settled(RECYCLERIE, 48_000)], day=SET_OFF_ON, piece="LOT-3", label="Compensation"),
        vat,
        book.payment_given(settings=SETTINGS, paid=Settled(RECYCLERIE, 12_000), day=PAID_ON, piece="T-1", label="Crédit mutuel"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "entries"), [("Chez la Recyclerie", recyclerie()), ("Chez Radio Pays", radio())]
)
def test_the_tables_of_the_page_are_what_the_rules_write(title: str, entries: list[Entry]) -> None:
    assert page_rows(title) == list(rows_of(entries))


@pytest.mark.parametrize("title", ["Chez la Recyclerie", "Chez Radio Pays"])
def test_the_letters_of_the_page_are_of_lines_that_cancel_out(title: str) -> None:
    """And were free at the time: AA settles at the set-off, AB once the rest is paid."""
    sums: dict[str, list[int]] = {}
    for *_rest, debit, credit, letter in page_cells(title):
        if letter:
            sums.setdefault(letter, []).append(cents(debit) - cents(credit))
    assert {letter: len(lines) for letter, lines in sums.items()} == {"AA": 2, "AB": 3}
    assert all(cancelling(lines) for lines in sums.values())
    assert sorted(sums) == [letter_code(0), letter_code(1)]


def test_vat_of_a_part_set_off() -> None:
    assert VatShare(48_000, 8_000).due_cents(16_000) == 2_667
    assert VatShare(48_000, 8_000, settled_before_cents=16_000).due_cents(32_000) == 5_333


def test_three_around_a_table() -> None:
    theatre = Party("THEATRE", "Le Théâtre")
    entry = book.set_off(settings=SETTINGS, received=[Settled(theatre, 10_000)], owed=[Settled(RADIO, 10_000)], day=SET_OFF_ON, piece="LOT-4", label="Compensation")  # fmt: skip
    assert [(line.account, line.party, line.balance_cents) for line in entry.lines] == [
        ("4018", RADIO, 10_000),
        ("4118", theatre, -10_000),
    ]


def test_a_gift_is_not_barter() -> None:
    wanted = {
        "use_account": "861",
        "origin_account": "871",
        "amount_cents": 15_000,
        "day": SET_OFF_ON,
        "piece": "DON-1",
        "label": "Prêt d'une salle",
    }
    entry = book.gift_in_kind(**wanted)  # type: ignore[arg-type]
    assert [(line.account, line.balance_cents) for line in entry.lines] == [("861", 15_000), ("871", -15_000)]
    with pytest.raises(InvalidEntry) as refusal:
        book.gift_in_kind(**wanted, is_given_back=True)  # type: ignore[arg-type]
    assert refusal.value.code == "gift_in_barter"
