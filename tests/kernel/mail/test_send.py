"""What is said by e-mail: written with the act, sent afterwards, tried again, then wiped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from pytest_django import Settings

from maillage.kernel.mail.delivery import RETRY_DELAYS, deliver_due, deliver_message
from maillage.kernel.mail.models import OutgoingMessage
from maillage.kernel.mail.send import queue_message, send_message

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class BrokenBackend(EmailBackend):
    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError("le serveur dort")


@pytest.fixture
def server_asleep(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.BrokenBackend"


def say(to: str = "ana@exemple.fr", subject: str = "Bonjour", **more: str) -> OutgoingMessage:
    return queue_message(to=to, subject=subject, text="Le texte d'été\n", now=NOW, **more)


def test_a_message_is_sent_and_its_words_wiped() -> None:
    message = say()
    message.refresh_from_db()
    assert mail.outbox[0].body == "Le texte d'été\n"
    assert (message.status, message.text, message.html) == ("sent", "", "")


def test_the_first_line_of_a_template_is_the_subject_and_text_is_not_escaped() -> None:
    class Giver:
        def __str__(self) -> str:
            return "L'Atelier & Cie <b>"

    send_message(
        to="ana@exemple.fr",
        template="accounts/mail/invitation",
        context={
            "inviter": Giver(),
            "message": "C'est l'été",
            "url": "https://x.fr/?a=1&b=2",
            "expires_at": NOW,
        },
        now=NOW,
    )
    sent = mail.outbox[0]
    assert sent.subject.startswith("L'Atelier & Cie <b>")
    assert "C'est l'été" in sent.body and "https://x.fr/?a=1&b=2" in sent.body


@pytest.mark.parametrize(
    "hostile", ["Bonjour\nBcc: tous@exemple.fr", "Bonjour\r\n\r\nautre corps", "a\x0bb\x0cc\u2028d"]
)
def test_no_header_slips_into_the_subject(hostile: str) -> None:
    say(subject=hostile)
    assert len(mail.outbox[0].subject.splitlines()) == 1
    assert mail.outbox[0].bcc == []


@pytest.mark.parametrize(
    "hostile", ["ana@exemple.fr\nBcc: tous@exemple.fr", "pas une adresse", "a@b.fr, c@d.fr", ""]
)
def test_no_header_slips_into_an_address(hostile: str) -> None:
    with pytest.raises(ValidationError):
        say(to=hostile)
    with pytest.raises(ValidationError):
        say(reply_to=hostile or "x")


def test_unsubscribing_takes_one_click() -> None:
    say(unsubscribe_url="https://exemple.fr/courriels/desabonnement/x/")
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe"] == "<https://exemple.fr/courriels/desabonnement/x/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_is_undone_is_not_said(settings: Settings) -> None:
    settings.JOBS_AT_ONCE = False
    with pytest.raises(RuntimeError), transaction.atomic():
        say()
        raise RuntimeError
    deliver_due(now=NOW)
    assert not mail.outbox


@pytest.mark.usefixtures("server_asleep")
def test_a_server_asleep_is_tried_again_and_given_up_in_the_end(settings: Settings) -> None:
    message = say()
    message.refresh_from_db()
    assert (message.status, message.tries, message.text) == ("waiting", 1, "Le texte d'été\n")
    assert "le serveur dort" in message.last_error
    for _delay in RETRY_DELAYS:
        deliver_due(now=message.next_try_at)
        message.refresh_from_db()
    assert (message.status, message.tries) == ("failed", len(RETRY_DELAYS) + 1)


@pytest.mark.usefixtures("server_asleep")
def test_a_message_leaves_when_the_server_wakes(settings: Settings) -> None:
    message = say()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    message.refresh_from_db()
    deliver_due(now=message.next_try_at)
    message.refresh_from_db()
    assert message.status == "sent" and len(mail.outbox) == 1


def test_a_message_is_not_sent_twice() -> None:
    message = say()
    deliver_message(message.pk, now=NOW + timedelta(hours=1))
    assert len(mail.outbox) == 1
