"""Office mode: a facilitator acts in the place of an organisation that has nobody at a computer, which is told each time."""

from __future__ import annotations

from datetime import datetime

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.contacts import own_email
from maillage.apps.directory.queries.managers import money_handlers_of
from maillage.kernel.mail.notifications import notify
from maillage.kernel.mail.send import send_message


def tell_office(
    *, organization: Organization, facilitator: Person, kind: str, told: str, url: str, now: datetime
) -> int:
    """How many were told: the managers and treasurers who have an account, otherwise the organisation's own address.

    `told` is a whole sentence that says what was done; `url` is the path of the page that shows it.
    """
    people = money_handlers_of(organization.pk)
    for person in people:
        notify(person=person, kind=kind, title=told, url=url, now=now)
    address = "" if people else own_email(organization)
    if not address:
        return len(people)
    send_message(
        to=address,
        template="directory/mail/office",
        context={"organization": organization, "facilitator": str(facilitator), "told": told},
        now=now,
    )
    return 1
