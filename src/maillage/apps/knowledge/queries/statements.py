"""What an organisation has and looks for, as its page says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Kind, Origin, Relation
from maillage.apps.knowledge.models import Endorsement, Statement, Term


@dataclass(frozen=True)
class StatementCard:
    """A statement as it is read. `signers`: who co-signed, with their words. `mine`: the organisations of the reader that did."""

    id: int
    term: Term
    relation: str
    sentence: str
    origin: str
    workshop: str
    said_at: datetime
    signers: tuple[tuple[str, str], ...]
    mine: tuple[int, ...]


@dataclass(frozen=True)
class KnowledgeSheet:
    """The statements of one kind, those that it has before those that it looks for."""

    kind: str
    label: str
    holds: tuple[StatementCard, ...]
    seeks: tuple[StatementCard, ...]


def sheets_of(organization: Organization, *, readers: Iterable[int] = ()) -> list[KnowledgeSheet]:
    """The three sheets of an organisation, in two queries. `readers`: the organisations of the reader."""
    own = set(readers)
    standing = (
        Statement.objects.standing()
        .filter(organization=organization)
        .select_related("term", "workshop")
        .prefetch_related("endorsements__organization")
        .order_by("term__sort_key", "pk")
    )
    cards = [_card(said, own) for said in standing]
    return [
        KnowledgeSheet(
            kind,
            str(Kind(kind).label),
            tuple(card for card in cards if card.term.kind == kind and card.relation == Relation.HOLDS),
            tuple(card for card in cards if card.term.kind == kind and card.relation == Relation.SEEKS),
        )
        for kind in Kind.values
    ]


def _card(said: Statement, readers: set[int]) -> StatementCard:
    signed = sorted(said.endorsements.all(), key=lambda each: (each.organization.sort_key, each.pk))
    return StatementCard(
        id=said.pk,
        term=said.term,
        relation=said.relation,
        sentence=said.words,
        origin=str(Origin(said.origin).label),
        workshop=said.workshop.title if said.workshop else "",
        said_at=said.created_at,
        signers=tuple((each.organization.name, each.words) for each in signed),
        mine=tuple(each.organization_id for each in signed if each.organization_id in readers),
    )


def who_says(term: Term) -> dict[str, list[Statement]]:
    """The statements of a term that everybody may read, by relation, organisations in their order."""
    found = (
        Statement.objects.shown()
        .filter(term=term)
        .select_related("organization")
        .prefetch_related(Prefetch("endorsements", Endorsement.objects.select_related("organization")))
        .order_by("organization__sort_key", "pk")
    )
    said: dict[str, list[Statement]] = {Relation.HOLDS: [], Relation.SEEKS: []}
    for each in found:
        said[each.relation].append(each)
    return said


def standing_of(organization: Organization) -> list[Statement]:
    """What an organisation says of itself, words by kind and name."""
    said = Statement.objects.standing().filter(organization=organization).select_related("term")
    return list(said.order_by("term__kind", "term__sort_key", "pk"))
