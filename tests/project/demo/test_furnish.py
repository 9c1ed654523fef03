from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from maillage.apps.accounts.models import Person
from maillage.apps.barter.choices import BatchState
from maillage.apps.barter.models import Circle, CircleMember, ClearingBatch, Debt, Loop
from maillage.apps.barter.queries.clearing import agreeing_members, parties_of
from maillage.apps.books.choices import SettlementKind
from maillage.apps.books.models import Books, InvoiceSettlement, JournalLine, ReceivedInvoice
from maillage.apps.books.queries.fec import fec_report
from maillage.apps.directory.models import Commune, ImportRun, Initiative, InitiativeVersion, Organization
from maillage.apps.directory.queries.imports import exchanged_rows
from maillage.apps.exchange.models import Listing
from maillage.apps.ledger.models import Account
from maillage.portal.soundness import disagreements
from maillage.project.demo.furnish import PASSWORD, furnish
from maillage.project.demo.ground import commune_contours

pytestmark = pytest.mark.slow

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def counts() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (Person, Organization, Initiative, InitiativeVersion, Commune)
    )


@pytest.mark.django_db
def test_the_country_is_put_in_place_once(tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    furnish(now=NOW)
    first = counts()
    assert first[0] == 9 and first[1] == 40 and first[2] == 22 + 76 + 3 + 3
    furnish(now=NOW)
    assert counts() == first
    person = Person.objects.get(email="solene@brume.example")
    assert person.is_facilitator and person.check_password(PASSWORD)
    assert all(person.is_demonstration for person in Person.objects.all())
    assert Listing.objects.shown().count() == 42
    assert Initiative.objects.published().count() == 101
    assert Initiative.objects.get(title="Le comptoir de Tourneloup").adapted_from.title.startswith("Rouvrir")


def its_agreement_says_what_its_accounts_hold() -> None:
    """The limits in force, and a unit that is worth a euro with its VAT, as invoices made from exchanges count it."""
    circle = Circle.objects.get()
    text = circle.agreements.order_by("-number").first().text
    for account in Account.objects.filter(unit__circle_credit__circle=circle, owner__isnull=False):
        assert f"reçu jusqu’à {-account.lower_limit // 100} unités de plus" in text
        assert f"fourni jusqu’à {account.upper_limit // 100} unités de plus" in text
    assert "TVA comprise" in text and "hors taxes" not in text + circle.rules


@pytest.mark.django_db
def test_what_its_imports_its_circle_and_its_accounts_show(tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    furnish(now=NOW)
    one_file_is_imported_and_another_waits()
    accounts_are_conform()
    a_bench_was_given_back_and_a_file_is_written()
    assert disagreements() == []
    loops_wait_for_answers()
    its_agreement_says_what_its_accounts_hold()
    one_batch_is_done_and_another_waits()


def one_file_is_imported_and_another_waits() -> None:
    """Lines that teach: one without name, one already there, one twice, one whose position is the wrong way round."""
    waiting, imported = ImportRun.objects.order_by("-created_at")
    assert (imported.status, imported.created, imported.duplicates, imported.errors) == ("applied", 3, 1, 1)
    assert (waiting.status, waiting.created, waiting.duplicates, waiting.errors) == ("ready", 3, 1, 1)
    assert exchanged_rows(waiting).count() == 1
    assert waiting.categories == {"Jardins partagés": 3, "École": 1, "Vergers": 1}


def accounts_are_conform() -> None:
    """Two organisations keep accounts in which the check finds nothing."""
    assert Books.objects.count() == 2
    for books in Books.objects.order_by("pk"):
        report = fec_report(books, books.years.get())
        assert (report.verdict, report.findings) == ("conform", ())
        assert report.entries >= 4


def a_bench_was_given_back_and_a_file_is_written() -> None:
    """Paid, taken back in part by a credit note, given back; the purchase of a file stands in the books, and is owed."""
    refund = InvoiceSettlement.objects.get(kind=SettlementKind.REFUND)
    assert (refund.amount_cents, refund.invoice.credited_cents) == (-108_00, 108_00)
    assert (refund.invoice.remaining_cents, refund.invoice.owed_back_cents) == (0, 0)
    file = ReceivedInvoice.objects.get()
    assert (file.supplier.name, file.remaining_cents) == ("Copeaux et Compagnie", 96_00)  # type: ignore[union-attr]
    assert file.purchase is not None and file.purchase.total_cents == 96_00
    centre = refund.invoice.issuer
    assert file.receiver == centre and file.purchase.books.organization == centre
    bank = JournalLine.objects.filter(account__number="512", entry__source="payment")
    assert sorted(bank.values_list("debit_cents", "credit_cents")) == [(0, 108_00), (276_00, 0)]


def loops_wait_for_answers() -> None:
    loops = list(Loop.objects.order_by("pk"))
    assert loops and all(loop.is_open and loop.answers.count() == 1 for loop in loops)


def one_batch_is_done_and_another_waits() -> None:
    """For one answer; the invoices issued on the site are among its debts."""
    done, waiting = ClearingBatch.objects.order_by("pk")
    assert (done.state, waiting.state) == (BatchState.EXECUTED, BatchState.PROPOSED)
    parties = {each.pk for each in parties_of(waiting)}
    [missing] = parties - set(agreeing_members(waiting))
    assert CircleMember.objects.get(pk=missing).organization.name == "La Ressourcerie du Vallon"
    assert Debt.objects.filter(issued_invoice__isnull=False).count() == 3
    assert set(Debt.objects.values_list("state", flat=True)) == {"confirmed", "entered", "contested"}


def test_contours_hold_their_centres_and_share_their_borders() -> None:
    centers = [(46.0, 2.0), (46.1, 2.1), (45.95, 2.15), (46.02, 1.9)]
    contours = commune_contours(centers)
    borders: dict[frozenset[tuple[float, ...]], int] = {}
    for (latitude, longitude), contour in zip(centers, contours, strict=True):
        ring = [tuple(point) for point in contour["coordinates"][0]]
        assert ring[0] == ring[-1] and len(ring) > 20
        assert _holds(ring, longitude, latitude)
        for pair in pairwise(ring):
            borders[frozenset(pair)] = borders.get(frozenset(pair), 0) + 1
    assert set(borders.values()) <= {1, 2}
    assert sum(count == 2 for count in borders.values()) >= 8 * 4


def _holds(ring: list[tuple[float, ...]], x: float, y: float) -> bool:
    inside = False
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside
