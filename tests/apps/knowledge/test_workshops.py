from __future__ import annotations

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from maillage.apps.accounts.models import Person
from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.actions.terms import NoWordsError
from maillage.apps.knowledge.actions.workshops import (
    ClosedWorkshopError,
    NoStructureError,
    TooFewError,
    add_words,
    compose_groups,
    end_workshop,
    forget_first_names,
    leave_seat,
    move_seat,
    renew_code,
    take_seat,
)
from maillage.apps.knowledge.models import Seat, Statement, Workshop, WorkshopAnswer
from maillage.apps.knowledge.queries.workshops import present_seats, rounds_of, tables_of
from tests.factories import NOW, make_workshop

pytestmark = [pytest.mark.django_db, pytest.mark.data]


@pytest.fixture
def workshop(solene: Person) -> Workshop:
    cache.clear()
    return make_workshop(solene, now=timezone.now())


def sit(workshop: Workshop, structure: str, first_name: str = "") -> Seat:
    return take_seat(workshop_id=workshop.pk, structure=structure, first_name=first_name, now=timezone.now())


def say(seat: Seat, words: str, kind: str = "savoir_faire", relation: str = "holds") -> WorkshopAnswer:
    return add_words(seat_id=seat.pk, kind=kind, relation=relation, words=words, now=timezone.now())


def phone(workshop: Workshop, structure: str) -> Client:
    """A phone that joined, without any account."""
    client = Client()
    client.post(
        reverse("knowledge:join", args=[workshop.code]), {"structure": structure, "first_name": "Lou"}
    )
    return client


def test_a_phone_joins_without_account_and_finds_its_seat_again(
    workshop: Workshop, fournil: Organization
) -> None:
    client = phone(workshop, "le FOURNIL")
    seat = Seat.objects.get()
    assert (seat.organization, seat.structure, seat.first_name) == (fournil, "Le Fournil", "Lou")
    assert client.get(reverse("knowledge:join", args=[workshop.code])).status_code == 302
    another_phone = phone(workshop, "Le Fournil")
    assert Seat.objects.count() == 1
    assert (
        "Votre place est prise"
        in another_phone.get(reverse("knowledge:seat", args=[workshop.code])).content.decode()
    )


def test_codes_that_open_nothing_say_so(workshop: Workshop, solene: Person) -> None:
    client = Client()
    address = reverse("knowledge:enter")
    assert "Aucun atelier n’a ce code" in client.post(address, {"code": "zzzzzz"}).content.decode()
    assert client.get(reverse("knowledge:join", args=["ZZZZZZ"])).status_code == 404
    assert (
        client.post(
            address, {"code": f" {workshop.code.lower()[:3]} {workshop.code.lower()[3:]} "}
        ).status_code
        == 302
    )
    Workshop.objects.filter(pk=workshop.pk).update(code_ends_at=timezone.now() - timedelta(minutes=1))
    assert "n’ouvre plus l’atelier" in client.post(address, {"code": workshop.code}).content.decode()
    expired = client.get(reverse("knowledge:join", args=[workshop.code]))
    assert expired.status_code == 404
    assert "n’ouvre plus l’atelier" in expired.content.decode()
    old = workshop.code
    new = renew_code(actor=solene, workshop_id=workshop.pk, now=timezone.now()).code
    assert new != old
    assert client.post(address, {"code": new}).status_code == 302


def test_a_hammered_code_waits(workshop: Workshop, one_minute: None) -> None:
    client = Client()
    pages = [
        client.post(reverse("knowledge:enter"), {"code": f"AAAAA{letter}"}).content.decode()
        for letter in "BCDEFGHJKLMN"
    ]
    assert "Trop d’essais" not in pages[0]
    assert "Trop d’essais" in pages[-1]
    assert (
        "Trop d’essais" in client.post(reverse("knowledge:enter"), {"code": workshop.code}).content.decode()
    )


@pytest.mark.parametrize("door", ["enter", "join", "seat", "interview", "words_remove"])
def test_no_door_answers_who_tries_codes(workshop: Workshop, one_minute: None, door: str) -> None:
    """Ten wrong codes, then nothing tells the right one apart, at that door or at another."""
    seated, client = phone(workshop, "Le Fournil"), Client()
    seat = Seat.objects.get()
    word = say(seat, "Pétrir")

    def tried(code: str, name: str = door, who: Client = client) -> int:
        if name == "enter":
            return who.post(reverse("knowledge:enter"), {"code": code}).status_code
        more = {"interview": [seat.pk, "savoir"], "words_remove": [word.pk]}.get(name, [])
        address = reverse(f"knowledge:{name}", args=[code, *more])
        return (who.post if name == "words_remove" else who.get)(address).status_code

    answers = [tried(f"AAAAA{letter}") for letter in "BCDEFGHJKL"]
    assert answers == [200 if door == "enter" else 404] * 10
    assert [tried(f"AAAAB{letter}") for letter in "BCDEFGHJKL"] == [429] * 10
    assert tried(workshop.code) == 429
    assert tried(workshop.code, "seat") == tried(workshop.code, "enter") == 429
    assert WorkshopAnswer.objects.filter(pk=word.pk).exists()
    assert tried(workshop.code, "seat", seated) == 200  # another phone of the same house goes on
    assert tried("AAAACB", "seat", seated) == 429


def test_right_codes_are_not_counted(workshop: Workshop, one_minute: None) -> None:
    """Thirty people of one room come in within a minute."""
    answers = {
        Client().post(reverse("knowledge:enter"), {"code": workshop.code}).status_code for _each in range(30)
    }
    assert answers == {302}


def test_a_phone_writes_for_its_own_group_only(workshop: Workshop, solene: Person) -> None:
    lou = phone(workshop, "Le Fournil")
    seats = [Seat.objects.get(), *(sit(workshop, f"Structure {n}") for n in range(5))]
    other = reverse("knowledge:interview", args=[workshop.code, seats[1].pk, "savoir"])
    assert lou.get(other).status_code == 404
    compose_groups(actor=solene, workshop_id=workshop.pk, seed=1, now=timezone.now())
    mine = Seat.objects.get(pk=seats[0].pk).group_number
    for seat in Seat.objects.exclude(pk=seats[0].pk):
        address = reverse("knowledge:interview", args=[workshop.code, seat.pk, "savoir"])
        assert lou.get(address).status_code == (200 if seat.group_number == mine else 404)
        said = lou.post(address, {"mots": "Bretonnant", "relation": "holds"})
        assert said.status_code == (302 if seat.group_number == mine else 404)
    assert Client().get(other).status_code == 404


def test_groups_are_of_two_or_three_and_nobody_meets_again(solene: Person) -> None:
    """Two workshops of nine structures: the second makes none of the pairs of the first."""
    pairs = []
    for day in range(2):
        held = make_workshop(solene, f"Atelier {day}", now=NOW + timedelta(days=day))
        for number in range(9):
            sit(held, f"Structure {number}")
        answer = compose_groups(actor=solene, workshop_id=held.pk, seed=1, now=NOW)
        tables = tables_of(present_seats(held))
        assert sorted(len(table.seats) for table in tables) == [3, 3, 3]
        assert answer.repeats == 0
        pairs.append(
            {
                frozenset((a.key, b.key))
                for table in tables
                for a in table.seats
                for b in table.seats
                if a.key != b.key
            }
        )
    assert not pairs[0] & pairs[1]


def test_one_alone_makes_no_group(workshop: Workshop, solene: Person) -> None:
    sit(workshop, "Le Fournil")
    with pytest.raises(TooFewError):
        compose_groups(actor=solene, workshop_id=workshop.pk, seed=1, now=NOW)


def test_bad_names_and_words_are_refused_and_nothing_is_lost(workshop: Workshop) -> None:
    with pytest.raises(NoStructureError):
        sit(workshop, "🎉")
    client = phone(workshop, "Le Fournil")
    seat = Seat.objects.get()
    say(seat, "Pétrir")
    address = reverse("knowledge:interview", args=[workshop.code, seat.pk, "savoir_faire"])
    for words in ("", "🥖🥖", "x" * 100_000):
        page = client.post(address, {"mots": words, "relation": "holds"})
        assert "Erreur" in page.content.decode()
    with pytest.raises(NoWordsError):
        say(seat, "!!!")
    assert [answer.words for answer in WorkshopAnswer.objects.all()] == ["Pétrir"]
    say(seat, "PETRIR")
    assert WorkshopAnswer.objects.count() == 1


def test_the_wall_grows_and_its_fragment_equals_the_page(workshop: Workshop, solene: Person) -> None:
    client = Client()
    client.force_login(solene)
    address = reverse("knowledge:wall", args=[workshop.pk])
    empty = client.get(address).content.decode()
    square = empty.partition('class="m-wall-code"')[2].partition("</svg>")[0]
    assert workshop.code in empty and "viewBox=" in square  # it shrinks whole, never cut
    seat = sit(workshop, "Le Fournil")
    say(seat, "Pétrir")
    page = client.get(address).content.decode()
    assert "Pétrir" in page
    fragment = client.get(address, headers={"HX-Request": "true", "HX-Target": "mur"}).content.decode()
    assert fragment.strip() in page
    leave_seat(actor=solene, seat_id=seat.pk, now=timezone.now())
    assert "Pétrir" not in client.get(address).content.decode()
    sit(workshop, "le fournil")
    assert "Pétrir" in client.get(address).content.decode()


def test_its_words_enter_the_map_when_it_ends(
    workshop: Workshop, solene: Person, fournil: Organization
) -> None:
    known, unknown = sit(workshop, "Le Fournil", "Maya"), sit(workshop, "Les Voisins du Pré")
    kept, dropped, sought = (
        say(known, "Pétrir"),
        say(known, "Voler"),
        say(unknown, "Pétrir", relation="seeks"),
    )
    assert not Statement.objects.exists()
    end_workshop(actor=solene, workshop_id=workshop.pk, kept={kept.pk, sought.pk}, now=timezone.now())
    rows = set(
        Statement.objects.values_list("organization__name", "term__name", "relation", "origin", "workshop_id")
    )
    assert rows == {
        ("Le Fournil", "Pétrir", "holds", "workshop", workshop.pk),
        ("Les Voisins du Pré", "Pétrir", "seeks", "workshop", workshop.pk),
    }
    assert Organization.objects.get(name="Les Voisins du Pré").status == Status.DRAFT
    assert Statement.objects.shown().count() == 1
    dropped.refresh_from_db()
    assert dropped.kept is False
    for act in (lambda: sit(workshop, "Trop tard"), lambda: say(known, "Encore")):
        with pytest.raises(ClosedWorkshopError):
            act()
    assert Client().get(reverse("knowledge:join", args=[workshop.code])).status_code == 404


def test_the_facilitator_s_pages(workshop: Workshop, solene: Person) -> None:
    client = Client()
    client.force_login(solene)
    made = client.post(
        reverse("knowledge:workshop_open"), {"title": "Atelier", "held_on": "2026-03-04", "place": ""}
    )
    assert made.status_code == 302
    assert client.get(made["Location"]).status_code == 200
    assert (
        "Donnez un titre"
        in client.post(reverse("knowledge:workshop_open"), {"title": "", "held_on": "x"}).content.decode()
    )
    entered = client.post(
        reverse("knowledge:workshop_seats", args=[workshop.pk]), {"structure": "Sur papier"}
    )
    assert entered.status_code == 302
    seat = Seat.objects.get(structure="Sur papier")
    assert seat.on_paper
    assert client.post(entered["Location"], {"mots": "Broder", "relation": "holds"}).status_code == 302
    sit(workshop, "Le Fournil")
    client.post(reverse("knowledge:workshop_groups", args=[workshop.pk]))
    assert Seat.objects.filter(group_number=1).count() == 2
    client.post(
        reverse("knowledge:workshop_groups", args=[workshop.pk]), {"place": seat.pk, "groupe": "nouveau"}
    )
    assert set(Seat.objects.values_list("group_number", flat=True)) == {1, 2}
    sheets = client.get(reverse("knowledge:workshop_paper", args=[workshop.pk]))
    assert sheets.content.startswith(b"%PDF")
    answer = WorkshopAnswer.objects.get()
    client.post(reverse("knowledge:workshop_end", args=[workshop.pk]), {"mots": [answer.pk, "x", "999999"]})
    assert Statement.objects.get().term.name == "Broder"


def pairs_of(workshop: Workshop, number: int) -> set[frozenset[str]]:
    """Who is with whom at a round."""
    tables = dict(rounds_of(workshop))[number]
    return {
        frozenset((one.key, other.key))
        for table in tables
        for one in table.seats
        for other in table.seats
        if one.key != other.key
    }


def test_groups_composed_anew_are_others_and_the_first_are_kept(workshop: Workshop, solene: Person) -> None:
    seats = [sit(workshop, f"Structure {number}") for number in range(9)]
    client = Client()
    client.force_login(solene)
    address = reverse("knowledge:workshop_groups", args=[workshop.pk])
    for _round in range(2):
        said = client.post(address, follow=True).content.decode()
        assert "personne n’y retrouve" in said
    assert not pairs_of(workshop, 1) & pairs_of(workshop, 2)
    first = pairs_of(workshop, 1)
    leave_seat(actor=solene, seat_id=seats[0].pk, now=timezone.now())
    late = sit(workshop, "Une dixième")
    assert late.group_number == 0
    move_seat(actor=solene, seat_id=late.pk, group_number=1, now=timezone.now())
    assert late.pk in {seat.pk for seat in dict(rounds_of(workshop))[2][0].seats}
    client.post(address)
    assert pairs_of(workshop, 1) == first
    assert Seat.objects.get(pk=seats[0].pk).group_number == 0  # away at the third round
    assert len(rounds_of(workshop)) == 3
    end_workshop(actor=solene, workshop_id=workshop.pk, kept=[], now=timezone.now())
    page = client.get(reverse("knowledge:workshop", args=[workshop.pk])).content.decode()
    assert "Groupes, tour 3" in page
    assert "Tour 1" in page
    assert "Tour 2" in page
    assert "9 structures étaient là" in page
    again = make_workshop(solene, "Le suivant", now=timezone.now())
    for number in range(9):
        sit(again, f"Structure {number}")
    compose_groups(actor=solene, workshop_id=again.pk, seed=1, now=timezone.now())
    met = pairs_of(workshop, 1) | pairs_of(workshop, 2) | pairs_of(workshop, 3)
    assert len(pairs_of(again, 1) & met) <= 1


def test_when_nobody_else_is_there_it_is_said_that_they_meet_again(
    workshop: Workshop, solene: Person
) -> None:
    for number in range(3):
        sit(workshop, f"Structure {number}")
    client = Client()
    client.force_login(solene)
    address = reverse("knowledge:workshop_groups", args=[workshop.pk])
    client.post(address)
    assert "3 paires s’étaient déjà rencontrées" in client.post(address, follow=True).content.decode()


def test_a_paper_sheet_is_entered_after_the_end(
    workshop: Workshop, solene: Person, fournil: Organization
) -> None:
    known = sit(workshop, "Le Fournil")
    say(known, "Pétrir")
    end_workshop(actor=solene, workshop_id=workshop.pk, kept=[], now=timezone.now())
    client = Client()
    client.force_login(solene)
    address = reverse("knowledge:workshop_seats", args=[workshop.pk])
    assert (
        "Saisir une feuille" in client.get(reverse("knowledge:workshop", args=[workshop.pk])).content.decode()
    )
    entered = client.post(address, {"structure": "Les Voisins du Pré"})
    step = entered["Location"]
    said = client.post(step, {"mots": "Broder", "relation": "holds"}, follow=True).content.decode()
    assert "Broder\xa0» est sur la carte" in said
    assert client.post(step, {"mots": "broder", "relation": "holds"}).status_code == 302
    assert "Erreur" in client.post(step, {"mots": "!!!", "relation": "holds"}).content.decode()
    [made] = Statement.objects.all()
    assert (made.organization.name, made.term.name, made.workshop_id, made.origin) == (
        "Les Voisins du Pré", "Broder", workshop.pk, "workshop",
    )  # fmt: skip
    assert Organization.objects.get(name="Les Voisins du Pré").status == Status.DRAFT
    put_aside = reverse("knowledge:interview", args=[workshop.code, known.pk, "savoir_faire"])
    client.post(put_aside, {"mots": "Pétrir", "relation": "holds"})  # was set aside, and is kept after all
    assert Statement.objects.shown().get().organization == fournil
    for stranger in (Client(), phone(workshop, "Le Fournil")):
        assert stranger.get(step).status_code == 404
        assert stranger.post(step, {"mots": "Voler", "relation": "holds"}).status_code == 404
    assert Statement.objects.count() == 2


def test_the_record_leaves_as_a_table(workshop: Workshop, solene: Person) -> None:
    first, second = sit(workshop, "Le Fournil", "Maya"), sit(workshop, "=Radio")
    kept, aside = say(first, "Pétrir"), say(first, "Voler", relation="seeks")
    assert aside.pk
    for seed in range(2):
        compose_groups(actor=solene, workshop_id=workshop.pk, seed=seed, now=timezone.now())
    end_workshop(actor=solene, workshop_id=workshop.pk, kept=[kept.pk], now=timezone.now())
    leave_seat(actor=solene, seat_id=second.pk, now=timezone.now())
    client = Client()
    client.force_login(solene)
    page = client.get(reverse("knowledge:workshop", args=[workshop.pk])).content.decode()
    address = reverse("knowledge:workshop_record", args=[workshop.pk, "csv"])
    assert address in page
    rows = list(csv.reader(StringIO(client.get(address).getvalue().decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == [
        "structure", "sur papier", "partie avant la fin", "groupe (tour 1)", "groupe (tour 2)",
        "sorte", "relation", "mot", "sur la carte",
    ]  # fmt: skip
    assert [row[0].lstrip("'") for row in rows[1:]] == ["=Radio", "Le Fournil", "Le Fournil"]
    assert rows[1][2:5] == ["oui", "1", "1"]
    assert {(row[7], row[8]) for row in rows[2:]} == {("Pétrir", "oui"), ("Voler", "mis de côté")}
    assert "Maya" not in str(rows)
    book = load_workbook(BytesIO(client.get(address.replace("csv", "xlsx")).getvalue()))
    assert book.active.max_row == 4
    assert client.get(address.replace("csv", "pdf")).status_code == 404
    assert Client().get(address).status_code == 302


def test_first_names_are_forgotten(workshop: Workshop) -> None:
    seat = sit(workshop, "Le Fournil", "Maya")
    assert forget_first_names(now=timezone.now() + timedelta(days=89)) == 0
    assert forget_first_names(now=timezone.now() + timedelta(days=91)) == 1
    seat.refresh_from_db()
    assert seat.first_name == ""


def test_a_phone_goes_on_when_the_code_is_over_and_hears_when_the_workshop_is(
    workshop: Workshop, solene: Person
) -> None:
    lou = phone(workshop, "Le Fournil")
    place = reverse("knowledge:seat", args=[workshop.code])
    step = reverse("knowledge:interview", args=[workshop.code, Seat.objects.get().pk, "savoir"])
    Workshop.objects.update(code_ends_at=timezone.now() - timedelta(minutes=1))
    assert lou.get(place).status_code == 200
    assert lou.post(step, {"mots": "Levain", "relation": "holds"}).status_code == 302
    assert Client().get(place).status_code == 404
    end_workshop(actor=solene, workshop_id=workshop.pk, kept=[], now=timezone.now())
    assert "L’atelier est terminé" in lou.get(place).content.decode()
    late = lou.post(step, {"mots": "Four à bois", "relation": "holds"}).content.decode()
    assert "Four à bois" in late
    assert "trop tard" in late
    assert not WorkshopAnswer.objects.filter(words="Four à bois").exists()
    assert Client().get(place).status_code == 404


def test_the_record_keeps_who_was_there_in_which_group_and_all_that_was_said(
    workshop: Workshop, solene: Person, fournil: Organization
) -> None:
    seats = [sit(workshop, "Le Fournil"), sit(workshop, "Radio Vallons"), sit(workshop, "La Fabrique")]
    kept, aside = say(seats[0], "Pétrir"), say(seats[1], "Monter un son")
    compose_groups(actor=solene, workshop_id=workshop.pk, seed=1, now=timezone.now())
    leave_seat(actor=solene, seat_id=seats[1].pk, now=timezone.now())
    end_workshop(actor=solene, workshop_id=workshop.pk, kept=[kept.pk], now=timezone.now())
    client = Client()
    client.force_login(solene)
    page = client.get(reverse("knowledge:workshop", args=[workshop.pk])).content.decode()
    assert "Partis avant la fin" in page
    assert page.count("Radio Vallons") >= 2
    assert "Pétrir" in page
    assert f"{aside.words} <span" in page
    assert "mis de côté" in page
    assert Seat.objects.get(pk=seats[1].pk).group_number == 1
