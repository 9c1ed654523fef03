"""A programme from its people to its sessions, as its pages do it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.actions.composing import (
    BegunError,
    ChangedError,
    compose_programme,
    confirm_adjustment,
    propose_adjustment,
)
from maillage.apps.codevelopment.actions.people import change_participant
from maillage.apps.codevelopment.actions.sessions import remind, take_attendance, write_note, write_step
from maillage.apps.codevelopment.models import (
    Circle,
    CircleSeat,
    Commitment,
    Meeting,
    Participant,
    PrivateNote,
    Programme,
    StepRecord,
)
from maillage.apps.codevelopment.queries.contents import content_of
from maillage.kernel.mail.models import Notification
from tests.factories import NOW, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def composed(programme: Programme, solene: Person) -> Programme:
    return compose_programme(actor=solene, programme_id=programme.pk, seed=1, now=NOW)


def seated(programme: Programme) -> dict[tuple[int, int], set[int]]:
    found: dict[tuple[int, int], set[int]] = {}
    for meeting, circle, who in CircleSeat.objects.filter(circle__meeting__programme=programme).values_list(
        "circle__meeting__number", "circle__number", "participant_id"
    ):
        found.setdefault((meeting, circle), set()).add(who)
    return found


def test_a_facilitator_opens_a_programme_and_pastes_its_people(solene: Person) -> None:
    client = browser(solene)
    answer = client.post(
        reverse("codevelopment:programme_open"),
        {"title": "Pairs", "rounds_count": 2, "size_wished": 6, "size_min": 5, "size_max": 8},
    )
    programme = Programme.objects.get()
    assert answer["Location"] == reverse("codevelopment:people", args=[programme.pk])
    pasted = (
        "Nom;Structure;Profils;Demi-journées\n"
        "Lou;Le Fournil;compta, animation;mercredi matin\n"
        "Sam;Radio;;jeudi\n"
    )
    client.post(reverse("codevelopment:people", args=[programme.pk]), {"liste": "1", "pasted": pasted})
    lou = Participant.objects.get(name="Lou")
    assert (lou.profiles, lou.half_days) == (["compta", "animation"], ["wed_am"])
    assert Participant.objects.get(name="Sam").half_days == ["thu_am", "thu_pm"]


def test_a_list_with_a_fault_says_which_row_and_brings_nobody(programme: Programme, solene: Person) -> None:
    pasted = "Nom;Courriel;Demi-journées\nLou;lou@exemple.test;\nSam;pas une adresse;\nZoé;;lundredi\n"
    page = browser(solene).post(
        reverse("codevelopment:people", args=[programme.pk]), {"liste": "1", "pasted": pasted}
    )
    text = page.content.decode()
    assert "Ligne 3" in text
    assert "Ligne 4" in text
    assert "lundredi" in text
    assert "lou@exemple.test" in text
    assert programme.participants.count() == 12


def test_groups_hold_the_rules_and_their_value_is_shown(programme: Programme, solene: Person) -> None:
    client = browser(solene)
    client.post(reverse("codevelopment:programme_compose", args=[programme.pk]))
    programme.refresh_from_db()
    assert 0 < programme.value <= programme.bound <= 1
    groups = seated(programme)
    assert {meeting for meeting, _circle in groups} == {1, 2, 3}
    assert all(5 <= len(members) <= 8 for members in groups.values())
    for circle in Circle.objects.all():
        members = groups[circle.meeting.number, circle.number]
        assert circle.client_id in members
        assert circle.facilitator_id in members
        assert circle.client_id != circle.facilitator_id
    clients = [circle.client_id for circle in Circle.objects.all()]
    assert len(set(clients)) == len(clients)
    page = client.get(reverse("codevelopment:programme", args=[programme.pk])).content.decode()
    assert f"Complémentarité : {round(100 * programme.value)}" in page.replace("\u00a0", " ")
    assert Notification.objects.get(person__name="Maya").kind == "codevelopment.session"


def test_no_solution_says_what_to_relax_and_changes_nothing(programme: Programme, solene: Person) -> None:
    programme.participants.update(structure="La même")
    page = browser(solene).post(reverse("codevelopment:programme_compose", args=[programme.pk]))
    assert page.status_code == 200
    assert "Trop de personnes d’une même structure" in page.content.decode()
    assert not Circle.objects.exists()


def test_an_absence_moves_few_people_once_confirmed(programme: Programme, solene: Person) -> None:
    composed(programme, solene)
    before = seated(programme)
    who = Participant.objects.get(name="Personne 03")
    change_participant(actor=solene, participant_id=who.pk, content=content_of(who), absent=[2], now=NOW)
    client = browser(solene)
    compose = reverse("codevelopment:programme_compose", args=[programme.pk])
    client.post(compose, {"ajuster": "1"})
    assert seated(programme) == before
    assert (
        "Un ajustement vous attend"
        in client.get(reverse("codevelopment:programme", args=[programme.pk])).content.decode()
    )
    client.post(compose, {"confirmer": "1"})
    after = seated(programme)
    assert all(who.pk not in members for (meeting, _c), members in after.items() if meeting == 2)
    stayed = sum(len(before[place] & after.get(place, set())) for place in before if place[0] == 2)
    assert 11 - stayed <= 11 // 5


def test_an_adjustment_that_no_longer_fits_is_not_confirmed(programme: Programme, solene: Person) -> None:
    composed(programme, solene)
    propose_adjustment(actor=solene, programme_id=programme.pk, seed=1, now=NOW)
    who = Participant.objects.get(name="Personne 03")
    change_participant(actor=solene, participant_id=who.pk, content=content_of(who), absent=[1], now=NOW)
    with pytest.raises(ChangedError):
        confirm_adjustment(actor=solene, programme_id=programme.pk, now=NOW)


def test_what_has_begun_is_not_composed_anew(programme: Programme, solene: Person) -> None:
    composed(programme, solene)
    circle = Circle.objects.get(meeting__number=1, number=1)
    write_step(actor=solene, circle_id=circle.pk, step="story", text="Un cas.", seen="", now=NOW)
    with pytest.raises(BegunError):
        composed(programme, solene)
    assert StepRecord.objects.get().text == "Un cas."


def test_a_participant_reads_their_own_group_only(programme: Programme, solene: Person, maya: Person) -> None:
    composed(programme, solene)
    client = browser(maya)
    page = client.get(reverse("codevelopment:programme", args=[programme.pk])).content.decode()
    assert page.count("Groupe ") >= 3
    mine = Circle.objects.filter(seats__participant__name="Maya").order_by("pk").first()
    other = Circle.objects.exclude(seats__participant__name="Maya").order_by("pk").first()
    assert mine
    assert other
    assert client.get(reverse("codevelopment:session", args=[mine.pk])).status_code == 200
    assert client.get(reverse("codevelopment:session", args=[other.pk])).status_code == 404
    stranger = browser(make_person(email="ailleurs@exemple.test"))
    assert stranger.get(reverse("codevelopment:session", args=[mine.pk])).status_code == 404
    assert stranger.get(reverse("codevelopment:programme", args=[programme.pk])).status_code == 404


def test_notes_are_read_by_their_author_alone(programme: Programme, solene: Person, maya: Person) -> None:
    composed(programme, solene)
    mine = Circle.objects.filter(seats__participant__name="Maya").order_by("pk").first()
    assert mine
    address = reverse("codevelopment:session", args=[mine.pk])
    browser(maya).post(reverse("codevelopment:session_note", args=[mine.pk]), {"text": "Un doute secret"})
    assert "Un doute secret" in browser(maya).get(address).content.decode()
    assert "Un doute secret" not in browser(solene).get(address).content.decode()
    write_note(actor=maya, circle_id=mine.pk, text="", now=NOW)
    assert not PrivateNote.objects.exists()


def test_two_people_at_one_step_lose_nothing(programme: Programme, solene: Person, maya: Person) -> None:
    composed(programme, solene)
    mine = Circle.objects.filter(seats__participant__name="Maya").order_by("pk").first()
    assert mine
    address = reverse("codevelopment:session_step", args=[mine.pk, "story"])
    browser(solene).post(address, {"text": "Première", "vu": ""})
    page = browser(maya).post(address, {"text": "Seconde", "vu": ""}).content.decode()
    assert "Première" in page
    assert "Seconde" in page
    assert StepRecord.objects.get().text == "Première"


def test_who_promised_says_when_it_is_done(programme: Programme, solene: Person, maya: Person) -> None:
    composed(programme, solene)
    mine = Circle.objects.filter(seats__participant__name="Maya").order_by("pk").first()
    assert mine
    address = reverse("codevelopment:session_commitments", args=[mine.pk])
    who = Participant.objects.get(name="Maya")
    client = browser(maya)
    client.post(address, {"participant_id": who.pk, "text": "Appeler la mairie", "due_on": "2026-03-20"})
    found = Commitment.objects.get()
    client.post(address, {"fait": found.pk})
    found.refresh_from_db()
    assert found.done_at is not None


def test_attendance_holds_the_meeting_and_warns_when_it_falls(programme: Programme, solene: Person) -> None:
    composed(programme, solene)
    for circle in Circle.objects.filter(meeting__number=1).order_by("number"):
        seats = list(circle.seats.order_by("pk"))
        said = {seat.participant_id: "present" if n < 3 else "absent" for n, seat in enumerate(seats)}
        take_attendance(actor=solene, circle_id=circle.pk, said=said, now=NOW)
    assert Meeting.objects.get(number=1).held_at == NOW
    assert Notification.objects.filter(person=solene, kind="codevelopment.participation").count() == 1
    page = browser(solene).get(reverse("codevelopment:programme", args=[programme.pk])).content.decode()
    assert "50" in page
    assert "moins de quatre personnes" in page


def test_a_date_is_told_reminded_and_goes_to_calendars(
    programme: Programme, solene: Person, maya: Person
) -> None:
    composed(programme, solene)
    day = timezone.localtime(timezone.now() + timedelta(days=1))
    address = reverse("codevelopment:meeting_schedule", args=[programme.pk, 1])
    client = browser(solene)
    wrong = client.post(address, {"day": "demain", "hour": "25h", "minutes": 120})
    assert "Dites quel jour" in wrong.content.decode()
    client.post(
        address, {"day": f"{day:%Y-%m-%d}", "hour": f"{day:%H:%M}", "minutes": 120, "place": "Au Fournil"}
    )
    assert remind(now=timezone.now()) == Circle.objects.filter(meeting__number=1).count()
    assert remind(now=timezone.now()) == 0
    assert Notification.objects.filter(person=maya).count() == 3
    calendar = browser(maya).get(reverse("codevelopment:own_calendar")).content.decode()
    assert "Pairs du pays" in calendar
    assert "Au Fournil" in calendar
    assert calendar.count("BEGIN:VEVENT") == 1
