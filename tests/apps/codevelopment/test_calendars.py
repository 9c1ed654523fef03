"""One's sessions in one's calendar, and who is told that participation falls."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.actions.calendars import renew_calendar_address
from maillage.apps.codevelopment.actions.composing import compose_programme
from maillage.apps.codevelopment.actions.sessions import take_attendance
from maillage.apps.codevelopment.models import Circle, Meeting, Participant, Programme
from maillage.apps.codevelopment.queries.calendars import calendar_token
from maillage.kernel.mail.models import Notification
from tests.factories import NOW, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.data]
STEPS = """1. Le client expose (10 min)
2. Les consultants questionnent (15 min)
3. Le contrat (5 min)
4. La consultation (30 min)
5. Ce que le client retient (10 min)
6. Ce que chacun apprend (10 min)"""


@pytest.fixture
def dated(programme: Programme, solene: Person) -> Programme:
    """Composed, with a day for the first meeting."""
    compose_programme(actor=solene, programme_id=programme.pk, seed=1, now=NOW)
    Meeting.objects.filter(programme=programme, number=1).update(
        starts_at=timezone.now() + timedelta(days=3), place="Au Fournil"
    )
    return programme


def events(content: bytes) -> list[Event]:
    return list(Calendar.from_ical(content).walk("VEVENT"))


def address(person: Person) -> str:
    return reverse("codevelopment:followed_calendar", args=[calendar_token(person)])


def test_a_calendar_says_one_s_role_and_the_six_steps(dated: Programme, solene: Person, maya: Person) -> None:
    client = Client()
    client.force_login(maya)
    circle = Circle.objects.get(meeting__number=1, seats__participant__name="Maya")
    me = Participant.objects.get(name="Maya")
    other = circle.seats.exclude(participant=me).order_by("pk")[0].participant
    for role, client_is, leader in (
        ("client", me, other),
        ("animateur", other, me),
        ("consultant", other, None),
    ):
        Circle.objects.filter(pk=circle.pk).update(client=client_is, facilitator=leader)
        for name, args in (("own_calendar", []), ("session_calendar", [circle.pk])):
            [event] = events(client.get(reverse(f"codevelopment:{name}", args=args)).content)
            first, _blank, steps = str(event["description"]).split("\n", 2)
            assert first.startswith("Votre rôle")
            assert role in first
            assert steps == STEPS
    lead = Client()
    lead.force_login(solene)  # who has no place in it
    [event] = events(lead.get(reverse("codevelopment:session_calendar", args=[circle.pk])).content)
    assert str(event["description"]) == STEPS


def test_a_calendar_follows_an_address_that_can_be_changed(dated: Programme, maya: Person) -> None:
    """It cannot sign in: the address alone opens it, until it is changed."""
    client = Client()
    client.force_login(maya)
    first = address(maya)
    assert first == address(maya)
    assert first in client.get(reverse("codevelopment:list")).content.decode()
    answer = Client().get(first)
    assert answer["Content-Type"].startswith("text/calendar")
    assert "private" in answer["Cache-Control"]
    [event] = events(answer.content)
    assert "Votre rôle" in str(event["description"])
    said = client.post(reverse("codevelopment:calendar_renew"), follow=True).content.decode()
    assert "nouvelle adresse" in said
    assert Client().get(first).status_code == 404
    second = address(maya)
    assert second != first
    assert second in said
    assert len(events(Client().get(second).content)) == 1
    renew_calendar_address(person=maya, now=NOW)
    assert Client().get(second).status_code == 404


def test_an_address_that_was_not_given_opens_nothing(dated: Programme, maya: Person, solene: Person) -> None:
    token = calendar_token(maya)
    name = "codevelopment:followed_calendar"
    for wrong in (token[:-1], f"{token}x", "x", "é" * 50, "a:b", "x" * 5000, token.swapcase()):
        assert Client().get(reverse(name, args=[wrong])).status_code == 404
    assert events(Client().get(address(solene)).content) == []  # takes part in nothing
    Person.objects.filter(pk=maya.pk).update(is_active=False)
    assert Client().get(reverse(name, args=[token])).status_code == 404


def test_every_facilitator_is_told_that_participation_falls(dated: Programme, solene: Person) -> None:
    """Who opened the programme may have left the network since."""
    other = make_person("facilitator", name="Ana", email="ana@exemple.test")
    gone = make_person("facilitator", name="Yves", email="yves@exemple.test")
    make_person("administrator", name="Bastien", email="bastien@exemple.test")
    Person.objects.filter(pk=gone.pk).update(is_active=False)
    Programme.objects.update(created_by=None)
    for circle in Circle.objects.filter(meeting__number=1).order_by("number"):
        said = dict.fromkeys(circle.seats.values_list("participant_id", flat=True), "absent")
        take_attendance(actor=solene, circle_id=circle.pk, said=said, now=NOW)
    told = Notification.objects.filter(kind="codevelopment.participation")
    assert set(told.values_list("person_id", flat=True)) == {solene.pk, other.pk}
    assert told.count() == 2
