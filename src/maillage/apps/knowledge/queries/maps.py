"""The map of knowledge: who has what, as nodes and links with a place for each, and what it says."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet
from django.urls import reverse

from maillage.apps.directory.models import Organization
from maillage.apps.directory.queries.themes import ThemeTree
from maillage.apps.knowledge.models import Drawing, Statement
from maillage.apps.knowledge.queries.terms import terms_asked
from maillage.cores.graph import layout

STRUCTURE = "structure"
SEED = 20
WHOLE_MAP = "map"
STATEMENTS_MAX = 60_000


@dataclass(frozen=True)
class Node:
    """A structure or a term. `key` is "o12" or "t5"; `kind` is "structure" or the term's; `links` counts its links.

    `slug` is empty for what has no page.
    """

    key: str
    label: str
    kind: str
    slug: str
    links: int = 0

    @property
    def href(self) -> str:
        if not self.slug:
            return ""
        path_of = structure_path if self.kind == STRUCTURE else term_path
        return path_of(int(self.key[1:]), self.slug)


class Link(NamedTuple):
    """A structure has or looks for a term."""

    structure: str
    term: str
    relation: str


@dataclass(frozen=True)
class KnowledgeMap:
    nodes: tuple[Node, ...]
    links: tuple[Link, ...]

    @property
    def structures(self) -> tuple[str, ...]:
        return tuple(node.key for node in self.nodes if node.kind == STRUCTURE)

    def pairs(self, *relations: str) -> list[tuple[str, str]]:
        """(structure, term) of the links, of those relations only when some are given; each pair once."""
        kept = {
            (link.structure, link.term) for link in self.links if not relations or link.relation in relations
        }
        return sorted(kept)

    def terms_of(self, relation: str, *kinds: str) -> dict[str, list[str]]:
        """The terms of each structure, by relation, and by kind when some are given."""
        kind_of = {node.key: node.kind for node in self.nodes}
        found: dict[str, list[str]] = {}
        for link in self.links:
            if link.relation == relation and (not kinds or kind_of[link.term] in kinds):
                found.setdefault(link.structure, []).append(link.term)
        return found

    @property
    def stamp(self) -> str:
        """Changes with any link, whatever their order."""
        said = sorted(f"{link.structure} {link.relation} {link.term}" for link in self.links)
        return hashlib.sha256("\n".join(said).encode()).hexdigest()


@dataclass(frozen=True)
class MapFilter:
    """What of the map is asked for; empty: everything. `relation` empty: both."""

    kinds: tuple[str, ...] = ()
    relation: str = ""
    theme: str = ""
    words: str = ""
    structure_id: int | None = None


def statements_asked(wanted: MapFilter, tree: ThemeTree | None = None) -> QuerySet[Statement]:
    """The readable statements that a filter keeps."""
    found = Statement.objects.shown()
    if wanted.kinds:
        found = found.filter(term__kind__in=wanted.kinds)
    if wanted.relation:
        found = found.filter(relation=wanted.relation)
    if wanted.words:
        found = found.filter(term__in=terms_asked(words=wanted.words).order_by().values("pk"))
    if wanted.structure_id:
        terms = found.filter(organization_id=wanted.structure_id).values("term_id")
        found = found.filter(term_id__in=terms)
    if wanted.theme and tree is not None:
        bodies = Organization.objects.filter(themes__in=tree.branch_ids([wanted.theme])).values("pk")
        found = found.filter(organization_id__in=bodies)
    return found


def map_of(statements: QuerySet[Statement]) -> KnowledgeMap:
    """The map of some statements, in one query."""
    rows = statements.order_by("pk").values_list(
        "organization_id", "organization__name", "organization__slug",
        "term_id", "term__name", "term__slug", "term__kind", "relation",
    )[:STATEMENTS_MAX]  # fmt: skip
    labels: dict[str, tuple[str, str, str]] = {}
    links = []
    for body_id, body, body_slug, term_id, term, term_slug, kind, relation in rows:
        structure, named = f"o{body_id}", f"t{term_id}"
        if structure not in labels:
            labels[structure] = (body, STRUCTURE, body_slug)
        if named not in labels:
            labels[named] = (term, kind, term_slug)
        links.append(Link(structure, named, relation))
    counts = Counter(key for link in links for key in (link.structure, link.term))
    nodes = [Node(key, *said, counts[key]) for key, said in labels.items()]
    nodes.sort(key=lambda node: (node.kind != STRUCTURE, node.kind, node.label, node.key))
    return KnowledgeMap(tuple(nodes), tuple(links))


def structure_path(pk: int, slug: str) -> str:
    return reverse("knowledge:organization", args=[pk, slug])


def term_path(pk: int, slug: str) -> str:
    return reverse("knowledge:term", args=[pk, slug])


def drawing_of(name: str) -> Drawing | None:
    return Drawing.objects.filter(name=name).first()


def places_of(drawn: KnowledgeMap, kept: Mapping[str, Sequence[int]]) -> dict[str, tuple[int, int]]:
    """Where each node stands: where it was drawn, and what is new since beside its neighbours."""
    known = {
        node.key: (int(kept[node.key][0]), int(kept[node.key][1])) for node in drawn.nodes if node.key in kept
    }
    if len(known) == len(drawn.nodes):
        return known
    return layout([node.key for node in drawn.nodes], drawn.pairs(), seed=SEED, previous=known or None)
