"""Lettering: lines of one account and one partner that cancel out carry one code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from maillage.apps.accounts.models import Person
from maillage.apps.books.actions.office import office_details
from maillage.apps.books.actions.refusals import NotLetteredError
from maillage.apps.books.actions.writing import KIND, lock_books
from maillage.apps.books.models import Books, JournalEntry, JournalLine, Lettering
from maillage.cores.accounting.lettering import cancelling, letter_code
from maillage.kernel.audit.actions import record

LINES_MAX = 200
LETTERED_CLASS = "4"
"""Only accounts of third parties are lettered."""


@transaction.atomic
def letter_lines(*, actor: Person, organization_id: int, line_ids: Sequence[int], now: datetime) -> Lettering:
    """Tie lines that somebody chose. Raises NotLetteredError."""
    books = lock_books([organization_id])[organization_id]
    lines = list(
        JournalLine.objects.filter(pk__in=line_ids, entry__books=books)
        .select_related("account", "entry")
        .order_by("pk")[: LINES_MAX + 1]
    )
    if len(lines) != len(set(line_ids)) or len(lines) > LINES_MAX:
        raise NotLetteredError
    lettering = _letter(lines, actor=actor, now=now)
    record(
        actor=actor,
        verb="books.letter",
        target_kind=KIND,
        target_id=books.pk,
        target_label=f"{lines[0].account.number} {lettering.code}",
        on_behalf_of=books.organization.name,
        details=_office(
            actor,
            books,
            _("%(who)s tied lines of your accounts: %(label)s."),
            f"{lines[0].account.number} {lettering.code}",
            now,
        ),
        now=now,
    )
    return lettering


@transaction.atomic
def remove_letter(*, actor: Person, organization_id: int, lettering_id: int, now: datetime) -> None:
    """Untie lines; the code never serves again. Raises Lettering.DoesNotExist."""
    books = lock_books([organization_id])[organization_id]
    lettering = Lettering.objects.select_related("account").get(
        pk=lettering_id, account__books=books, removed_at__isnull=True
    )
    _remove([lettering], now=now)
    record(
        actor=actor,
        verb="books.unletter",
        target_kind=KIND,
        target_id=books.pk,
        target_label=f"{lettering.account.number} {lettering.code}",
        on_behalf_of=books.organization.name,
        details=_office(
            actor,
            books,
            _("%(who)s untied lines of your accounts: %(label)s."),
            f"{lettering.account.number} {lettering.code}",
            now,
        ),
        now=now,
    )


def _office(actor: Person, books: Books, told: str, label: str, now: datetime) -> dict[str, Any]:
    """What is tied or untied in the place of the organisation is told."""
    return office_details(
        actor=actor,
        organization=books.organization,
        told=told % {"who": actor, "label": label},
        url=reverse("books:accounts_letters", args=[books.organization_id]),
        now=now,
    )


def letter_references(
    *, books: Books, references: Iterable[str], actor: Person | None, now: datetime
) -> list[Lettering]:
    """Tie what is settled: lines of one partner about one invoice, once they cancel out; the books are locked."""
    wanted = {reference for reference in references if reference}
    free = JournalLine.objects.filter(
        entry__books=books,
        reference__in=wanted,
        lettering__isnull=True,
        party__isnull=False,
        account__number__startswith=LETTERED_CLASS,
    )
    groups: dict[tuple[int, int | None, str], list[JournalLine]] = defaultdict(list)
    for line in free.select_related("account", "entry").order_by("pk"):
        groups[line.account_id, line.party_id, line.reference].append(line)
    made = []
    for _key, lines in sorted(groups.items(), key=lambda group: group[1][0].pk):
        if cancelling([line.balance_cents for line in lines]):
            made.append(_letter(lines, actor=actor, now=now))
    return made


def letter_debt(
    line: JournalLine | None, reference: str, *, actor: Person | None, now: datetime
) -> Lettering | None:
    """Tie the line of a debt to what settled it under `reference`, once they cancel out; the books are locked."""
    if line is None:
        return None
    own = Q(pk=line.pk) | Q(reference=reference)
    lines = JournalLine.objects.filter(
        own,
        entry__books=line.entry.books_id,
        account=line.account_id,
        party=line.party_id,
        lettering__isnull=True,
    )
    found = list(lines.select_related("account", "entry").order_by("pk"))
    if line.pk in {each.pk for each in found} and cancelling([each.balance_cents for each in found]):
        return _letter(found, actor=actor, now=now)
    return None


def letter_together(*entries: JournalEntry, actor: Person | None, now: datetime) -> list[Lettering]:
    """Tie an entry and the one that undoes it, partner by partner; the books are locked."""
    lines = JournalLine.objects.filter(
        entry__in=entries,
        lettering__isnull=True,
        party__isnull=False,
        account__number__startswith=LETTERED_CLASS,
    )
    groups: dict[tuple[int, int | None], list[JournalLine]] = defaultdict(list)
    for line in lines.select_related("account", "entry").order_by("pk"):
        groups[line.account_id, line.party_id].append(line)
    return [
        _letter(group, actor=actor, now=now)
        for group in groups.values()
        if cancelling([line.balance_cents for line in group])
    ]


def take_letters_off(entry: JournalEntry, *, now: datetime) -> None:
    """What this entry settled is open again; the books are locked."""
    _remove(list(Lettering.objects.filter(lines__entry=entry, removed_at__isnull=True).distinct()), now=now)


def _letter(lines: Sequence[JournalLine], *, actor: Person | None, now: datetime) -> Lettering:
    first = lines[0] if lines else None
    if (
        first is None
        or any((line.account_id, line.party_id) != (first.account_id, first.party_id) for line in lines)
        or any(line.lettering_id for line in lines)
        or not first.account.number.startswith(LETTERED_CLASS)
        or not cancelling([line.balance_cents for line in lines])
    ):
        raise NotLetteredError
    used = Lettering.objects.filter(account=first.account, party=first.party_id).count()
    lettering = Lettering.objects.create(
        account=first.account,
        party_id=first.party_id,
        code=letter_code(used),
        lettered_on=max(localdate(now), *(line.entry.day for line in lines)),
        created_by=actor,
        created_at=now,
    )
    JournalLine.objects.filter(pk__in=[line.pk for line in lines]).update(lettering=lettering)
    return lettering


def _remove(letterings: Sequence[Lettering], *, now: datetime) -> None:
    for lettering in letterings:
        JournalLine.objects.filter(lettering=lettering).update(lettering=None)
        lettering.removed_at = now
        lettering.save(update_fields=["removed_at"])
