"""What the knowledge gives to the site's search: the live words that somebody has or looks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from maillage.apps.knowledge.models import Statement, Term
from maillage.apps.knowledge.queries.maps import term_path
from maillage.kernel.search.documents import SearchDocument


def term_documents(ids: Sequence[int]) -> Iterator[SearchDocument]:
    """The documents of those of `ids` that somebody says, with their synonyms and the organisations that say them."""
    said = Statement.objects.shown().filter(term__in=ids).select_related("organization").order_by("pk")
    bodies: dict[int, list[str]] = {}
    for each in said:
        bodies.setdefault(each.term_id, []).append(each.organization.name)
    terms = Term.objects.live().filter(pk__in=list(bodies)).prefetch_related("names").order_by("pk")
    for term in terms:
        yield SearchDocument(
            kind="term",
            object_id=term.pk,
            title=term.name,
            url=term_path(term.pk, term.slug),
            updated_at=term.updated_at,
            summary=str(term.get_kind_display()),
            body=" ".join([term.description, *bodies[term.pk]]),
            keywords=" ".join(name.name for name in term.names.all()),
        )


def all_term_ids() -> Iterable[int]:
    return Term.objects.live().order_by("pk").values_list("pk", flat=True).iterator()
