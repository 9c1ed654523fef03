"""Reads about people, their devices and the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, Q, QuerySet

from maillage.apps.accounts.choices import Role
from maillage.apps.accounts.models import Invitation, Person
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.db.holding import between_days
from maillage.kernel.privacy.models import ErasureRequest


def find_people(*, words: str = "", role: str = "", with_closed: bool = False) -> QuerySet[Person]:
    """People by name, for the administration; `protected` says whether they have a second factor."""
    factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(
        type=Authenticator.Type.RECOVERY_CODES
    )
    people = Person.objects.annotate(protected=Exists(factors))
    for word in words.split()[:5]:
        people = people.filter(Q(name__icontains=word) | Q(email__icontains=word))
    if role:
        people = people.filter(role=role)
    if not with_closed:
        people = people.filter(is_active=True)
    return people.order_by("name", "email", "pk")


def administrators() -> QuerySet[Person]:
    """Those who look after the site and can still sign in."""
    return Person.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")


def open_invitations(*, now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.open_at(now).select_related("invited_by").order_by("-created_at", "-pk")


@dataclass(frozen=True, kw_only=True)
class OpenSession:
    """A device where a person is signed in; `device` is made of two words that they can recognise."""

    device: str
    started_at: datetime
    is_current: bool


def open_sessions(person: Person, *, current_key: str, now: datetime) -> list[OpenSession]:
    """Newest first. Sessions whose row has gone or expired are left out."""
    alive = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=now)
    opened = UserSession.objects.filter(Exists(alive), user=person).order_by("-created_at", "-pk")
    return [
        OpenSession(
            device=device_name(session.user_agent),
            started_at=session.created_at,
            is_current=session.session_key == current_key,
        )
        for session in opened
    ]


BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def device_name(user_agent: str) -> str:
    """« Firefox, Android » from what a browser says of itself; "" when it says nothing that we know."""
    found = [next((name for sign, name in signs if sign in user_agent), "") for signs in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)


def journal(
    *, words: str = "", verb: str = "", since: date | None = None, until: date | None = None
) -> QuerySet[AuditEntry]:
    """The journal's lines, newest first; `until` is included."""
    entries = AuditEntry.objects.select_related("actor").newest_first()
    for word in words.split()[:5]:
        entries = entries.filter(
            Q(actor_label__icontains=word) | Q(target_label__icontains=word) | Q(on_behalf_of__icontains=word)
        )
    if verb:
        entries = entries.filter(verb=verb)
    return between_days(entries, "at__date", since, until)


def verbs_in_use() -> list[str]:
    return list(AuditEntry.objects.order_by("verb").values_list("verb", flat=True).distinct())


def erasure_asked_by(person: Person) -> ErasureRequest | None:
    """The erasure that the person asked for and that has not been done yet."""
    return ErasureRequest.objects.filter(person=person).first()
