"""What the map says: who knows, by which way; rare and common knowledge; the isolated; communities; cooperations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from maillage.apps.directory.models import Organization
from maillage.apps.knowledge.choices import Interest, Kind, Relation
from maillage.apps.knowledge.models import CooperationAnswer, Statement, Term
from maillage.apps.knowledge.queries.maps import KnowledgeMap, Node
from maillage.apps.knowledge.queries.terms import BROADER_DEPTH_MAX
from maillage.apps.knowledge.queries.whole import whole_map
from maillage.cores.graph import RARE_HOLDERS_MAX, Cooperation, Reason, Spread, cooperations, paths, spread
from maillage.cores.text import sort_key

HOPS_MAX = 2
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
    """Who has the term of key `term`, or one that is a part of it, and by whom `start` (the key of a structure, or "") reaches them."""
    nodes = {node.key: node for node in drawn.nodes}
    held = drawn.pairs(Relation.HOLDS)
    asked = {term, *widened_map(drawn).below.get(term, ())}
    knowers = sorted({structure for structure, named in held if named in asked and structure != start})
    passed = [(structure, named) for structure, named in held if named not in asked]
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

    def interested(self, organization_id: int) -> list[str]:
        """The names of the others that said yes already."""
        return [
            said.organization.name
            for said in self.answers
            if said.organization_id != organization_id and said.answer == Interest.ACCEPTED
        ]

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

    Read among those that it can cooperate with: who has what it seeks, who seeks what it has, and who seeks the same.
    """
    drawn, me = whole_map().drawn, f"o{organization.pk}"
    widened = widened_map(drawn)
    has, seeks = widened.holds.get(me, frozenset()), widened.seeks.get(me, frozenset())
    around = [
        body
        for body in drawn.structures
        if body == me
        or not seeks.isdisjoint(widened.holds.get(body, ()))
        or not (has | seeks).isdisjoint(widened.seeks.get(body, ()))
    ]
    refused = CooperationAnswer.objects.filter(
        answer=Interest.REFUSED, parties__regex=rf"(^|-){organization.pk}(-|$)"
    )
    found = cooperations(
        around,
        widened.holds,
        widened.seeks,
        drawn.terms_of(Relation.HOLDS, Kind.MILIEU),
        top=SHOWN_MAX,
        refused={
            tuple(f"o{pk}" for pk in party_ids(each)) for each in refused.values_list("parties", flat=True)
        },
        around=me,
        had_by=widened.had_by,
    )
    return _proposed(found, drawn, widened)


@dataclass(frozen=True)
class Widened:
    """Who has and seeks what, by keys; to have a term is to have those that are broader. `below`: the narrower terms of each."""

    holds: Mapping[str, frozenset[str]]
    seeks: Mapping[str, frozenset[str]]
    had_by: Mapping[str, int]
    below: Mapping[str, frozenset[str]]


def widened_map(drawn: KnowledgeMap) -> Widened:
    """What the broader terms of the vocabulary add to a map. One query."""
    broader = dict(Term.objects.live().exclude(broader=None).order_by("pk").values_list("pk", "broader_id"))
    above: dict[str, tuple[str, ...]] = {}
    below: dict[str, set[str]] = {}
    for pk in broader:
        climbed: list[int] = [pk]
        while (up := broader.get(climbed[-1])) and up not in climbed and len(climbed) <= BROADER_DEPTH_MAX:
            climbed.append(up)
        above[f"t{pk}"] = tuple(f"t{each}" for each in climbed[1:])
        for each in climbed[1:]:
            below.setdefault(f"t{each}", set()).add(f"t{pk}")
    holds = {
        body: frozenset(terms).union(*(above.get(term, ()) for term in terms))
        for body, terms in drawn.terms_of(Relation.HOLDS).items()
    }
    seeks = {body: frozenset(terms) for body, terms in drawn.terms_of(Relation.SEEKS).items()}
    had_by = Counter(term for terms in holds.values() for term in terms)
    return Widened(holds, seeks, had_by, {key: frozenset(found) for key, found in below.items()})


def _proposed(found: Sequence[Cooperation], drawn: KnowledgeMap, widened: Widened) -> list[Proposed]:
    labels = {node.key: node.label for node in drawn.nodes}
    said = drawn.terms_of(Relation.HOLDS)
    bodies = Organization.objects.in_bulk({int(key[1:]) for each in found for key in each.parties})
    keys = [parties_key([int(key[1:]) for key in each.parties]) for each in found]
    answered: dict[str, list[CooperationAnswer]] = {}
    for answer in (
        CooperationAnswer.objects.filter(parties__in=keys).select_related("organization").order_by("pk")
    ):
        answered.setdefault(answer.parties, []).append(answer)
    return [
        Proposed(
            parties=key,
            structures=tuple(bodies[int(party[1:])] for party in each.parties),
            reasons=tuple(
                reason_words(reason, labels, said.get(reason.giver, ()), widened.below)
                for reason in each.reasons
            ),
            answers=tuple(answered.get(key, ())),
        )
        for key, each in zip(keys, found, strict=True)
    ]


def reason_words(
    reason: Reason, labels: Mapping[str, str], said: Collection[str], below: Mapping[str, frozenset[str]]
) -> str:
    """A reason in a sentence, with the words of the members. `said`: the terms that the giver itself said to have."""
    words = {"giver": labels[reason.giver], "taker": labels[reason.taker], "term": labels[reason.term]}
    if reason.kind == "shared_milieu":
        return _("%(giver)s and %(taker)s share a milieu: “%(term)s”.") % words
    if reason.term in said:
        return _("%(giver)s has what %(taker)s looks for: “%(term)s”.") % words
    nearer = min((labels[key] for key in said if key in below.get(reason.term, ())), default=words["term"])
    return _("%(giver)s has “%(nearer)s”, a part of what %(taker)s looks for: “%(term)s”.") % {
        **words, "nearer": nearer,
    }  # fmt: skip


def terms_for_choice() -> list[tuple[str, list[tuple[int, str]]]]:
    """Live terms that somebody has, and those that are broader, by kind, for a list to choose from."""
    held = Statement.objects.shown().filter(relation=Relation.HOLDS).values("term_id")
    known = dict(Term.objects.live().order_by("pk").values_list("pk", "broader_id"))
    chosen: set[int] = set()
    for (pk,) in held.order_by("term_id").distinct().values_list("term_id"):
        up: int | None = pk
        while up and up in known and up not in chosen:
            chosen.add(up)
            up = known[up]
    rows = Term.objects.live().order_by("kind", "sort_key", "pk").values_list("kind", "pk", "name")
    named = [row for row in rows if row[1] in chosen]
    return [
        (str(Kind(kind).label), [(pk, name) for one, pk, name in named if one == kind])
        for kind in Kind.values
        if any(one == kind for one, _pk, _name in named)
    ]


def structures_for_choice() -> list[tuple[int, str]]:
    """The organisations that have said something, in their order."""
    found = Organization.objects.filter(pk__in=Statement.objects.shown().values("organization_id"))
    return list(found.order_by("sort_key", "pk").values_list("pk", "name"))


def terms_named(words: str, *, limit: int) -> list[str]:
    """The names of live words that hold `words`; those that begin with them first."""
    return _named(Term.objects.live(), words, limit)


def structures_named(words: str, *, limit: int) -> list[str]:
    """The names of the organisations that have said something, that hold `words`."""
    said = Organization.objects.filter(pk__in=Statement.objects.shown().values("organization_id"))
    return _named(said, words, limit)


def _named(rows: QuerySet[Any], words: str, limit: int) -> list[str]:
    """Names, each once, by their sort key: what two databases compare alike."""
    key = sort_key(words)
    if not key:
        return []
    begin = rows.filter(sort_key__startswith=key).order_by("sort_key", "pk").values_list("name", flat=True)
    held = rows.filter(sort_key__contains=key).order_by("sort_key", "pk").values_list("name", flat=True)
    return list(dict.fromkeys([*begin[:limit], *held[: 2 * limit]]))[:limit]


def held_by_few(terms: QuerySet[Term]) -> QuerySet[Term]:
    """Those that are rare on the map: one or two published organisations have them."""
    held = Statement.objects.shown().filter(relation=Relation.HOLDS).order_by().values("term_id")
    rare = held.annotate(holders=Count("organization_id", distinct=True)).filter(
        holders__lte=RARE_HOLDERS_MAX
    )
    return terms.filter(pk__in=rare.values("term_id"))
