"""The vocabulary: words, what is near them, what their pages say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from maillage.apps.knowledge.choices import Relation
from maillage.apps.knowledge.models import Term, TermName
from maillage.cores.text import analyse, sort_key, trigram_similarity

NEAR_SIMILARITY_MIN = 0.42
NEAR_MAX = 5
BROADER_DEPTH_MAX = 12
TERMS_READ = 4
CLIMBED = "broader__broader__broader"
"""As many terms as are read at once, going up."""
ROME = re.compile(r"[A-N]\d{4}")
ESCO = re.compile(r"https?://data\.europa\.eu/esco/(?:skill|occupation)/[\w.-]{1,120}")


@dataclass(frozen=True, kw_only=True)
class TermContent:
    """What a term's page says, as forms give it. `synonyms` are other ways of saying its name."""

    name: str
    description: str = ""
    reference: str = ""
    broader_id: int | None = None
    synonyms: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "synonyms": list(self.synonyms)}


def name_key(words: str) -> str:
    """What makes two ways of writing the same word: case, accents, apostrophes and leading articles do not count."""
    return sort_key(words)


def is_reference(text: str) -> bool:
    """Whether it is the address of an ESCO concept or the code of a ROME card."""
    return bool(ROME.fullmatch(text) or ESCO.fullmatch(text))


def reference_address(reference: str) -> str:
    """Where a reference is read; empty when there is none."""
    if ROME.fullmatch(reference):
        return f"https://candidat.francetravail.fr/metierscope/fiche-metier/{reference}"
    return reference


def term_content(term: Term) -> TermContent:
    names = term.names.order_by("name", "pk").values_list("name", "key")
    own = name_key(term.name)
    return TermContent(
        name=term.name,
        description=term.description,
        reference=term.reference,
        broader_id=term.broader_id,
        synonyms=tuple(name for name, key in names if key != own),
    )


def term_said(kind: str, words: str) -> Term | None:
    """The term of that kind that these words name, by its name or by a synonym."""
    found = TermName.objects.filter(kind=kind, key=name_key(words)).select_related("term").first()
    return found.term if found else None


def chosen_term(text: str, kind: str) -> Term | None:
    """The term of that kind that a form's proposal names by its number; None for anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 18):
        return None
    return Term.objects.live().filter(pk=int(text), kind=kind).first()


def near_terms(kind: str, words: str, *, limit: int = NEAR_MAX) -> list[Term]:
    """Terms of that kind that may mean the same: words of the same root, or nearly the same letters; the nearest first.

    A prefix counts, so that terms are proposed while one types. Reads the names of the kind, two columns, once.
    """
    key = name_key(words)
    if len(key) < 2:
        return []
    roots = frozenset(analyse(words))
    best: dict[int, float] = {}
    for term_id, name, other in TermName.objects.filter(kind=kind).values_list("term_id", "name", "key"):
        score = _nearness(key, roots, other, name)
        if score >= NEAR_SIMILARITY_MIN:
            best[term_id] = max(score, best.get(term_id, 0.0))
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]
    found = Term.objects.in_bulk([term_id for term_id, _score in ranked])
    return [found[term_id] for term_id, _score in ranked if term_id in found]


def _nearness(key: str, roots: frozenset[str], other: str, name: str) -> float:
    if key == other:
        return 2.0
    if other.startswith(key) and len(key) >= 3:
        return 1.0 + len(key) / len(other)
    named = frozenset(analyse(name))
    shared = len(roots & named) / len(roots | named) if roots and named else 0.0
    return max(shared, trigram_similarity(key, other))


def same_or_near(kind: str, words: str) -> tuple[Term | None, list[Term]]:
    """The term that these words name, or else those that are near enough to ask."""
    same = term_said(kind, words)
    return same, [] if same else near_terms(kind, words)


def with_counts(terms: QuerySet[Term]) -> QuerySet[Term]:
    """Terms with `holders` and `seekers`: how many published organisations have and look for each."""
    shown = Q(statements__withdrawn_at=None, statements__organization__status="published")
    return terms.annotate(
        holders=Count("statements", filter=shown & Q(statements__relation=Relation.HOLDS), distinct=True),
        seekers=Count("statements", filter=shown & Q(statements__relation=Relation.SEEKS), distinct=True),
    )


def terms_asked(*, kind: str = "", words: str = "") -> QuerySet[Term]:
    """Live terms of a kind, whose name or synonym holds all the words (their beginning is enough)."""
    found = Term.objects.live()
    if kind:
        found = found.filter(kind=kind)
    for part in name_key(words).split():
        found = found.filter(
            pk__in=TermName.objects.filter(Q(key__startswith=part) | Q(key__contains=f" {part}")).values(
                "term_id"
            )
        )
    return found.order_by("sort_key", "pk")


def ancestors_of(term_id: int | None) -> list[Term]:
    """The broader terms above, the nearest first; a loop, which the database cannot refuse, stops the climb.

    One query for as many as CLIMBED names.
    """
    found: list[Term] = []
    seen: set[int] = set()
    while term_id and term_id not in seen and len(found) < BROADER_DEPTH_MAX:
        is_read = len(found) % TERMS_READ > 0
        term = found[-1].broader if is_read else Term.objects.select_related(CLIMBED).get(pk=term_id)
        assert term is not None
        seen.add(term_id)
        found.append(term)
        term_id = term.broader_id
    return found


def chain_above(term_id: int, above: Mapping[int, int | None]) -> list[int]:
    """The keys of the broader terms, the nearest first; `above` gives the broader term of each. A loop stops the climb."""
    found: list[int] = []
    here = above.get(term_id)
    while here and here != term_id and here not in found and len(found) < BROADER_DEPTH_MAX:
        found.append(here)
        here = above.get(here)
    return found


def would_loop(term: Term, broader_id: int | None) -> bool:
    """Whether saying that `broader_id` is broader than `term` would make a term broader than itself."""
    return any(above.pk == term.pk for above in ancestors_of(broader_id))


def unique_by_key(names: Iterable[str]) -> tuple[str, ...]:
    """Names without blanks nor those that are the same but for case and accents."""
    found: dict[str, str] = {}
    for name in names:
        said = " ".join(name.split())
        if said and name_key(said):
            found.setdefault(name_key(said), said)
    return tuple(found.values())


def names_of(term_ids: Iterable[int]) -> dict[int, str]:
    return {pk: each.name for pk, each in Term.objects.in_bulk(list(term_ids)).items()}


def others_of_kind(term: Term, limit: int) -> list[Term]:
    """The first of the other words of its kind, in their order."""
    others = Term.objects.live().filter(kind=term.kind).exclude(pk=term.pk)
    return list(others.order_by("sort_key", "pk")[:limit])
