"""The vocabulary as it is handed down to the needs and offers: see `exchange.queries.vocabulary`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, DateTimeField, IntegerField, Max, Q, QuerySet, Value

from maillage.apps.directory.choices import Status
from maillage.apps.exchange.queries.vocabulary import SharedVocabulary, VocabularySource
from maillage.apps.knowledge.choices import Kind, Relation
from maillage.apps.knowledge.models import Statement, Term, TermChange, TermName
from maillage.cores.ranking import Notion


def handed_stamp() -> str:
    """What changes whenever a term, or what organisations say with terms, does."""
    nothing = (Value(None, IntegerField()), Value(None, DateTimeField()))
    terms = _summed(TermChange.objects.all(), Max("pk"), *nothing)  # a merge and its undoing are changes too
    published = Count("pk", filter=Q(organization__status=Status.PUBLISHED))
    said = _summed(Statement.objects.all(), Max("pk"), published, Max("withdrawn_at"))
    return repr(sorted(terms.union(said, all=True), key=repr))


def _summed(rows: QuerySet[Any], *figures: Any) -> QuerySet[Any, tuple[Any, ...]]:
    """The figures of all the rows, as one row that a union takes."""
    named = {f"figure_{rank}": figure for rank, figure in enumerate(figures)}
    whole = rows.order_by().annotate(of=Value(rows.model._meta.label)).values("of").annotate(**named)
    return whole.values_list("of", *named)


def handed_vocabulary() -> SharedVocabulary:
    """The live terms with their synonyms and broader terms, and the statements that everybody may read."""
    names: dict[int, list[str]] = defaultdict(list)
    for term_id, name in TermName.objects.order_by("pk").values_list("term_id", "name"):
        names[term_id].append(name)
    terms = list(Term.objects.live().order_by("pk").values_list("pk", "name", "broader_id"))
    given: dict[int, set[str]] = defaultdict(set)
    sought: dict[int, set[str]] = defaultdict(set)
    said = Statement.objects.shown().order_by("pk")
    for body, term_id, relation, kind in said.values_list(
        "organization_id", "term_id", "relation", "term__kind"
    ):
        if relation == Relation.HOLDS:
            given[body].add(_key(term_id))
        if relation == Relation.SEEKS or kind == Kind.MILIEU:
            sought[body].add(_key(term_id))
    return SharedVocabulary(
        notions=tuple(
            Notion(_key(pk), (name, *names[pk]), _key(broader) if broader else "")
            for pk, name, broader in terms
        ),
        names={_key(pk): name for pk, name, _broader in terms},
        given=_frozen(given),
        sought=_frozen(sought),
    )


HANDED = VocabularySource("knowledge", handed_stamp, handed_vocabulary)


def _key(term_id: int) -> str:
    return f"term:{term_id}"


def _frozen(said: Mapping[int, set[str]]) -> dict[int, frozenset[str]]:
    return {body: frozenset(keys) for body, keys in said.items()}
