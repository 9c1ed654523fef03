"""A message sent while somebody waits, to know whether the mail server takes it."""

from __future__ import annotations

import smtplib

from django.core.mail import EmailMessage
from django.utils.translation import gettext as _


class MailTrialError(Exception):
    """The server refused, or did not answer; `reason` is what it said."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def send_trial(*, to: str, site_name: str) -> None:
    """Send one message now. Raises MailTrialError."""
    message = EmailMessage(
        subject=_("Trial message from %(site)s") % {"site": site_name},
        body=_("If you read this, your site can send e-mail. There is nothing to answer."),
        to=[to],
    )
    try:
        message.send(fail_silently=False)
    except smtplib.SMTPResponseException as error:
        said = error.smtp_error
        text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        raise MailTrialError(f"{error.smtp_code} {text}"[:300]) from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailTrialError(str(error)[:300] or type(error).__name__) from error
