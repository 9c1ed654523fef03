"""What is refused as an entry, and what every entry made by the rules keeps."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.fr import siren

from maillage.cores.accounting import (
    BookSettings,
    Entry,
    InvalidEntry,
    Line,
    Part,
    Party,
    Settled,
    VatShare,
    chart,
    opposite,
)
from maillage.cores.accounting import bookings as book
from maillage.cores.accounting.fec import file_name
from maillage.cores.accounting.fec.naming import is_siren
from maillage.cores.accounting.fec.writing import FecLine, fec_bytes
from maillage.cores.accounting.lettering import cancelling, letter_code
from maillage.cores.accounting.values import credit, debit
from tests.cores.accounting.files import checked

DAY = date(2026, 3, 2)
SETTINGS = BookSettings()
PARTY = Party("C1", "Café du port")
FINE = (debit("411", 100, PARTY), credit("706", 100))


def entry(*lines: Line, piece: str = "F1", label: str = "Facture") -> Entry:
    return Entry("OD", DAY, piece, DAY, label, lines)


@pytest.mark.parametrize(
    ("lines", "code", "line"),
    [
        ((), "no_lines", 0),
        ((debit("411", 100), credit("706", 99)), "unbalanced", 0),
        ((debit("411", 100), debit("706", 100)), "unbalanced", 0),
        ((debit("411", -100), credit("706", -100)), "negative", 1),
        ((debit("411", 100), credit("706", 100), Line("512")), "zero", 3),
        ((Line("411", 100, 100), credit("706", 100)), "two_sides", 1),
        ((debit("41", 100), credit("706", 100)), "account", 1),
        ((debit("411", 100), credit("900", 100)), "account", 2),
        ((debit("411 ", 100), credit("706", 100)), "account", 1),
        ((debit("411", 2**63), credit("706", 2**63)), "too_large", 1),
        ((debit("411", 2**62), debit("411", 2**62), credit("706", 2**62), credit("706", 2**62)), "too_large", 0),
        ((debit("411", 100, Party("", "Café")), credit("706", 100)), "party", 1),
        ((debit("411", 100), credit("871", 100)), "gift_mixed", 1),
        ((debit("861", 100), credit("706", 100)), "gift_mixed", 2),
        ((debit("861", 100), credit("862", 100)), "gift_one_sided", 1),
        ((debit("861", 100), debit("871", 50), credit("871", 150)), "gift_sides", 1),
    ],
)  # fmt: skip
def test_what_no_journal_takes(lines: tuple[Line, ...], code: str, line: int) -> None:
    with pytest.raises(InvalidEntry) as refusal:
        entry(*lines)
    assert (refusal.value.code, refusal.value.line) == (code, line)


def test_an_entry_has_a_piece_and_a_label() -> None:
    for wanted, code in (({"piece": " "}, "no_piece"), ({"label": ""}, "no_label")):
        with pytest.raises(InvalidEntry) as refusal:
            entry(*FINE, **wanted)
        assert refusal.value.code == code


@pytest.mark.parametrize(
    ("account", "is_sale"), [("861", False), ("871", True), ("706", False), ("606", True), ("512", True)]
)
def test_barter_goes_to_classes_six_and_seven(account: str, is_sale: bool) -> None:
    parts = [Part(account, 100)]
    with pytest.raises(InvalidEntry) as refusal:
        if is_sale:
            book.sale(settings=SETTINGS, party=PARTY, parts=parts, day=DAY, piece="F1", label="Vente")
        else:
            book.purchase(settings=SETTINGS, party=PARTY, parts=parts, day=DAY, piece="F1", piece_date=DAY, label="Achat")  # fmt: skip
    assert refusal.value.code == ("gift_in_barter" if account[:2] in ("86", "87") else "account")


def test_gifts_go_to_86_and_87() -> None:
    for use, origin, line in (("606", "871", 1), ("861", "706", 2)):
        with pytest.raises(InvalidEntry) as refusal:
            book.gift_in_kind(use_account=use, origin_account=origin, amount_cents=100, day=DAY, piece="D1", label="Don")  # fmt: skip
        assert (refusal.value.code, refusal.value.line) == ("barter_in_gift", line)


def test_what_is_kept_goes_to_class_two_with_its_own_vat() -> None:
    parts = [Part("2184", 100_000, 20_000), Part("6063", 1_000, 200), Part("6231", 500, 100, is_service=True)]
    made = book.purchase(settings=SETTINGS, party=PARTY, parts=parts, day=DAY, piece="F1", piece_date=DAY, label="Achat")  # fmt: skip
    assert {line.account: line.balance_cents for line in made.lines} == {
        "2184": 100_000,
        "6063": 1_000,
        "6231": 500,
        "44562": 20_000,
        "44566": 200,
        "44564": 100,
        "4018": -121_800,
    }


def test_vat_on_debits_does_not_wait() -> None:
    settings = BookSettings(vat_collected_waiting="44571", vat_deductible_waiting="44566")
    made = book.sale(settings=settings, party=PARTY, parts=[Part("706", 100, 20, is_service=True)], day=DAY, piece="F1", label="Vente")  # fmt: skip
    assert [line.account for line in made.lines] == ["4118", "706", "44571"]
    assert book.vat_due(settings=settings, collected_cents=20, deductible_cents=9, day=DAY, piece="L", label="TVA") is None  # fmt: skip


def test_what_a_set_off_leaves_goes_to_the_mutual_credit() -> None:
    for received, owed, side in ((500, 300, 200), (300, 500, -200)):
        made = book.set_off(settings=SETTINGS, received=[Settled(PARTY, received)], owed=[Settled(PARTY, owed)], day=DAY, piece="L", label="Lot")  # fmt: skip
        assert [line.balance_cents for line in made.lines if line.account == "467"] == [side]


def test_opposite_undoes() -> None:
    made = entry(*FINE)
    undone = opposite(made, day=DAY + timedelta(days=1), label="Annulation")
    assert [line.balance_cents for line in undone.lines] == [-line.balance_cents for line in made.lines]
    assert (undone.piece, undone.journal) == (made.piece, made.journal)
    gift = entry(debit("861", 100), credit("871", 100))
    assert opposite(gift, day=DAY, label="Annulation").is_gift


def test_letters() -> None:
    assert [letter_code(rank) for rank in (0, 1, 25, 26, 675, 676, 677)] == [
        "AA",
        "AB",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
        "AAB",
    ]
    assert len({letter_code(rank) for rank in range(3_000)}) == 3_000
    with pytest.raises(ValueError, match="0"):
        letter_code(-1)
    assert cancelling([5, -5]) and cancelling([5, 5, -10])
    assert not cancelling([5]) and not cancelling([5, -4]) and not cancelling([])


def test_the_chart() -> None:
    general, associative = chart("general"), chart("associative")
    assert general.label_of("4118") == "Clients - à compenser"
    assert general.label_of("707012") == "Ventes de marchandises"
    assert general.label_of("9") == ""
    assert general.is_number("70612") and not general.is_number("24000") and not general.is_number("70")
    assert associative.label_of("875") == "Bénévolat" and associative.label_of("756") == "Cotisations"
    assert associative.has_gifts and not general.has_gifts
    assert {account.number[:2] for account in associative.usable("86", "87")} == {"86", "87"}
    for settings_account in vars(BookSettings()).values():
        assert general.is_number(settings_account)


@given(
    total=st.integers(1, 10**9), vat=st.integers(0, 10**9), cuts=st.lists(st.integers(1, 10**9), max_size=8)
)
def test_parts_of_an_invoice_add_up_to_its_vat(total: int, vat: int, cuts: list[int]) -> None:
    vat = min(vat, total)
    bounds = sorted({0, total, *(cut % total for cut in cuts)})
    parts = [
        VatShare(total, vat, settled_before_cents=before).due_cents(after - before)
        for before, after in pairwise(bounds)
    ]
    assert sum(parts) == vat
    assert all(part >= 0 for part in parts)


def test_vat_of_more_than_the_invoice_is_refused() -> None:
    for settled in (0, -1, 101):
        with pytest.raises(ValueError, match="within"):
            VatShare(100, 20).due_cents(settled)


WORDS = st.text(min_size=1, max_size=30)
AMOUNTS = st.integers(1, 10**10)


@settings(max_examples=60, deadline=None)
@given(
    sales=st.lists(st.tuples(AMOUNTS, AMOUNTS, st.booleans(), WORDS, WORDS), min_size=1, max_size=12),
    gap=st.integers(0, 20),
)
def test_what_is_written_is_conform(sales: list[tuple[int, int, bool, str, str]], gap: int) -> None:
    """Whatever words people use: tabulations, quotes, other alphabets, line ends."""
    lines = []
    for number, (net, vat, is_service, label, name) in enumerate(sales, start=1):
        day = DAY + timedelta(days=number * gap)
        made = book.sale(
            settings=SETTINGS,
            party=Party(f"C{number}", f"P {name}"),
            parts=[Part("706", net, vat, is_service)],
            day=day,
            piece=f"F{number}",
            label=f"Facture {label}",
        )
        lines += [
            FecLine(
                made.journal,
                book.JOURNALS[made.journal],
                f"VE{number:05d}",
                day,
                line.account,
                chart("general").label_of(line.account),
                line.party.number if line.party else "",
                line.party.name if line.party else "",
                made.piece,
                made.piece_date,
                made.label,
                line.debit_cents,
                line.credit_cents,
                "",
                None,
                day,
            )
            for line in made.lines
        ]
    report = checked(b"".join(fec_bytes(lines)), file_name("732829320", date(2026, 12, 31)))
    assert (report.verdict, report.errors, report.entries) == ("conform", 0, len(sales))
    assert {found.rule.code for found in report.findings} <= {"FIC-07", "FIC-12"}, (
        "words that are UTF-8 by chance"
    )


@given(st.integers(0, 10**9 - 1))
def test_keys_are_those_of_the_library(number: int) -> None:
    text = f"{number:09d}"
    assert is_siren(text) == siren.is_valid(text)


def test_a_file_bears_a_sound_siren() -> None:
    assert file_name("732829320", date(2026, 12, 31)) == "732829320FEC20261231.txt"
    with pytest.raises(ValueError, match="SIREN"):
        file_name("732829321", date(2026, 12, 31))
