from __future__ import annotations

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.translation import gettext_lazy

from maillage.kernel.jobs.queue import job, periodic
from maillage.kernel.mail.delivery import deliver_due, deliver_message
from maillage.kernel.mail.notifications import people_with_due, send_due_notifications


@job(name="mail.deliver_message", says=gettext_lazy("Send a letter"), tries_max=1)
def deliver_message_soon(*, message_id: int) -> None:
    """One try; the outbox itself says when the next one is due."""
    deliver_message(message_id, now=timezone.now())


@periodic(name="mail.deliver_due", says=gettext_lazy("Send letters that wait"), every_minutes=2)
def deliver_due_regularly() -> None:
    deliver_due(now=timezone.now())


@periodic(name="mail.send_digests", says=gettext_lazy("Send digests of notifications"), every_minutes=30)
def send_digests() -> None:
    """One person at a time, each in a transaction of their own: one bad address stops nobody else's digest."""
    now = timezone.now()
    for person in get_user_model().objects.filter(pk__in=people_with_due(now=now)).order_by("pk"):
        send_due_notifications(person, now=now)
