"""Office mode: a facilitator invoices and keeps the books of an organisation, traced as such, and the organisation is told."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.invoices import answer_quote, create_draft, discard_draft, update_draft
from maillage.apps.books.actions.issuing import issue_document
from maillage.apps.books.actions.opening import BooksChoices, open_books
from maillage.apps.books.actions.settlements import record_settlement
from maillage.apps.books.models import Books, InvoiceSettlement, JournalEntry, ReceivedInvoice
from maillage.apps.books.queries.contents import draft_content
from maillage.apps.directory.models import Contact, Organization
from maillage.cores.einvoicing.cii import write_cii
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.mail.models import Notification
from tests.apps.books.making import NOON, make_draft, make_issued, make_manager, make_seller
from tests.apps.books.test_received import radio, take  # noqa: F401
from tests.cores.einvoicing.examples import FURNITURE
from tests.exported import csv_rows
from tests.factories import make_person

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def solene() -> Person:
    return make_person("facilitator", name="Solène")


@pytest.fixture
def forge() -> Organization:
    return make_seller("La Forge")


@pytest.fixture
def maya(forge: Organization) -> Person:
    return make_manager(forge)


@pytest.fixture
def books(forge: Organization) -> Books:
    year = (date(NOON.year, 1, 1), date(NOON.year, 12, 31))
    choices = BooksChoices(variant="associative", siren="")
    return open_books(
        actor=None, organization_id=forge.pk, choices=choices, starts_on=year[0], ends_on=year[1], now=NOON
    )


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def told(person: Person) -> list[str]:
    rows = Notification.objects.filter(person=person, kind="books.office").order_by("pk")
    return list(rows.values_list("title", flat=True))


def trace(verb: str) -> dict[str, Any]:
    found: dict[str, Any] = AuditEntry.objects.filter(verb=verb).order_by("-pk")[0].details
    return found


def test_what_is_prepared_and_issued_for_a_member_is_traced_and_told(
    solene: Person, forge: Organization, maya: Person
) -> None:
    content = draft_content(make_draft(forge))
    made = create_draft(
        actor=solene, kind="invoice", issuer=forge, content=content, request_key="guichet", now=NOON
    )
    assert trace("invoice.create") == {"office_mode": True, "told": 1}
    update_draft(actor=solene, invoice_id=made.pk, content=content, now=NOON)
    assert trace("invoice.update") == {"office_mode": True}
    issued = issue_document(actor=solene, invoice_id=made.pk, now=NOON)
    assert trace("invoice.issue") == {"office_mode": True, "told": 1}
    first, second = told(maya)
    assert "Solène" in first and "brouillon" in first
    assert issued.number in second
    other = make_draft(forge)
    discard_draft(actor=solene, invoice_id=other.pk, now=NOON)
    assert len(told(maya)) == 3


def test_whoever_manages_it_acts_for_itself(forge: Organization, maya: Person, solene: Person) -> None:
    issue_document(actor=maya, invoice_id=make_draft(forge).pk, now=NOON)
    assert trace("invoice.issue") == {}
    both = make_manager(forge)
    both.role = "facilitator"
    both.save()
    issue_document(actor=both, invoice_id=make_draft(forge).pk, now=NOON)
    assert trace("invoice.issue") == {} and told(maya) == []


def test_who_has_no_account_is_told_by_e_mail(
    solene: Person, forge: Organization, mailoutbox: list[EmailMessage]
) -> None:
    Contact.objects.create(organization=forge, rank=0, phone="+33536491101", public=True)
    Contact.objects.create(organization=forge, rank=1, email="forge@exemple.test")
    issue_document(actor=solene, invoice_id=make_draft(forge).pk, now=NOON)
    [letter] = [each for each in mailoutbox if each.to == ["forge@exemple.test"]]
    assert "Solène" in str(letter.body) and "La Forge" in letter.subject


def test_the_customer_of_a_quote_is_told_not_its_issuer(
    solene: Person, forge: Organization, maya: Person
) -> None:
    buyer = make_seller("Le Moulin")
    miller = make_manager(buyer)
    quote = make_issued(forge, buyer, kind="quote")
    answer_quote(actor=solene, invoice_id=quote.pk, accepts=True, now=NOON)
    assert len(told(miller)) == 1 and told(maya) == []


def test_what_settles_itself_is_nobodys_office(solene: Person, forge: Organization, maya: Person) -> None:
    """A facilitator who executes a batch acts for the circle."""
    invoice = make_issued(forge)
    record_settlement(
        InvoiceSettlement,
        actor=solene,
        of_id=invoice.pk,
        kind="set_off",
        amount_cents=100,
        settled_on=NOON.date(),
        reference="LOT-1",
        key="x",
        now=NOON,
    )
    assert trace("invoice.settle") == {} and told(maya) == []


def entry_of(page: str) -> dict[str, str]:
    key = re.search(r'name="key" value="([^"]+)"', page)
    count = re.search(r'name="count" value="(\d+)"', page)
    assert key and count
    return {"key": key[1], "count": count[1]}


def test_a_facilitator_writes_in_the_journal_in_its_place(
    solene: Person, forge: Organization, maya: Person, books: Books
) -> None:
    client, url = browser(solene), reverse("books:accounts_entry_new", args=[forge.pk])
    shown = client.get(url).content.decode()
    assert "Vous agissez à la place de La Forge" in shown
    values = {
        **entry_of(shown),
        "day": NOON.date().isoformat(),
        "label": "Achat de fer",
        "piece": "T-1",
        "journal": "OD",
        "account_1": "6063",
        "debit_1": "12,50",
        "account_2": "512",
        "credit_2": "12,50",
    }
    done = client.post(url, values, follow=True)
    [entry] = JournalEntry.objects.filter(books=books)
    assert done.status_code == 200 and entry.created_by == solene
    assert trace("books.entry")["office_mode"] and trace("books.entry")["told"] == 1
    assert "Achat de fer" in told(maya)[0]
    undo = reverse("books:accounts_entry", args=[forge.pk, entry.pk])
    client.post(undo, {"label": "Erreur de saisie"})
    assert JournalEntry.objects.filter(reverses=entry).exists() and len(told(maya)) == 2


def test_what_writes_itself_is_not_office(
    solene: Person, forge: Organization, maya: Person, books: Books
) -> None:
    invoice = make_draft(forge)
    issue_document(actor=solene, invoice_id=invoice.pk, now=NOON)
    assert "office_mode" not in trace("books.entry")
    assert len(told(maya)) == 1  # the invoice, not its entry


def test_closing_stays_with_those_who_manage(
    solene: Person, forge: Organization, maya: Person, books: Books
) -> None:
    url = reverse("books:accounts_close", args=[forge.pk])
    client, home = browser(solene), reverse("books:accounts", args=[forge.pk])
    assert client.get(url).status_code == 404
    assert client.post(url, {"until": "2026-01-31", "confirmer": "1"}).status_code == 404
    assert url not in client.get(home).content.decode()
    assert browser(maya).get(url).status_code == 200
    assert url in browser(maya).get(home).content.decode()


def test_a_facilitator_opens_the_accounts_of_who_has_none(
    solene: Person, forge: Organization, maya: Person
) -> None:
    client, url = browser(solene), reverse("books:accounts_open", args=[forge.pk])
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    client.post(url, {**values, "siren": forge.siren or ""})
    assert Books.objects.filter(organization=forge).exists()
    assert len(told(maya)) == 1


def test_nobody_else_writes(forge: Organization, books: Books) -> None:
    stranger = browser(make_manager(make_seller("Ailleurs")))
    for name in ("accounts", "accounts_entry_new", "accounts_settings", "accounts_gift"):
        assert stranger.get(reverse(f"books:{name}", args=[forge.pk])).status_code == 404


def taken_in(receiver: Organization, number: str) -> ReceivedInvoice:
    return take(receiver, write_cii(replace(FURNITURE, number=number)))


def test_a_facilitator_of_no_organisation_reads_the_files_of_all_and_says_for_whom_to_take_one_in(
    solene: Person,
    radio: Organization,  # noqa: F811
    forge: Organization,
) -> None:
    taken_in(radio, "R-1")
    client, url = browser(solene), reverse("books:received_upload")
    shown = client.get(url).content.decode()
    assert "R-1" in shown and "Pour quelle structure ?" in shown.replace("\xa0", " ")
    assert 'type="file"' not in shown and '<option value="La Forge">' in shown
    wrong = client.get(url, {"pour_qui": "Personne"}).content.decode()
    assert "Personne" in wrong and "Erreur" in wrong.split("</title>")[0] and "R-1" in wrong
    chosen = client.get(url, {"pour_qui": "radio rivage"})
    assert chosen.status_code == 302 and chosen["Location"] == f"{url}?pour={radio.pk}"
    page = client.get(chosen["Location"]).content.decode()
    assert 'type="file"' in page and "Vous agissez à la place de Radio Rivage" in page and "R-1" in page
    assert f'name="pour" value="{radio.pk}"' in page
    assert "R-1" not in client.get(f"{url}?pour={forge.pk}").content.decode()
    assert f"export/csv/?pour={radio.pk}" in page
    [row] = csv_rows(client.get(reverse("books:received_export", args=["csv"]), {"pour": radio.pk}))
    assert row["numéro"] == "R-1"
    assert not csv_rows(client.get(reverse("books:received_export", args=["csv"]), {"pour": forge.pk}))
    file = SimpleUploadedFile("r.xml", write_cii(replace(FURNITURE, number="R-2")))
    made = client.post(chosen["Location"], {"receiver_id": radio.pk, "file": file})
    assert made.status_code == 302
    assert ReceivedInvoice.objects.get(number="R-2").receiver == radio
    assert AuditEntry.objects.filter(verb="received.take_in", on_behalf_of="Radio Rivage").exists()


def test_a_facilitator_says_for_whom_on_the_other_pages_too(solene: Person, forge: Organization) -> None:
    client = browser(solene)
    create = reverse("books:invoice_create")
    assert "Pour quelle structure" in client.get(create).content.decode()
    chosen = client.get(create, {"pour_qui": "La Forge", "sorte": "devis"})
    assert chosen["Location"] == f"{create}?pour={forge.pk}&sorte=devis"
    assert "Nouveau devis" in client.get(chosen["Location"]).content.decode()
    mine = reverse("books:my_accounts")
    assert "Pour quelle structure" in client.get(mine).content.decode()
    assert client.get(mine, {"pour_qui": "La Forge"})["Location"] == reverse(
        "books:accounts", args=[forge.pk]
    )


def test_who_manages_nothing_chooses_nobody(forge: Organization, maya: Person) -> None:
    nobody = browser(make_person())
    for name in ("received_upload", "invoice_create", "my_accounts"):
        address = reverse(f"books:{name}")
        assert "Pour quelle structure" not in nobody.get(address).content.decode()
        assert "La Forge" not in nobody.get(address, {"pour_qui": "La Forge"}).content.decode()
    for person in (make_person(), make_manager(make_seller())):
        assert browser(person).get(reverse("books:received_upload"), {"pour": forge.pk}).status_code == 404
    assert browser(maya).get(reverse("books:received_upload"), {"pour": forge.pk}).status_code == 200
