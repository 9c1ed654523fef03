"""Saying something by e-mail: an outbox row now, the sending after the commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.validators import validate_email

from maillage.kernel.jobs.queue import enqueue
from maillage.kernel.mail.letters import html_part, one_line, plain_part, read_letter
from maillage.kernel.mail.models import OutgoingMessage

SUBJECT_LENGTH_MAX = 250


def send_message(
    *,
    to: str,
    template: str,
    context: dict[str, Any],
    now: datetime,
    reply_to: str = "",
    unsubscribe_url: str = "",
) -> OutgoingMessage:
    """Queue `template` ("directory/mail/involvement": its .txt, made of the tags of `letter`) for one address, as
    plain text and as HTML that say the same.

    The context gains `site` and `public_url` (the site's address, without a slash at the end). `unsubscribe_url`
    is the absolute address that answers one-click unsubscription (RFC 8058). Raises ValidationError when `to` or
    `reply_to` is no e-mail address.
    """
    letter = read_letter(f"{template}.txt", context)
    return queue_message(
        to=to,
        subject=letter.subject,
        text=plain_part(letter),
        html=html_part(letter),
        reply_to=reply_to,
        unsubscribe_url=unsubscribe_url,
        now=now,
    )


def queue_message(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    reply_to: str = "",
    unsubscribe_url: str = "",
    now: datetime,
) -> OutgoingMessage:
    """Queue words that are already put together. Line breaks can enter neither the subject nor an address."""
    validate_email(to)
    headers = {"Auto-Submitted": "auto-generated"}
    if reply_to:
        validate_email(reply_to)
        headers["Reply-To"] = reply_to
    if unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{one_line(unsubscribe_url)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = OutgoingMessage.objects.create(
        to=to,
        subject=one_line(subject)[:SUBJECT_LENGTH_MAX],
        text=text,
        html=html,
        headers=headers,
        next_try_at=now,
        created_at=now,
    )
    enqueue("mail.deliver_message", message_id=message.pk)
    return message


def absolute_url(path: str) -> str:
    """The address of a page of this site, for those who read it elsewhere."""
    return f"{settings.PUBLIC_URL}{path}"
