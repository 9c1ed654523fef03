"""What organisations have and look for, and who saw it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy

from maillage.apps.accounts.models import Person
from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.actions.terms import find_or_create_term
from maillage.apps.knowledge.choices import Origin, Relation
from maillage.apps.knowledge.models import Endorsement, Statement, Term, Workshop
from maillage.kernel.audit.actions import record
from maillage.kernel.events import ContentChanged, publish
from maillage.kernel.jobs.queue import enqueue

STATEMENTS_PER_DAY_MAX = 200
KIND = "statement"


class TooManyStatementsError(Exception):
    """One person says more than people do."""

    message = gettext_lazy("You have added very many words today. Wait until tomorrow for the next ones.")


class OwnStatementError(Exception):
    """An organisation cannot co-sign what it says itself."""

    message = gettext_lazy("Another organisation has to say it: nobody co-signs for themselves.")


@transaction.atomic
def state(
    *,
    actor: Person | None,
    organization_id: int,
    kind: str,
    words: str,
    relation: str,
    term: Term | None = None,
    sentence: str = "",
    origin: str = Origin.SAID,
    workshop: Workshop | None = None,
    now: datetime,
) -> Statement:
    """Note that an organisation has or looks for what `words` name, or `term`. Said twice, it counts once.

    Raises NoWordsError, TooManyStatementsError.
    """
    body = Organization.objects.select_for_update().get(pk=organization_id)
    if actor is not None and origin == Origin.SAID:
        recent = Statement.objects.filter(created_by=actor, created_at__gt=now - timedelta(days=1))
        if recent.count() >= STATEMENTS_PER_DAY_MAX:
            raise TooManyStatementsError
    named = term or find_or_create_term(actor=actor, kind=kind, words=words, now=now)
    named = named.merged_into or named
    said, made = Statement.objects.get_or_create(
        organization=body,
        term=named,
        relation=relation,
        withdrawn_at=None,
        defaults={
            "origin": origin,
            "workshop": workshop,
            "words": sentence,
            "created_by": actor,
            "created_at": now,
        },
    )
    if made:
        verb = "statement.holds" if relation == Relation.HOLDS else "statement.seeks"
        _journal(verb, said, actor, now)
    elif sentence and sentence != said.words:
        said.words = sentence
        said.save(update_fields=["words"])
    return said


@transaction.atomic
def withdraw_statement(*, actor: Person, statement_id: int, now: datetime) -> Statement:
    """Take a statement back: it leaves the map, and the history keeps it."""
    said = Statement.objects.select_for_update().select_related("term", "organization").get(pk=statement_id)
    if said.withdrawn_at is None:
        said.withdrawn_at = now
        said.save(update_fields=["withdrawn_at"])
        _journal("statement.withdraw", said, actor, now)
    return said


@transaction.atomic
def endorse(
    *, actor: Person, statement_id: int, organization: Organization, words: str = "", now: datetime
) -> Endorsement:
    """Co-sign a statement in the name of another organisation; a second time replaces the words. Raises OwnStatementError."""
    said = Statement.objects.select_for_update().select_related("term", "organization").get(pk=statement_id)
    if said.organization_id == organization.pk:
        raise OwnStatementError
    signed, made = Endorsement.objects.update_or_create(
        statement=said,
        organization=organization,
        defaults={"person": actor, "words": words},
        create_defaults={"person": actor, "words": words, "created_at": now},
    )
    if made:
        _journal("statement.endorse", said, actor, now)
    return signed


@transaction.atomic
def withdraw_endorsement(
    *, actor: Person, statement_id: int, organization: Organization, now: datetime
) -> None:
    """Take a co-signature back."""
    said = Statement.objects.select_related("term", "organization").get(pk=statement_id)
    gone, _rows = Endorsement.objects.filter(statement=said, organization=organization).delete()
    if gone:
        _journal("statement.unendorse", said, actor, now)


def _journal(verb: str, said: Statement, actor: Person | None, now: datetime) -> None:
    record(
        actor=actor,
        verb=verb,
        target_kind=KIND,
        target_id=said.pk,
        target_label=said.term.name,
        on_behalf_of=said.organization.name,
        now=now,
    )
    publish(ContentChanged(person_id=actor.pk if actor else None, at=now, kind="term", ids=(said.term_id,)))
    enqueue("knowledge.redraw")
