"""Emptying the outbox: each message is tried a few times, further and further apart, then given up and shown."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F

from maillage.kernel.mail.choices import MessageStatus
from maillage.kernel.mail.models import OutgoingMessage

RETRY_DELAYS = (
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(hours=24),
)
"""Waits between tries: a server that greylists or sleeps for a night still gets the message."""

BATCH_MAX = 200
log = structlog.get_logger()


def deliver_due(*, now: datetime) -> None:
    """Send what an earlier try, or a stopped machine, left waiting."""
    due = OutgoingMessage.objects.filter(status=MessageStatus.WAITING, next_try_at__lte=now)
    for message_id in due.order_by("next_try_at", "id").values_list("id", flat=True)[:BATCH_MAX]:
        deliver_message(message_id, now=now)


def deliver_message(message_id: int, *, now: datetime) -> None:
    """Try once. Two workers never send the same message: the first to move `next_try_at` has it."""
    message = _claim(message_id, now=now)
    if message is None:
        return
    try:
        _send(message)
    except Exception as error:  # whatever a mail server answers: the message waits for its next try
        _keep_for_later(message, error, now=now)
    else:
        OutgoingMessage.objects.filter(pk=message.pk).update(
            status=MessageStatus.SENT, sent_at=now, text="", html="", headers={}, last_error=""
        )


def _claim(message_id: int, *, now: datetime) -> OutgoingMessage | None:
    with transaction.atomic():
        claimed = OutgoingMessage.objects.filter(
            pk=message_id, status=MessageStatus.WAITING, next_try_at__lte=now
        ).update(tries=F("tries") + 1, next_try_at=now + RETRY_DELAYS[0])
    return OutgoingMessage.objects.get(pk=message_id) if claimed else None


def _send(message: OutgoingMessage) -> None:
    email = EmailMultiAlternatives(
        subject=message.subject, body=message.text, to=[message.to], headers=message.headers
    )
    if message.html:
        email.attach_alternative(message.html, "text/html")
    email.send()


def _keep_for_later(message: OutgoingMessage, error: Exception, *, now: datetime) -> None:
    given_up = message.tries > len(RETRY_DELAYS)
    delay = RETRY_DELAYS[min(message.tries, len(RETRY_DELAYS)) - 1]
    log.warning("mail.not_sent", message_id=message.pk, tries=message.tries, error=type(error).__name__)
    OutgoingMessage.objects.filter(pk=message.pk).update(
        status=MessageStatus.FAILED if given_up else MessageStatus.WAITING,
        next_try_at=now + delay,
        last_error=f"{type(error).__name__}: {error}"[:300],
    )
