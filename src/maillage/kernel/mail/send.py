"""Saying something by e-mail: an outbox row now, the sending after the commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.template import Context, TemplateDoesNotExist
from django.template.backends.django import Template
from django.template.loader import get_template

from maillage.kernel.jobs.queue import enqueue
from maillage.kernel.mail.models import OutgoingMessage
from maillage.kernel.site.settings import get_site

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
    """Queue `template` ("directory/mail/involvement": its .txt, whose first line is the subject, and its .html
    when there is one) for one address.

    The context gains `site` and `public_url` (the site's address, without a slash at the end). `unsubscribe_url`
    is the absolute address that answers one-click unsubscription (RFC 8058). Raises ValidationError when `to` or
    `reply_to` is no e-mail address.
    """
    full_context = {"site": get_site(), "public_url": settings.PUBLIC_URL, **context}
    subject, _newline, text = _render_text(f"{template}.txt", full_context).strip().partition("\n")
    return queue_message(
        to=to,
        subject=subject,
        text=text.strip() + "\n",
        html=_render_html(f"{template}.html", full_context),
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
        headers["List-Unsubscribe"] = f"<{_one_line(unsubscribe_url)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = OutgoingMessage.objects.create(
        to=to,
        subject=_one_line(subject)[:SUBJECT_LENGTH_MAX],
        text=text,
        html=html,
        headers=headers,
        next_try_at=now,
        created_at=now,
    )
    enqueue("mail.deliver_message", message_id=message.pk)
    return message


def queue_email(email: EmailMessage, *, now: datetime) -> None:
    """Queue a message made by a library, for each of its recipients."""
    html = next((str(part[0]) for part in getattr(email, "alternatives", []) if part[1] == "text/html"), "")
    for to in email.to:
        queue_message(to=to, subject=str(email.subject), text=str(email.body), html=html, now=now)


def absolute_url(path: str) -> str:
    """The address of a page of this site, for those who read it elsewhere."""
    return f"{settings.PUBLIC_URL}{path}"


def _render_text(name: str, context: dict[str, Any]) -> str:
    template = get_template(name)
    assert isinstance(template, Template)
    # Plain text is no HTML: an apostrophe stays an apostrophe.
    return template.template.render(Context(context, autoescape=False))


def _render_html(name: str, context: dict[str, Any]) -> str:
    try:
        return get_template(name).render(context)
    except TemplateDoesNotExist as absent:
        if absent.args and absent.args[0] != name:
            raise
        return ""


def _one_line(text: str) -> str:
    return " ".join(text.split())
