"""What the map says: who knows, by which way; rare and common knowledge; the isolated; communities; cooperations."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Interest, Kind, Relation
from maillage.apps.knowledge.models import CooperationAnswer, Statement, Term
from maillage.apps.knowledge.queries.maps import KnowledgeMap, Node, map_of
from maillage.cores.graph import Cooperation, Reason, Spread, cooperations, paths, spread

HOPS_MAX = 2
NEIGHBOURS_MAX = 400
SHOWN_MAX = 10


@dataclass(frozen=True)
class Way:
    """How to reach somebody who knows: structures and terms in turn, from the one who asks to the one who knows."""

    steps: tuple[Node, ...]
    hops: int

    @property
    def knower(self) -> Node:
        return self.steps[-1]


@dataclass(frozen=True)
class Answer:
    """Who knows a term: by a way from the one who asks, and the others, whom no way of two hops reaches."""

    ways: tuple[Way, ...]
    others: tuple[Node, ...]


def who_knows(drawn: KnowledgeMap, term: str, start: str) -> Answer:
    """Who has the term of key `term`, and by whom `start` (the key of a structure, or "") reaches them."""
    nodes = {node.key: node for node in drawn.nodes}
    held = drawn.pairs(Relation.HOLDS)
    knowers = [structure for structure, named in held if named == term and structure != start]
    passed = [(structure, named) for structure, named in held if named != term]
    found = []
    if start in nodes:
        found = paths(start, knowers, passed, structures=set(drawn.structures), hops_max=HOPS_MAX)
    ways = tuple(Way(tuple(nodes[key] for key in path.nodes), path.hops) for path in found)
    reached = {way.knower.key for way in ways}
    return Answer(ways, tuple(nodes[key] for key in knowers if key not in reached))


def spread_of(drawn: KnowledgeMap) -> Spread:
    terms = [node.key for node in drawn.nodes if node.kind in Kind.values]
    return spread(terms, drawn.pairs(Relation.HOLDS), structures=set(drawn.structures))


@dataclass(frozen=True)
class Proposed:
    """A cooperation that the map proposes, with its reasons in words and what was answered."""

    parties: str
    structures: tuple[Organization, ...]
    reasons: tuple[str, ...]
    answers: tuple[CooperationAnswer, ...]

    def answer_of(self, organization_id: int) -> CooperationAnswer | None:
        return next((each for each in self.answers if each.organization_id == organization_id), None)

    @property
    def is_agreed(self) -> bool:
        said = {each.organization_id for each in self.answers if each.answer == Interest.ACCEPTED}
        return said >= {body.pk for body in self.structures}


def parties_key(ids: Collection[int]) -> str:
    return "-".join(str(pk) for pk in sorted(ids))


def party_ids(parties: str) -> tuple[int, ...]:
    """The organisations of a cooperation; empty when the text is no such key."""
    parts = parties.split("-")
    if len(parts) not in (2, 3) or not all(
        part.isascii() and part.isdigit() and len(part) < 10 for part in parts
    ):
        return ()
    found = tuple(sorted({int(part) for part in parts}))
    return found if parties_key(found) == parties and len(found) == len(parts) else ()


def cooperations_of(organization: Organization) -> list[Proposed]:
    """The best pairs and triples that an organisation is part of; those it or another refused are left out.

    Read among the structures that it shares a term with, or that share one with those: no more than 400.
    """
    around = _around(organization.pk)
    drawn = map_of(Statement.objects.shown().filter(organization__in=around))
    refused = CooperationAnswer.objects.filter(
        answer=Interest.REFUSED, parties__regex=rf"(^|-){organization.pk}(-|$)"
    )
    gone = {tuple(f"o{pk}" for pk in party_ids(each)) for each in refused.values_list("parties", flat=True)}
    me = f"o{organization.pk}"
    found = cooperations(
        drawn.structures,
        drawn.terms_of(Relation.HOLDS),
        drawn.terms_of(Relation.SEEKS),
        drawn.terms_of(Relation.HOLDS, Kind.MILIEU),
        top=SHOWN_MAX,
        refused=gone,
    )
    mine = [each for each in found if me in each.parties][:SHOWN_MAX]
    return _proposed(mine, drawn)


def cooperation_said(parties: str) -> list[str]:
    """The reasons for a cooperation as the map gives them now; empty when it gives none."""
    ids = party_ids(parties)
    drawn = map_of(Statement.objects.shown().filter(organization__in=ids))
    found = cooperations(
        drawn.structures,
        drawn.terms_of(Relation.HOLDS),
        drawn.terms_of(Relation.SEEKS),
        drawn.terms_of(Relation.HOLDS, Kind.MILIEU),
    )
    asked = {f"o{pk}" for pk in ids}
    return [
        words
        for each in _proposed([one for one in found if set(one.parties) == asked], drawn)
        for words in each.reasons
    ]


def _around(pk: int) -> list[int]:
    shown = Statement.objects.shown()
    terms = shown.filter(organization_id=pk).values("term_id")
    near = shown.filter(term_id__in=terms).values("organization_id")
    beyond = shown.filter(organization_id__in=near).values("term_id")
    found = (
        shown.filter(term_id__in=beyond).order_by("organization_id").values_list("organization_id", flat=True)
    )
    return [pk, *found.distinct()[:NEIGHBOURS_MAX]]


def _proposed(found: Sequence[Cooperation], drawn: KnowledgeMap) -> list[Proposed]:
    labels = {node.key: node.label for node in drawn.nodes}
    bodies = Organization.objects.in_bulk({int(key[1:]) for each in found for key in each.parties})
    keys = [parties_key([int(key[1:]) for key in each.parties]) for each in found]
    answered: dict[str, list[CooperationAnswer]] = {}
    for said in (
        CooperationAnswer.objects.filter(parties__in=keys).select_related("organization").order_by("pk")
    ):
        answered.setdefault(said.parties, []).append(said)
    return [
        Proposed(
            parties=key,
            structures=tuple(bodies[int(party[1:])] for party in each.parties),
            reasons=tuple(reason_words(reason, labels) for reason in each.reasons),
            answers=tuple(answered.get(key, ())),
        )
        for key, each in zip(keys, found, strict=True)
    ]


def reason_words(reason: Reason, labels: dict[str, str]) -> str:
    """A reason in a sentence, with the words of the members."""
    said = {"giver": labels[reason.giver], "taker": labels[reason.taker], "term": labels[reason.term]}
    if reason.kind == "holds_sought":
        return _("%(giver)s has what %(taker)s looks for: “%(term)s”.") % said
    return _("%(giver)s and %(taker)s share a milieu: “%(term)s”.") % said


def terms_for_choice() -> list[tuple[str, list[tuple[int, str]]]]:
    """Live terms that somebody has, by kind, for a list to choose from."""
    held = Term.objects.live().filter(
        statements__in=Statement.objects.shown().filter(relation=Relation.HOLDS)
    )
    rows = list(held.distinct().order_by("kind", "sort_key", "pk").values_list("kind", "pk", "name"))
    return [
        (str(Kind(kind).label), [(pk, name) for one, pk, name in rows if one == kind])
        for kind in Kind.values
        if any(one == kind for one, _pk, _name in rows)
    ]
