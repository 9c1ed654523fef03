"""Whether units, accounts and invoices agree with what they are made of; administrators are told once of what does not.

What was told is remembered in the journal, so that each night tells what is new, and what agrees again may be told anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.accounts.queries import administrators
from maillage.apps.barter.models import Circle
from maillage.apps.books.models import Books
from maillage.apps.books.queries.soundness import books_agree, ill_settled_invoices, ill_settled_received
from maillage.apps.ledger.models import Unit
from maillage.apps.ledger.queries.soundness import faults_of
from maillage.kernel.audit.actions import record
from maillage.kernel.audit.models import AuditEntry
from maillage.kernel.mail.notifications import notify

KIND = "soundness"
WRONG, RIGHT = "site.accounts_disagree", "site.accounts_agree"
NAMED_MAX = 3


@dataclass(frozen=True)
class Disagreement:
    """What does not agree; `key` names it from one night to the next, `label` in words."""

    key: str
    label: str


def disagreements() -> list[Disagreement]:
    """Every balance that is not what its transfers say, books that do not balance, invoices that are ill settled."""
    circles = dict(Circle.objects.order_by("pk").values_list("credit__unit", "name"))
    found = [
        Disagreement(
            f"unit:{unit.pk}", _("the balances of “%(name)s”") % {"name": circles.get(unit.pk, unit)}
        )
        for unit in Unit.objects.order_by("pk")
        if faults_of(unit)
    ]
    found += [
        Disagreement(f"books:{books.pk}", _("the accounts of %(name)s") % {"name": books.organization})
        for books in Books.objects.select_related("organization").order_by("pk")
        if not books_agree(books)
    ]
    found += [
        Disagreement(f"invoice:{invoice.pk}", _("the invoice %(number)s of %(name)s") % {"number": invoice.number, "name": invoice.issuer})
        for invoice in ill_settled_invoices()
    ]  # fmt: skip
    found += [
        Disagreement(f"received:{one.pk}", _("the invoice %(number)s received by %(name)s") % {"number": one.number, "name": one.receiver})
        for one in ill_settled_received()
    ]  # fmt: skip
    return found


@transaction.atomic
def tell_disagreements(*, now: datetime) -> list[Disagreement]:
    """Tell the administrators what does not agree since the last time; the list of it."""
    found = disagreements()
    known = _told()
    new = [each for each in found if each.key not in known]
    for each in new:
        _note(WRONG, each, now)
    for key in known.keys() - {each.key for each in found}:
        _note(RIGHT, Disagreement(key, known[key]), now)
    if new:
        for person in administrators():
            _tell(person, new, now)
    return new


def _told() -> dict[str, str]:
    """What was told and did not agree again since: its label by its key."""
    told: dict[str, str] = {}
    lines = AuditEntry.objects.filter(target_kind=KIND, verb__in=(WRONG, RIGHT)).order_by("at", "pk")
    for verb, key, label in lines.values_list("verb", "target_id", "target_label"):
        if verb == WRONG:
            told[key] = label
        else:
            told.pop(key, None)
    return told


def _note(verb: str, what: Disagreement, now: datetime) -> None:
    record(actor=None, verb=verb, target_kind=KIND, target_id=what.key, target_label=what.label, now=now)


def _tell(person: Person, new: list[Disagreement], now: datetime) -> None:
    names = ", ".join(each.label for each in new[:NAMED_MAX])
    if len(new) > NAMED_MAX:
        names = _("%(names)s and %(count)d more") % {"names": names, "count": len(new) - NAMED_MAX}
    title = _(
        "Sums that no longer agree: %(names)s. Nothing was changed. Keep a copy of the site, then run “maillage doctor”."
    )
    notify(
        person=person, kind="accounts.unsound", title=title % {"names": names}, url=reverse("accounts:journal"), now=now
    )  # fmt: skip
