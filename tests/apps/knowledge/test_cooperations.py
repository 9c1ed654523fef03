from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.actions.cooperations import NotAPartyError, answer_cooperation
from maillage.apps.knowledge.models import CooperationAnswer, Term
from maillage.apps.knowledge.queries.reading import cooperations_of, party_ids
from maillage.kernel.mail.models import Notification
from tests.exported import csv_rows, xlsx_rows
from tests.factories import NOW, make_organization, make_statement

pytestmark = [pytest.mark.django_db, pytest.mark.data]
LIST = "/savoirs/cooperations/"


@pytest.fixture
def parties(fournil: Organization, cycles: Organization) -> str:
    make_statement(fournil, "Tenir une boutique")
    make_statement(cycles, "Tenir une boutique", relation="seeks")
    make_statement(fournil, "Éducation populaire", kind="milieu")
    make_statement(cycles, "Éducation populaire", kind="milieu")
    return f"{min(fournil.pk, cycles.pk)}-{max(fournil.pk, cycles.pk)}"


def test_reasons_are_said_with_the_words_of_the_members(
    parties: str, fournil: Organization, maya: Person
) -> None:
    [found] = cooperations_of(fournil)
    assert found.parties == parties
    assert set(found.reasons) == {
        "Le Fournil et Cycles et Compagnie partagent un milieu\u00a0: «\u00a0Éducation populaire\u00a0».",
        "Le Fournil a ce que cherche Cycles et Compagnie\u00a0: «\u00a0Tenir une boutique\u00a0».",
    }
    client = Client()
    client.force_login(maya)
    assert "Tenir une boutique" in client.get(LIST).content.decode()


def test_when_all_are_interested_all_are_told(
    parties: str, fournil: Organization, cycles: Organization, maya: Person, omar: Person
) -> None:
    answer_cooperation(actor=maya, organization=fournil, parties=parties, answer="accepted", now=NOW)
    assert not Notification.objects.exists()
    answer_cooperation(actor=omar, organization=cycles, parties=parties, answer="accepted", now=NOW)
    assert {each.person for each in Notification.objects.all()} == {maya, omar}
    client = Client()
    client.force_login(maya)
    assert "Vous êtes tous intéressés" in client.get(LIST).content.decode()


def test_what_is_refused_says_why_and_is_not_proposed_again(
    parties: str, fournil: Organization, cycles: Organization, maya: Person
) -> None:
    client = Client()
    client.force_login(maya)
    said = {"parties": parties, "organization_id": str(fournil.pk), "answer": "refused"}
    client.post(LIST, said)
    assert not CooperationAnswer.objects.exists()
    client.post(LIST, {**said, "motive": "no_time"})
    assert CooperationAnswer.objects.get().motive == "no_time"
    assert cooperations_of(fournil) == []
    assert cooperations_of(cycles) == []


def test_nobody_answers_for_others(
    parties: str, fournil: Organization, cycles: Organization, maya: Person
) -> None:
    client = Client()
    client.force_login(maya)
    said = {"parties": parties, "organization_id": str(cycles.pk), "answer": "accepted"}
    assert client.post(LIST, said).status_code == 404
    with pytest.raises(NotAPartyError):
        answer_cooperation(
            actor=maya, organization=fournil, parties=f"{cycles.pk}-999999", answer="accepted", now=NOW
        )
    assert not CooperationAnswer.objects.exists()


@pytest.mark.parametrize(
    "parties", ["", "1", "2-1", "1-1", "1-2-3-4", "a-b", "-1-2", "1-²", "01-2", "1" * 70]
)
def test_parties_are_two_or_three_in_order(parties: str) -> None:
    assert party_ids(parties) == ()


def test_an_empty_map_proposes_the_first_step(maya: Person, fournil: Organization) -> None:
    client = Client()
    client.force_login(maya)
    page = client.get(reverse("knowledge:cooperations")).content.decode()
    assert "Rien à proposer pour le moment" in page


def test_who_has_a_part_of_what_is_sought_is_proposed_and_found(
    fournil: Organization, cycles: Organization, solene: Person
) -> None:
    held, sought = (
        make_statement(fournil, "Réparer un vélo"),
        make_statement(cycles, "Réparer", relation="seeks"),
    )
    assert cooperations_of(cycles) == []
    Term.objects.filter(pk=held.term_id).update(broader=sought.term_id)
    [found] = cooperations_of(cycles)
    [reason] = found.reasons
    assert "Le Fournil a «\u00a0Réparer un vélo\u00a0», une part de ce que cherche" in reason
    assert "Réparer\u00a0»" in reason
    page = Client().get("/savoirs/qui-sait/", {"mot": sought.term_id}).content.decode()
    assert f"/savoirs/structures/{fournil.pk}-" in page
    Term.objects.filter(pk=sought.term_id).update(broader=held.term_id)  # a loop, as only a fault could make
    assert cooperations_of(cycles)


def test_what_many_have_far_away_weighs_here_too(fournil: Organization, cycles: Organization) -> None:
    """The worth of a word is counted on the whole map, not among those looked at."""
    make_statement(fournil, "Rare")
    make_statement(fournil, "Courant")
    make_statement(cycles, "Rare", relation="seeks")
    make_statement(cycles, "Courant", relation="seeks")
    for _number in range(6):
        make_statement(make_organization(), "Courant")
    found = cooperations_of(cycles)
    assert fournil in found[0].structures
    assert found[0].reasons[0].endswith("«\u00a0Rare\u00a0».")
    assert len(found) == 7


def test_the_proposals_leave_as_a_table_with_what_was_answered(
    parties: str, fournil: Organization, cycles: Organization, maya: Person, omar: Person
) -> None:
    client = Client()
    client.force_login(maya)
    csv, xlsx = (reverse("knowledge:cooperations_export", args=[form]) for form in ("csv", "xlsx"))
    page = client.get(LIST, {"structure": fournil.pk}).content.decode()
    assert f"{csv}?structure={fournil.pk}" in page
    [row] = csv_rows(client.get(csv))
    assert (row["pour"], row["avec"], row["notre réponse"], row["tous d’accord"]) == (
        "Le Fournil",
        "Cycles et Compagnie",
        "",
        "non",
    )
    assert "Tenir une boutique" in row["raisons"] and f"/savoirs/structures/{cycles.pk}-" in row["adresses"]
    for person, body in ((maya, fournil), (omar, cycles)):
        answer_cooperation(actor=person, organization=body, parties=parties, answer="accepted", now=NOW)
    [row] = xlsx_rows(client.get(xlsx, {"structure": fournil.pk}))
    assert (row["déjà intéressés"], row["tous d’accord"]) == ("Cycles et Compagnie", "oui")
    assert row["notre réponse"]
    assert client.get(csv.replace("csv", "exe")).status_code == 404


def test_who_belongs_to_nothing_takes_an_empty_table(parties: str, solene: Person) -> None:
    client = Client()
    client.force_login(solene)
    assert csv_rows(client.get(reverse("knowledge:cooperations_export", args=["csv"]))) == []
