"""The signed address of a person's calendar: who has it reads their sessions, without signing in."""

from __future__ import annotations

from collections.abc import Iterable

from django.core import signing

from maillage.apps.accounts.models import Person
from maillage.apps.codevelopment.models import CalendarAddress, Circle, CircleSeat
from maillage.apps.codevelopment.queries.programmes import own_participants

SALT = "codevelopment.calendar"
TOKEN_LENGTH_MAX = 300


def calendar_token(person: Person) -> str:
    """The same until it is renewed."""
    turn = CalendarAddress.objects.filter(person=person).values_list("turn", flat=True).first()
    return signing.Signer(salt=SALT).sign_object([str(person.key), turn or 0])


def person_of_calendar(token: str) -> Person | None:
    """Whose calendar a token opens; None when it opens none, or no longer does."""
    if len(token) > TOKEN_LENGTH_MAX:
        return None
    try:
        key, turn = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    person = Person.objects.filter(key=key, is_active=True).first()
    if person is None:
        return None
    known = CalendarAddress.objects.filter(person=person).values_list("turn", flat=True).first()
    return person if turn == (known or 0) else None


def own_places(person: Person, circles: Iterable[Circle]) -> dict[int, int]:
    """{circle's key: the participant's that the person is there}."""
    mine = own_participants(person).filter(left_at=None).values("pk")
    found = CircleSeat.objects.filter(participant__in=mine, circle__in=[circle.pk for circle in circles])
    return dict(found.order_by("-pk").values_list("circle_id", "participant_id"))
