"""A message sent while somebody waits, to know whether the mail server takes it."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMultiAlternatives

from maillage.kernel.mail.letters import html_part, plain_part, read_letter


class MailTrialError(Exception):
    """The server refused, or did not answer; `reason` is what it said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def send_trial(*, to: str) -> None:
    """Send one message now. Raises MailTrialError."""
    letter = read_letter("mail/trial.txt", {})
    message = EmailMultiAlternatives(subject=letter.subject, body=plain_part(letter), to=[to])
    message.attach_alternative(html_part(letter), "text/html")
    try:
        message.send(fail_silently=False)
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise MailTrialError(f"{error.smtp_code} {text}"[:300]) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailTrialError(str(error)[:300] or type(error).__name__) from error
