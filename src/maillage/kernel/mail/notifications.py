"""Telling a person that something happened, as soon and as often as they chose.

Each notification carries the moment when it is due by e-mail, so that a digest is nothing but "what is due now
for this person, in one message", and missing an hour delays a digest without losing a line of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from maillage.kernel.mail.choices import Rhythm
from maillage.kernel.mail.letters import one_line
from maillage.kernel.mail.models import Notification, NotificationChoice
from maillage.kernel.mail.send import absolute_url, send_message
from maillage.kernel.rooms.manifest import NotificationKind, all_manifests

DIGEST_HOUR = time(7, 0)
"""Local time of daily digests, and of the weekly ones on Mondays."""

DIGEST_LINES_MAX = 50
UNSUBSCRIBE_SALT = "maillage.mail.unsubscribe"


class UnknownKindError(LookupError):
    """No room declares this kind of notification in its manifest."""


def all_kinds() -> tuple[NotificationKind, ...]:
    """The kinds that the rooms declare, in the order of the rooms."""
    return tuple(kind for room in all_manifests() for kind in room.notification_kinds)


def notify(*, person: Any, kind: str, title: str, url: str = "", now: datetime) -> Notification:
    """Tell `person` (a Person) in their space, and by e-mail at the rhythm they chose for `kind`.

    `title` is a whole sentence, already in French; `url` is a path of this site. Raises UnknownKindError.
    """
    rhythm = rhythm_of(person, kind)
    notification = Notification.objects.create(
        person=person,
        kind=kind,
        title=one_line(title)[:250],
        url=url,
        created_at=now,
        mail_due_at=due_at(rhythm, now=now),
    )
    if rhythm == Rhythm.AT_ONCE:
        send_due_notifications(person, now=now)
    return notification


def rhythm_of(person: Any, kind: str) -> str:
    chosen = (
        NotificationChoice.objects.filter(person=person, kind=kind).values_list("rhythm", flat=True).first()
    )
    return chosen or _kind(kind).rhythm


def rhythms_of(person: Any, kinds: Sequence[NotificationKind]) -> dict[str, str]:
    """The rhythm of each kind, by its key: what the person chose, otherwise what the room proposes. One query."""
    chosen = dict(
        NotificationChoice.objects.filter(person=person).order_by("pk").values_list("kind", "rhythm")
    )
    return {kind.key: chosen.get(kind.key, kind.rhythm) for kind in kinds}


def due_at(rhythm: str, *, now: datetime) -> datetime | None:
    """When something that happens `now` is due by e-mail; None means never."""
    if rhythm == Rhythm.AT_ONCE:
        return now
    if rhythm == Rhythm.NEVER:
        return None
    local = timezone.localtime(now)
    day = local.date() + timedelta(days=1 if local.time() >= DIGEST_HOUR else 0)
    if rhythm == Rhythm.WEEKLY:
        day += timedelta(days=-day.weekday() % 7)
    return timezone.make_aware(datetime.combine(day, DIGEST_HOUR))


def choose_rhythm(*, person: Any, kind: str, rhythm: str, now: datetime) -> None:
    """Keep the choice, and apply it to what is waiting. Raises UnknownKindError and ValueError."""
    _kind(kind)
    rhythm = Rhythm(rhythm)
    with transaction.atomic():
        NotificationChoice.objects.update_or_create(person=person, kind=kind, defaults={"rhythm": rhythm})
        waiting = Notification.objects.filter(person=person, kind=kind, mailed_at=None)
        waiting.filter(mail_due_at__isnull=False).update(mail_due_at=due_at(rhythm, now=now))


def send_due_notifications(person: Any, *, now: datetime) -> int:
    """Put what is due for one person in one message; the number of lines told.

    Lines are claimed by a conditional UPDATE, so that two workers never tell the same line twice.
    """
    if not person.is_active:
        return 0
    with transaction.atomic():
        due = Notification.objects.filter(person=person, mailed_at=None, mail_due_at__lte=now)
        ids = list(due.order_by("created_at", "id").values_list("id", flat=True)[:DIGEST_LINES_MAX])
        claimed = [
            pk for pk in ids if Notification.objects.filter(pk=pk, mailed_at=None).update(mailed_at=now)
        ]
        lines = list(Notification.objects.filter(pk__in=claimed).order_by("created_at", "id"))
        if lines:
            _send_digest(person, lines, now=now)
    return len(lines)


def people_with_due(*, now: datetime) -> list[int]:
    """The ids of the people to whom something is due."""
    due = Notification.objects.filter(mailed_at=None, mail_due_at__lte=now)
    return list(due.order_by("person_id").values_list("person_id", flat=True).distinct())


def unsubscribe_token(person: Any, kinds: list[str]) -> str:
    """What a message's unsubscribe link carries: it opens nothing but silence for these kinds."""
    return signing.dumps({"person": str(person.key), "kinds": kinds}, salt=UNSUBSCRIBE_SALT)


def read_unsubscribe_token(token: str) -> tuple[str, list[str]]:
    """The person's key and the kinds. Raises django.core.signing.BadSignature."""
    said = signing.loads(token, salt=UNSUBSCRIBE_SALT)
    return said["person"], said["kinds"]


def _send_digest(person: Any, lines: list[Notification], *, now: datetime) -> None:
    token = unsubscribe_token(person, sorted({line.kind for line in lines}))
    unsubscribe_url = absolute_url(reverse("portal:unsubscribe", args=[token]))
    send_message(
        to=person.email,
        template="mail/digest",
        context={
            "person": person,
            "lines": lines,
            "only": lines[0] if len(lines) == 1 else None,
            "unsubscribe_url": unsubscribe_url,
        },
        unsubscribe_url=unsubscribe_url,
        now=now,
    )


def _kind(key: str) -> NotificationKind:
    for kind in all_kinds():
        if kind.key == key:
            return kind
    raise UnknownKindError(key)
