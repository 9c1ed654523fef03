"""The lists of a circle: narrowed by their address, page after page, and out as tables as they stand on screen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.barter.actions.clearing import propose_batch
from maillage.apps.barter.actions.debts import DebtContent, answer_debt, enter_debt, withdraw_debt
from maillage.apps.barter.choices import BatchState
from maillage.apps.barter.models import Circle, ClearingBatch, Debt
from maillage.apps.barter.queries.acting import Acting
from maillage.apps.directory.models import Organization
from tests.exported import csv_rows, xlsx_rows
from tests.factories import (
    NOW,
    make_circle,
    make_circle_member,
    make_debts,
    make_exchange,
    make_organization,
    make_person,
    tie,
)
from tests.factories import make_loop as loop_of

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def at(name: str, circle: Circle, *more: Any) -> str:
    return reverse(f"barter:{name}", args=[circle.pk, *more])


def say_debt(
    actor: Person, circle: Circle, debtor: Organization, creditor: Organization, **said: Any
) -> Debt:
    """What `creditor` says that it is owed."""
    content = DebtContent(
        circle.members.get(organization=debtor).pk,
        circle.members.get(organization=creditor).pk,
        said.pop("amount_cents", 5_000),
        **said,
    )
    acting = Acting(person=actor, organization=creditor, in_office_mode=True)
    return enter_debt(acting=acting, circle_id=circle.pk, content=content, now=NOW)


@pytest.fixture
def third(solene: Person, circle: Circle) -> Organization:
    made = make_organization("L’Épicerie")
    make_circle_member(solene, circle, made)
    return made


def test_the_balances_leave_as_they_are_narrowed(
    solene: Person, circle: Circle, centre: Organization, radio: Organization, third: Organization
) -> None:
    make_exchange(solene, circle, centre, radio)
    facilitator = browser(solene)
    said = csv_rows(facilitator.get(at("credit_file", circle, "csv")))
    assert [(row["structure"], row["solde"]) for row in said] == [
        ("L’Épicerie", "0,00"),
        ("Radio Brume", "10,00"),
        ("La Recyclerie", "-10,00"),
    ]
    narrowed = xlsx_rows(facilitator.get(at("credit_file", circle, "xlsx"), {"mots": "EPICERIE"}))
    assert [(row["structure"], row["solde"]) for row in narrowed] == [("L’Épicerie", 0)]
    page = facilitator.get(at("credit", circle), {"mots": "epicerie"}).content.decode()
    assert "Radio Brume" not in page.split("<main", 1)[1]
    assert f"{at('credit_file', circle, 'csv')}?mots=epicerie" in page
    assert csv_rows(facilitator.get(at("credit_file", circle, "csv"), {"etat": "suspended"})) == []


def test_a_member_takes_its_own_balance_and_a_stranger_none(
    solene: Person, maya: Person, circle: Circle, centre: Organization, radio: Organization
) -> None:
    own = csv_rows(browser(maya).get(at("credit_file", circle, "csv")))
    assert [row["structure"] for row in own] == ["La Recyclerie"]
    stranger = browser(make_person())
    batch = _proposed(solene, circle)
    for name, more in (
        ("credit_file", ()),
        ("participation_file", ()),
        ("debts_file", ()),
        ("batches_file", ()),
        ("batch_file", (batch.pk,)),
        ("loops_file", ()),
        ("members_file", ()),
    ):
        assert stranger.get(at(name, circle, *more, "csv")).status_code == 404, name
        assert Client().get(at(name, circle, *more, "csv")).status_code == 302, name
        assert browser(maya).get(at(name, circle, *more, "exe")).status_code == 404, name


def test_participation_counts_for_all_and_tells_amounts_to_facilitators(
    solene: Person, maya: Person, circle: Circle, centre: Organization, radio: Organization
) -> None:
    make_exchange(solene, circle, centre, radio)
    for_all = {
        row["structure"]: row for row in csv_rows(browser(maya).get(at("participation_file", circle, "csv")))
    }
    assert for_all["Radio Brume"]["fourni_nombre"] == for_all["La Recyclerie"]["recu_nombre"] == "1"
    assert "fourni_valeur" not in for_all["Radio Brume"]
    told = {
        row["structure"]: row
        for row in xlsx_rows(browser(solene).get(at("participation_file", circle, "xlsx")))
    }
    assert (told["Radio Brume"]["fourni_valeur"], told["La Recyclerie"]["recu_valeur"]) == (10, 10)


def test_the_debts_leave_with_their_filter_and_only_ones_own(
    solene: Person,
    maya: Person,
    circle: Circle,
    centre: Organization,
    radio: Organization,
    third: Organization,
) -> None:
    day = NOW.date()
    say_debt(solene, circle, centre, radio, invoice="F-1", due_date=day)
    say_debt(solene, circle, centre, radio, invoice="F-2", due_date=day + timedelta(days=40))
    say_debt(solene, circle, third, radio, invoice="=1+1", due_date=day)
    withdrawn = say_debt(solene, circle, centre, radio, invoice="F-4")
    withdraw_debt(
        acting=Acting(person=solene, organization=radio, in_office_mode=True), debt_id=withdrawn.pk, now=NOW
    )
    facilitator, address = browser(solene), at("debts_file", circle, "csv")

    def invoices(client: Client, **asked: str) -> set[str]:
        return {row["facture"] for row in csv_rows(client.get(address, asked))}

    assert invoices(facilitator) == {"F-1", "F-2", "'=1+1", "F-4"}
    assert invoices(browser(maya)) == {"F-1", "F-2", "F-4"}
    assert invoices(facilitator, mots="épicerie") == {"'=1+1"}
    assert invoices(facilitator, mots="f-1") == {"F-1"}
    assert invoices(facilitator, etat="withdrawn") == {"F-4"}
    assert invoices(facilitator, au=day.isoformat()) == {"F-1", "'=1+1"}
    assert invoices(facilitator, du=(day + timedelta(days=1)).isoformat(), etat="entered") == {"F-2"}
    assert len(invoices(facilitator, etat="rien", du="demain")) == 4, "what makes no sense narrows nothing"
    sheet = xlsx_rows(facilitator.get(at("debts_file", circle, "xlsx"), {"mots": "epicerie"}))
    assert (sheet[0]["facture"], sheet[0]["montant_euros"], sheet[0]["debiteur"]) == (
        "=1+1",
        50,
        "L’Épicerie",
    )


def test_a_settled_debt_is_no_longer_merely_confirmed(
    solene: Person, circle: Circle, centre: Organization, radio: Organization
) -> None:
    left, gone = (say_debt(solene, circle, centre, radio, invoice=number) for number in ("F-1", "F-2"))
    for debt in (left, gone):
        acting = Acting(person=solene, organization=centre, in_office_mode=True)
        answer_debt(acting=acting, debt_id=debt.pk, contests=False, reason="", now=NOW)
    Debt.objects.filter(pk=gone.pk).update(remaining_cents=0)
    facilitator = browser(solene)
    for state, invoice, remaining in (("confirmed", "F-1", "50,00"), ("settled", "F-2", "0,00")):
        rows = csv_rows(facilitator.get(at("debts_file", circle, "csv"), {"etat": state}))
        assert [(row["facture"], row["reste_euros"]) for row in rows] == [(invoice, remaining)]


def test_the_second_page_of_debts_shows_the_rest_with_the_filter(
    solene: Person, circle: Circle, centre: Organization, radio: Organization
) -> None:
    for number in range(53):
        say_debt(solene, circle, centre, radio, invoice=f"N{number:03}")
    say_debt(solene, circle, centre, radio, invoice="Autre")
    facilitator = browser(solene)
    first, second = (
        facilitator.get(at("debts", circle), {"mots": "n0", "page": page}).content.decode()
        for page in ("1", "2")
    )
    seen = [{f"N{n:03}" for n in range(53) if f"N{n:03}" in page} for page in (first, second)]
    assert (len(seen[0]), len(seen[1])) == (50, 3)
    assert seen[0].isdisjoint(seen[1])
    assert "Autre" not in second
    assert "?mots=n0&amp;page=2" in first


def _proposed(actor: Person, circle: Circle) -> ClearingBatch:
    make_debts(actor, circle)
    return propose_batch(actor=actor, circle_id=circle.pk, now=NOW)


def test_the_lines_of_a_batch_leave_for_each_party(
    solene: Person, maya: Person, circle: Circle, centre: Organization, radio: Organization
) -> None:
    batch = _proposed(solene, circle)
    every = csv_rows(browser(solene).get(at("batch_file", circle, batch.pk, "csv")))
    assert {row["structure"] for row in every} == {"La Recyclerie", "Radio Brume"}
    assert len(every) == 4 and {row["compense_euros"] for row in every} == {"100,00"}
    own = csv_rows(browser(maya).get(at("batch_file", circle, batch.pk, "csv")))
    assert {row["structure"] for row in own} == {"La Recyclerie"}
    assert len({row["sens"] for row in own}) == 2


def test_batches_beyond_a_page_are_not_cut(solene: Person, circle: Circle) -> None:
    batch = _proposed(solene, circle)
    copies = []
    for number in range(60):
        copies.append(
            ClearingBatch(
                circle=circle,
                state=BatchState.DROPPED,
                input_hash=batch.input_hash,
                proposed_at=NOW - timedelta(days=number + 1),
                ended_at=NOW,
                reason="Essai",
            )
        )
    ClearingBatch.objects.bulk_create(copies)
    facilitator = browser(solene)
    oldest = ClearingBatch.objects.order_by("proposed_at").first()
    assert oldest is not None
    assert oldest.reference not in facilitator.get(at("batches", circle)).content.decode()
    assert oldest.reference in facilitator.get(at("batches", circle), {"page": "2"}).content.decode()
    open_ones = csv_rows(facilitator.get(at("batches_file", circle, "csv"), {"etat": "proposed"}))
    assert [row["lot"] for row in open_ones] == [batch.reference]
    assert len(csv_rows(facilitator.get(at("batches_file", circle, "csv")))) == 61


def test_loops_leave_a_line_for_each_gift(
    solene: Person, circle: Circle, centre: Organization, radio: Organization
) -> None:
    loop = loop_of(solene, circle, centre, radio)
    rows = csv_rows(browser(solene).get(at("loops_file", circle, "csv")))
    assert {(row["boucle"], row["donne"], row["recoit"]) for row in rows} == {
        (str(loop.pk), "La Recyclerie", "Radio Brume"),
        (str(loop.pk), "Radio Brume", "La Recyclerie"),
    }
    assert csv_rows(browser(solene).get(at("loops_file", circle, "csv"), {"etat": "over"})) == []
    assert csv_rows(browser(solene).get(at("loops_file", circle, "csv"), {"mots": "inconnue"})) == []
    narrowed = browser(solene).get(at("loops", circle), {"mots": "recyclerie radio"}).content.decode()
    assert "La Recyclerie → Radio Brume" in narrowed or "Radio Brume → La Recyclerie" in narrowed


def test_members_leave_with_reasons_for_facilitators_only(
    solene: Person, maya: Person, circle: Circle, radio: Organization
) -> None:
    told = csv_rows(browser(solene).get(at("members_file", circle, "csv"), {"mots": "brume"}))
    assert [row["structure"] for row in told] == ["Radio Brume"]
    assert "motif" in told[0]
    own = csv_rows(browser(maya).get(at("members_file", circle, "csv")))
    assert len(own) == 2 and "motif" not in own[0]


def test_exchanges_are_found_by_a_name(
    solene: Person, circle: Circle, centre: Organization, radio: Organization, third: Organization
) -> None:
    make_exchange(solene, circle, centre, radio)
    make_exchange(solene, circle, third, radio)
    rows = csv_rows(browser(solene).get(at("exchanges_file", circle, "csv"), {"mots": "épicerie chaises"}))
    assert [row["recu_par"] for row in rows] == ["L’Épicerie"]
    page = browser(solene).get(at("exchanges", circle), {"mots": "épicerie"}).content.decode()
    assert "La Recyclerie" not in page.split("<table", 1)[1]


def test_every_circle_is_listed(solene: Person, circle: Circle) -> None:
    for number in range(52):
        make_circle(solene, f"Ronde {number:02}")
    pages = [
        browser(solene).get(reverse("barter:list"), {"page": page}).content.decode() for page in ("1", "2")
    ]
    assert sum(f"Ronde {number:02}" in page for number in range(52) for page in pages) == 52
    found = browser(solene).get(reverse("barter:list"), {"mots": "ronde 07"}).content.decode()
    assert "Ronde 07" in found and "Ronde 08" not in found


def test_who_has_two_accounts_is_not_led_to_one_by_a_filter(
    maya: Person, circle: Circle, radio: Organization
) -> None:
    tie(maya, radio)
    assert browser(maya).get(at("credit", circle), {"mots": "brume"}).status_code == 200


def test_whom_to_visit_leaves_for_the_facilitators_alone(
    solene: Person, maya: Person, circle: Circle, centre: Organization, radio: Organization
) -> None:
    facilitator, url = browser(solene), at("visits_file", circle, "csv")
    shown = facilitator.get(at("interviews", circle)).content.decode()
    assert url in shown and at("visits_file", circle, "xlsx") in shown
    rows = csv_rows(facilitator.get(url))
    assert {(row["structure"], row["offres_visibles"], row["derniere_visite"]) for row in rows} == {
        (centre.name, "0", ""),
        (radio.name, "0", ""),
    }
    seat = circle.members.get(organization=radio)
    facilitator.post(at("interview_start", circle, seat.pk))
    assert [row["structure"] for row in xlsx_rows(facilitator.get(url.replace("csv", "xlsx")))] == [
        centre.name
    ]
    assert browser(maya).get(url).status_code == 404
    assert facilitator.get(url.replace("csv", "exe")).status_code == 404
