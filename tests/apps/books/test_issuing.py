"""Numbers without hole, documents that stay, and nothing issued that a rule refuses."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, transaction

from maillage.apps.books.actions import composing, issuing
from maillage.apps.books.actions.composing import CannotIssueError
from maillage.apps.books.actions.invoices import (
    ForbiddenStepError,
    NotADraftError,
    answer_quote,
    credit_invoice,
    discard_draft,
    invoice_quote,
    save_profile,
    update_draft,
)
from maillage.apps.books.actions.issuing import issue_document, preview_document
from maillage.apps.books.choices import DocumentStatus, PaymentStatus
from maillage.apps.books.models import (
    FiscalSetting,
    Invoice,
    InvoiceLine,
    InvoiceSeries,
    InvoicingProfile,
    IssuedStaysError,
)
from maillage.apps.books.queries.contents import draft_content, issued_document
from maillage.cores.einvoicing.cii import read_cii
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.conformity.checker import NotCheckedError
from maillage.kernel.conformity.values import Failure, Verdict
from tests.apps.books.making import NOON, line, make_draft, make_issued, make_seller
from tests.factories import make_organization

IBAN = "FR7630006000011234567890189"


def bytes_of(stored: Any) -> bytes:
    with stored.open("rb") as file:
        content: bytes = file.read()
    return content


def numbers_of(issuer: Any) -> list[str]:
    return list(
        Invoice.objects.filter(issuer=issuer)
        .exclude(number="")
        .order_by("pk")
        .values_list("number", flat=True)
    )


def test_an_issued_invoice_is_whole(db: None) -> None:
    invoice = make_issued()
    assert (invoice.number, invoice.sequence, invoice.status) == ("F2026-0001", 1, DocumentStatus.ISSUED)
    assert (invoice.net_cents, invoice.vat_cents, invoice.gross_cents) == (52000, 10400, 62400)
    assert invoice.due_on == date(2026, 12, 26) and invoice.payment_status == PaymentStatus.UNPAID
    xml, pdf = bytes_of(invoice.xml), bytes_of(invoice.pdf)
    assert hashlib.sha256(xml).hexdigest() == invoice.xml_sha256
    assert hashlib.sha256(pdf).hexdigest() == invoice.pdf_sha256
    assert read_cii(xml).document.lines == issued_document(invoice).lines
    assert invoice.verdict["ran"] == ["schema", "en16931", "fr-ctc"] and not invoice.verdict["failures"]
    assert AuditEntry.objects.filter(verb="invoice.issue", target_id=str(invoice.pk)).exists()
    with pikepdf.open(BytesIO(pdf)) as document:
        [attached] = document.Root.AF
        assert attached.AFRelationship == "/Alternative" and str(attached.UF) == "factur-x.xml"
        assert attached.EF.F.read_bytes() == xml
        metadata = document.Root.Metadata.read_bytes().decode()
        assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in metadata
        assert "<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>" in metadata
        assert metadata.count("<pdfaExtension:schemas>") == 1


def test_each_issuer_kind_and_year_counts_on_its_own(db: None) -> None:
    one, other = make_seller(), make_seller()
    make_issued(one, other), make_issued(one, other), make_issued(other, one)
    make_issued(one, other, kind="quote")
    later = make_draft(one, other)
    issue_document(actor=None, invoice_id=later.pk, now=NOON + timedelta(days=60))
    assert numbers_of(one) == ["F2026-0001", "F2026-0002", "D2026-0001", "F2027-0001"]
    assert numbers_of(other) == ["F2026-0001"]


def test_issued_twice_by_a_double_click_it_has_one_number(db: None) -> None:
    invoice = make_issued()
    with pytest.raises(NotADraftError):
        issue_document(actor=None, invoice_id=invoice.pk, now=NOON)
    assert InvoiceSeries.objects.get(issuer=invoice.issuer, code="F2026").last_number == 1


def test_what_fails_at_the_last_moment_takes_no_number_and_leaves_no_file(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer, customer = make_seller(), make_seller()
    make_issued(issuer, customer)
    draft = make_draft(issuer, customer)
    stored: list[str] = []
    monkeypatch.setattr(issuing, "_store", lambda *given: stored.extend(real_store(*given)) or stored)
    monkeypatch.setattr(issuing, "journal", lambda *_given: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        issue_document(actor=None, invoice_id=draft.pk, now=NOON)
    assert stored and not any(default_storage.exists(name) for name in stored)
    monkeypatch.undo()
    assert issue_document(actor=None, invoice_id=draft.pk, now=NOON).number == "F2026-0002"


real_store = issuing._store


@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_numbers_that_follow_each_other() -> None:
    issuer, customer = make_seller(), make_seller()
    drafts = [make_draft(issuer, customer) for _ in range(6)]
    broken = make_draft(issuer, customer, lines=(line(price="0"),))
    faults: list[BaseException] = []

    def issue(draft: Invoice) -> None:
        try:
            issue_document(actor=None, invoice_id=draft.pk, now=NOON)
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=issue, args=(draft,)) for draft in [*drafts, broken, drafts[0]]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers_of(issuer)) == [f"F2026-{number:04}" for number in range(1, 7)]
    assert sorted(type(fault).__name__ for fault in faults) == ["CannotIssueError", "NotADraftError"]


def test_a_number_taken_in_between_leads_to_the_next(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    issuer, customer = make_seller(), make_seller()
    first, second = make_draft(issuer, customer), make_draft(issuer, customer)
    real = issuing.compose

    def composing_slowly(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(issuing, "compose", real)
        made = real(*given, **named)
        issue_document(actor=None, invoice_id=second.pk, now=NOON)
        return made

    monkeypatch.setattr(issuing, "compose", composing_slowly)
    assert issue_document(actor=None, invoice_id=first.pk, now=NOON).number == "F2026-0002"


def test_a_draft_changed_in_between_is_issued_as_it_now_is(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make_draft()
    real = issuing.compose

    def composing_slowly(*given: Any, **named: Any) -> Any:
        monkeypatch.setattr(issuing, "compose", real)
        made = real(*given, **named)
        changed = replace(draft_content(draft), lines=(line(price="10"),))
        update_draft(actor=None, invoice_id=draft.pk, content=changed, now=NOON + timedelta(seconds=1))
        return made

    monkeypatch.setattr(issuing, "compose", composing_slowly)
    assert issue_document(actor=None, invoice_id=draft.pk, now=NOON).net_cents == 4000


def test_a_broken_official_rule_issues_nothing_and_is_told(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = make_draft()
    real = composing.write_cii
    monkeypatch.setattr(
        composing,
        "write_cii",
        lambda document: real(document).replace(b"<ram:SubjectCode>PMT", b"<ram:SubjectCode>AAI"),
    )
    with pytest.raises(CannotIssueError) as fault:
        issue_document(actor=None, invoice_id=draft.pk, now=NOON)
    assert "BR-FR-05_BT-22_PMT" in fault.value.sentences[0]
    draft.refresh_from_db()
    assert draft.is_draft and not draft.number
    assert InvoiceSeries.objects.get(issuer=draft.issuer).last_number == 0


@pytest.mark.parametrize("fault", [NotCheckedError("no process"), None])
def test_rules_that_were_not_tried_issue_nothing(
    db: None, fault: Exception | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither when the process says so, nor when a verdict lacks one of the three checks."""

    def untried(rules: Any, xml: bytes, work: Any) -> Any:
        if fault is not None:
            raise fault
        return Verdict(("schema", "en16931"), ()), work()

    draft = make_draft()
    monkeypatch.setattr(composing.checker, "check_while", untried)
    with pytest.raises(CannotIssueError):
        issue_document(actor=None, invoice_id=draft.pk, now=NOON)
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.parametrize(
    ("due_on", "is_right"),
    [(date(2027, 1, 25), True), (date(2027, 1, 31), True), (date(2027, 2, 1), False)],
)
def test_an_invoice_is_due_within_what_the_law_allows(db: None, due_on: date, is_right: bool) -> None:
    """26 November 2026: sixty days are 25 January; forty-five are 10 January, whose month ends on the 31st."""
    draft = make_draft(due_on=due_on)
    if is_right:
        assert preview_document(invoice=draft, now=NOON).payment.due_on == due_on
        return
    with pytest.raises(CannotIssueError) as fault:
        issue_document(actor=None, invoice_id=draft.pk, now=NOON)
    [sentence] = fault.value.sentences
    assert "31/01/2027" in sentence and "60" in sentence and "45" in sentence


@pytest.mark.parametrize("kind", ["invoice", "quote"])
def test_a_transfer_without_iban_is_told_before_issuing_and_in_our_words(db: None, kind: str) -> None:
    draft = make_draft(kind=kind, payment_means="30")
    if kind == "quote":
        assert preview_document(invoice=draft, now=NOON).lines, "a quote asks for no payment yet"
        return
    with pytest.raises(CannotIssueError) as fault:
        preview_document(invoice=draft, now=NOON)
    [sentence] = fault.value.sentences
    assert "IBAN" in sentence and "CII" not in sentence and "BT-84" not in sentence


@pytest.mark.parametrize("means", ["97", "20", "30"])
def test_a_credit_note_asks_nobody_to_pay(db: None, means: str) -> None:
    invoice = make_issued(make_seller(iban=IBAN), payment_means=means)
    note = credit_invoice(actor=None, invoice_id=invoice.pk, request_key="a", now=NOON)
    issued = issued_document(issue_document(actor=None, invoice_id=note.pk, now=NOON))
    assert issued.payment.terms and "2026" not in issued.payment.terms, "no day to pay by"
    assert "2026" in issued_document(invoice).payment.terms


def test_signs_that_no_font_draws_stop_no_invoice(db: None) -> None:
    """The data hold them; the page is made without."""
    invoice = make_issued(lines=(line(name="Atelier vélo 🚲"),), note="Merci 😀 中文")
    assert "🚲" in bytes_of(invoice.xml).decode() and bytes_of(invoice.pdf).startswith(b"%PDF-1.7")


def test_a_warning_of_the_rules_stops_nothing() -> None:
    warning = Failure("en16931", "W-1", "…", "", fatal=False)
    assert Verdict(composing.RULES.checks, (warning,)).passes(composing.RULES)


def test_what_the_settings_lack_is_asked_before_issuing(db: None) -> None:
    draft = make_draft(make_organization("Sans réglages"), make_organization("Sans SIREN"))
    with pytest.raises(CannotIssueError) as fault:
        issue_document(actor=None, invoice_id=draft.pk, now=NOON)
    said = " ".join(fault.value.sentences)
    assert "SIREN" in said
    assert len(fault.value.sentences) >= 5


@pytest.mark.parametrize("regime", ["franchise", "non_profit", "out_of_scope"])
def test_who_charges_no_vat_says_why(db: None, regime: str) -> None:
    issuer = make_seller(vat_regime=regime, vat_number="")
    invoice = make_issued(issuer, lines=(line(vat_key=f"mention.{regime}"),))
    assert invoice.vat_cents == 0 and invoice.gross_cents == 52000
    assert issued_document(invoice).lines[0].vat.reason


@pytest.mark.parametrize(
    ("regime", "vat_key", "is_right"),
    [
        ("standard", "rate.reduced", True),
        ("standard", "mention.training", True),
        ("standard", "mention.non_profit", True),
        ("standard", "mention.out_of_scope", True),
        ("standard", "mention.reverse", True),
        ("standard", "mention.franchise", False),
        ("franchise", "rate.standard", False),
        ("franchise", "mention.reverse", False),
        ("franchise", "mention.franchise", True),
        ("franchise", "mention.training", True),
        ("non_profit", "rate.standard", False),
        ("out_of_scope", "rate.standard", False),
    ],
)
@pytest.mark.parametrize("kind", ["invoice", "quote"])
def test_a_line_bears_the_vat_that_the_regime_of_its_seller_allows(
    db: None, kind: str, regime: str, vat_key: str, is_right: bool
) -> None:
    draft = make_draft(make_seller(vat_regime=regime), kind=kind, lines=(line(vat_key=vat_key),))
    if is_right:
        assert preview_document(invoice=draft, now=NOON).lines
        return
    with pytest.raises(CannotIssueError) as fault:
        issue_document(actor=None, invoice_id=draft.pk, now=NOON)
    [sentence] = fault.value.sentences
    assert sentence.startswith("Ligne 1\xa0:") and "réglages de facturation" in sentence
    with pytest.raises(CannotIssueError):
        preview_document(invoice=draft, now=NOON)
    assert not Invoice.objects.exclude(number="").exists()


def test_only_the_lines_that_the_regime_forbids_are_named(db: None) -> None:
    lines = (line(), line(vat_key="mention.franchise"), line(vat_key="mention.training"))
    with pytest.raises(CannotIssueError) as fault:
        preview_document(invoice=make_draft(lines=lines), now=NOON)
    [sentence] = fault.value.sentences
    assert sentence.startswith("Ligne 2\xa0:")


@pytest.mark.parametrize(
    ("before", "after", "vat_key", "other_key"),
    [
        ("franchise", "standard", "mention.franchise", "rate.standard"),
        ("standard", "franchise", "rate.standard", "mention.franchise"),
    ],
)
def test_a_credit_note_repeats_the_vat_of_its_invoice_whatever_the_regime_is_now(
    db: None, before: str, after: str, vat_key: str, other_key: str
) -> None:
    issuer = make_seller(vat_regime=before, **({} if before == "standard" else {"vat_number": ""}))
    number = InvoicingProfile.objects.get(organization=issuer).vat_number
    invoice = make_issued(issuer, lines=(line(vat_key=vat_key),))
    InvoicingProfile.objects.filter(organization=issuer).update(vat_regime=after, vat_number="")
    note = credit_invoice(actor=None, invoice_id=invoice.pk, request_key="a", now=NOON)
    right = draft_content(note)
    wrong = replace(right, lines=(line(vat_key=other_key),))
    update_draft(actor=None, invoice_id=note.pk, content=wrong, now=NOON)
    with pytest.raises(CannotIssueError, match=invoice.number):
        issue_document(actor=None, invoice_id=note.pk, now=NOON)
    update_draft(actor=None, invoice_id=note.pk, content=right, now=NOON)
    issued = issue_document(actor=None, invoice_id=note.pk, now=NOON)
    assert issued.gross_cents == invoice.gross_cents
    assert issued_document(issued).seller.vat_number == number


@pytest.mark.parametrize(
    ("vat_key", "value", "profile"),
    [
        ("rate.standard", "21", {}),
        ("mention.franchise", "Une autre mention", {"vat_regime": "franchise", "vat_number": ""}),
    ],
)
def test_a_credit_note_repeats_the_vat_that_the_law_had(
    db: None, vat_key: str, value: str, profile: dict[str, str]
) -> None:
    invoice = make_issued(make_seller(**profile), lines=(line(vat_key=vat_key),))
    later = NOON + timedelta(days=800)
    FiscalSetting.objects.create(
        key=vat_key,
        value=value,
        category="E" if "mention" in vat_key else "",
        valid_from=later.date() - timedelta(days=30),
        source="Loi de finances",
        created_at=later,
    )
    note = credit_invoice(actor=None, invoice_id=invoice.pk, request_key="a", now=later)
    issued = issue_document(actor=None, invoice_id=note.pk, now=later)
    assert issued_document(issued).lines[0].vat == issued_document(invoice).lines[0].vat
    assert issued.gross_cents == invoice.gross_cents


def test_a_mention_that_the_law_no_longer_has_is_asked_of_an_administrator(db: None) -> None:
    issuer = make_seller(vat_regime="franchise", vat_number="")
    draft = make_draft(issuer, lines=(line(vat_key="mention.franchise"),))
    later = datetime(2028, 1, 3, 12, tzinfo=UTC)
    with pytest.raises(CannotIssueError, match=r"mention\.franchise"):
        issue_document(actor=None, invoice_id=draft.pk, now=later)
    FiscalSetting.objects.create(
        key="mention.franchise",
        value="TVA non applicable, article L. 223-3 du CIBS",
        category="E",
        code="VATEX-FR-FRANCHISE",
        valid_from=date(2028, 1, 1),
        source="CIBS",
        created_at=later,
    )
    issued = issue_document(actor=None, invoice_id=draft.pk, now=later)
    assert issued_document(issued).lines[0].vat.reason.endswith("CIBS")


def test_already_set_off_it_is_at_framework_two_and_settled(db: None) -> None:
    invoice = make_issued(prepaid_cents=62400, prepaid_on=date(2026, 11, 20))
    assert b"<ram:ID>S2</ram:ID>" in bytes_of(invoice.xml)
    assert invoice.payment_status == PaymentStatus.SET_OFF and invoice.due_on == date(2026, 11, 20)
    partly = make_issued(prepaid_cents=62271, prepaid_on=NOON.date())
    assert b"<ram:ID>S1</ram:ID>" in bytes_of(partly.xml)
    assert partly.payment_status == PaymentStatus.PARTLY and partly.remaining_cents == 129


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"prepaid_cents": 100, "prepaid_on": date(2027, 11, 20)}, "aujourd’hui"),
        ({"prepaid_cents": 100}, "quel jour"),
        ({"prepaid_cents": 62401, "prepaid_on": date(2026, 11, 20)}, "dépasse le total"),
        ({"delivered_on": date(2050, 1, 1)}, "plus d’un an"),
    ],
)
def test_what_is_said_to_be_done_already_is(db: None, changes: dict[str, Any], said: str) -> None:
    draft = make_draft(**changes)
    with pytest.raises(CannotIssueError, match=said):
        issue_document(actor=None, invoice_id=draft.pk, now=NOON)
    assert not Invoice.objects.exclude(number="").exists()


FROZEN_CHANGES: dict[str, Any] = {
    "number": "F2026-9999",
    "gross_cents": 1,
    "issued_on": date(2020, 1, 1),
    "content": {},
    "pdf_sha256": "0" * 64,
    "status": "draft",
    "customer_id": None,
    "sequence": 7,
}


@pytest.mark.parametrize("field", FROZEN_CHANGES)
def test_the_database_refuses_to_change_what_is_issued(db: None, field: str) -> None:
    invoice = make_issued()
    value = FROZEN_CHANGES[field] if field != "customer_id" else make_organization().pk
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(**{field: value})
    again = Invoice.objects.get(pk=invoice.pk)
    assert getattr(again, field) == getattr(invoice, field)


def test_the_words_of_an_issued_document_and_its_lines_stay(db: None) -> None:
    advance = date(2026, 11, 20)
    invoice = make_issued(
        note="Merci", buyer_reference="B1", order_reference="C1", prepaid_cents=100, prepaid_on=advance
    )
    draft = make_draft(invoice.issuer, invoice.customer)
    words = {
        "subject": "Autre", "note": "", "buyer_reference": "B2", "order_reference": "", "prepaid_on": NOON.date(),
        "exchange_key": "x", "request_key": "y", "created_at": NOON + timedelta(days=1),
    }  # fmt: skip
    said = {
        "name": "Autre", "description": "x", "quantity": 9, "unit": "HUR", "price": 7, "vat_key": "rate.reduced",
        "discount_cents": 1, "discount_reason": "x", "rank": 8,
    }  # fmt: skip
    lines, typed = InvoiceLine.objects.filter(invoice=invoice), InvoiceLine.objects.filter(invoice=draft)
    before = (Invoice.objects.filter(pk=invoice.pk).values().get(), list(lines.values()))
    for rows, changes in ((Invoice.objects.filter(pk=invoice.pk), words), (lines, said)):
        for field, value in changes.items():
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.update(**{field: value})
    for rows, other in ((typed, invoice), (lines, draft)):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(invoice=other, rank=9)
    assert before == (Invoice.objects.filter(pk=invoice.pk).values().get(), list(lines.values()))
    assert (
        Invoice.objects.filter(pk=draft.pk).update(subject="Encore à écrire") == typed.update(name="x") == 1
    )


def test_the_database_keeps_the_lines_of_what_is_issued(db: None) -> None:
    invoice = make_issued(lines=(line(), line(name="Une autre")))
    draft = make_draft(invoice.issuer, invoice.customer)
    lines = InvoiceLine.objects.filter(invoice=invoice)
    kept = list(lines.order_by("rank").values())
    for rows in (lines, lines.filter(rank=kept[-1]["rank"])):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows._raw_delete(using=rows.db)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM books_invoiceline")
    assert list(lines.order_by("rank").values()) == kept
    assert InvoiceLine.objects.filter(invoice=draft).delete()[0] == 1
    discard_draft(actor=None, invoice_id=draft.pk, now=NOON)


def test_what_is_issued_is_neither_edited_nor_removed(db: None) -> None:
    invoice = make_issued()
    with pytest.raises(NotADraftError):
        update_draft(actor=None, invoice_id=invoice.pk, content=draft_content(invoice), now=NOON)
    with pytest.raises(NotADraftError):
        discard_draft(actor=None, invoice_id=invoice.pk, now=NOON)
    with pytest.raises(IssuedStaysError):
        invoice.delete()
    with pytest.raises(IssuedStaysError):
        Invoice.objects.filter(pk=invoice.pk).delete()


def test_new_settings_do_not_change_old_documents(db: None) -> None:
    invoice = make_issued()
    profile = InvoicingProfile.objects.get(organization=invoice.issuer)
    said = {"legal_name": "Tout autre nom", "siren": profile.siren, "vat_regime": "standard"}
    save_profile(actor=None, organization=invoice.issuer, said=said, now=NOON)
    assert issued_document(Invoice.objects.get(pk=invoice.pk)).seller.name == invoice.issuer.name


def test_a_credit_note_refers_to_its_invoice_and_never_exceeds_it(db: None) -> None:
    invoice = make_issued()
    note = credit_invoice(actor=None, invoice_id=invoice.pk, request_key="a", now=NOON)
    half = replace(draft_content(note), lines=(line(quantity="2"),))
    update_draft(actor=None, invoice_id=note.pk, content=half, now=NOON)
    issued = issue_document(actor=None, invoice_id=note.pk, now=NOON)
    assert issued.number == "A2026-0001" and b"<ram:TypeCode>381" in bytes_of(issued.xml)
    [reference] = issued_document(issued).refers_to
    assert (reference.number, reference.issued_on) == ("F2026-0001", invoice.issued_on)
    invoice.refresh_from_db()
    assert invoice.credited_cents == 31200 and invoice.payment_status == PaymentStatus.PARTLY
    too_much = credit_invoice(actor=None, invoice_id=invoice.pk, request_key="b", now=NOON)
    with pytest.raises(CannotIssueError, match="312,00"):
        issue_document(actor=None, invoice_id=too_much.pk, now=NOON)
    update_draft(actor=None, invoice_id=too_much.pk, content=half, now=NOON)
    issue_document(actor=None, invoice_id=too_much.pk, now=NOON)
    invoice.refresh_from_db()
    assert invoice.remaining_cents == 0 and invoice.payment_status == PaymentStatus.SET_OFF
    with pytest.raises(ForbiddenStepError):
        credit_invoice(actor=None, invoice_id=invoice.pk, request_key="c", now=NOON)


def test_a_quote_is_accepted_and_becomes_one_invoice(db: None) -> None:
    quote = make_issued(kind="quote")
    assert quote.number == "D2026-0001" and not quote.xml and quote.valid_until == date(2026, 12, 26)
    with pytest.raises(ForbiddenStepError):
        invoice_quote(actor=None, invoice_id=quote.pk, now=NOON)
    with pytest.raises(ForbiddenStepError):
        answer_quote(actor=None, invoice_id=quote.pk, accepts=True, now=NOON + timedelta(days=40))
    answer_quote(actor=None, invoice_id=quote.pk, accepts=True, now=NOON)
    with pytest.raises(ForbiddenStepError):
        answer_quote(actor=None, invoice_id=quote.pk, accepts=False, now=NOON)
    draft = invoice_quote(actor=None, invoice_id=quote.pk, now=NOON)
    assert invoice_quote(actor=None, invoice_id=quote.pk, now=NOON) == draft
    assert draft.quote == quote and draft.lines.get().price == Decimal(130)
    assert issue_document(actor=None, invoice_id=draft.pk, now=NOON).number == "F2026-0001"


def test_a_clock_gone_back_issues_nothing(db: None) -> None:
    issuer, customer = make_seller(), make_seller()
    make_issued(issuer, customer)
    draft = make_draft(issuer, customer)
    with pytest.raises(CannotIssueError):
        issue_document(actor=None, invoice_id=draft.pk, now=NOON - timedelta(days=1))


def test_a_look_before_issuing_writes_nothing(db: None) -> None:
    draft = make_draft()
    assert preview_document(invoice=draft, now=NOON).number == "F2026-0001"
    assert not InvoiceSeries.objects.exists()


def test_the_same_request_makes_one_draft(db: None) -> None:
    issuer, customer = make_seller(), make_seller()
    assert make_draft(issuer, customer, key="k") == make_draft(issuer, customer, key="k")
    assert Invoice.objects.count() == 1
