"""What the directory gives to the site's search: public fiches only, as plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.urls import reverse

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import (
    Initiative,
    InitiativeCarrier,
    InitiativePlace,
    Organization,
    Theme,
)
from maillage.apps.directory.queries.contents import TEXT_FIELDS, InitiativeContent
from maillage.apps.directory.queries.themes import ThemeTree, theme_tree
from maillage.kernel.search.documents import SearchDocument
from maillage.kernel.ui.markdown import plain_text


def initiative_documents(ids: Sequence[int]) -> Iterator[SearchDocument]:
    """The documents of those of `ids` that are published: five queries whatever their number.

    Plain values are read rather than models: an import gives thousands of fiches at once.
    """
    tree = theme_tree()
    published = Initiative.objects.published().filter(pk__in=ids).order_by("pk")
    rows = list(published.values(*_READ_FIELDS))
    found = [row["id"] for row in rows]
    themes = _grouped(Initiative.themes.through, found, "theme_id")
    places = _grouped(
        InitiativePlace, found, "city", "commune_id", "latitude", "longitude", order=("rank", "pk")
    )
    carriers = _grouped(InitiativeCarrier, found, "name", "organization__name", order=("role", "rank", "pk"))
    page = reverse("directory:initiative_detail", args=[0, "x"])
    for row in rows:
        pk = row["id"]
        yield _initiative_document(
            row,
            url=page.replace("/0-x", f"/{pk}-{row['slug']}"),
            themes=[theme_id for (theme_id,) in themes.get(pk, ())],
            places=places.get(pk, []),
            carriers=[body or name for name, body in carriers.get(pk, ())],
            tree=tree,
        )


def documents_of_written(
    written: Iterable[tuple[int, str, InitiativeContent]], *, now: datetime
) -> Iterator[SearchDocument]:
    """The documents of published fiches just written, as (id, slug, content), without reading them back.

    One that an organisation carries is left out: its name would have to be read.
    """
    tree = theme_tree()
    page = reverse("directory:initiative_detail", args=[0, "x"])
    for pk, slug, content in written:
        if any(said.organization_id is not None for said in content.carriers):
            continue
        yield _initiative_document(
            {**vars(content), "id": pk, "updated_at": now},
            url=page.replace("/0-x", f"/{pk}-{slug}"),
            themes=content.theme_ids,
            places=[(each.city, each.commune_id, each.latitude, each.longitude) for each in content.places],
            carriers=[said.name for said in sorted(content.carriers, key=lambda said: said.role)],
            tree=tree,
        )


_READ_FIELDS = (
    "id", "title", "slug", "updated_at", "summary", "keywords", "family", "stage", "looks_for_hands", *TEXT_FIELDS,
)  # fmt: skip


def _grouped(
    model: type[Model], ids: Sequence[int], *names: str, order: Sequence[str] = ("pk",)
) -> dict[int, list[tuple[Any, ...]]]:
    """The values of the rows that belong to the initiatives `ids`, by initiative, in their order."""
    grouped: dict[int, list[tuple[Any, ...]]] = {}
    rows = model._default_manager.filter(initiative_id__in=ids).order_by(*order)
    for initiative_id, *values in rows.values_list("initiative_id", *names):
        grouped.setdefault(initiative_id, []).append(tuple(values))
    return grouped


def all_initiative_ids() -> Iterable[int]:
    return Initiative.objects.published().order_by("pk").values_list("pk", flat=True).iterator()


def organization_documents(ids: Sequence[int]) -> Iterator[SearchDocument]:
    """The documents of those of `ids` that are published."""
    tree = theme_tree()
    found = Organization.objects.filter(pk__in=ids, status=Status.PUBLISHED).prefetch_related("themes")
    for body in found.order_by("pk"):
        yield SearchDocument(
            kind="organization",
            object_id=body.pk,
            title=body.name,
            url=reverse("directory:organization_detail", args=[body.pk, body.slug]),
            updated_at=body.updated_at,
            summary=body.summary,
            body=plain_text(body.description),
            keywords=" ".join(
                [
                    body.short_name,
                    body.networks,
                    body.labels,
                    body.city,
                    *_theme_names(body.themes.all(), tree),
                ]
            ),
            facets={
                "theme": _theme_slugs(body.themes.all(), tree),
                "family": [body.family],
                "commune": [body.commune_id or ""],
            },
            latitude=body.latitude if body.address_public else None,
            longitude=body.longitude if body.address_public else None,
            boost=1.2,
        )


def all_organization_ids() -> Iterable[int]:
    published = Organization.objects.filter(status=Status.PUBLISHED)
    return published.order_by("pk").values_list("pk", flat=True).iterator()


def _initiative_document(
    row: dict[str, Any],
    *,
    url: str,
    themes: Sequence[int],
    places: Sequence[tuple[Any, ...]],
    carriers: Sequence[str],
    tree: ThemeTree,
) -> SearchDocument:
    """`places` are (city, commune's code, latitude, longitude)."""
    pinned = next((place for place in places if place[2] is not None), None)
    texts = (plain_text(row[name]) for name in TEXT_FIELDS if row[name])
    path = {theme.slug: theme.name for pk in themes if pk in tree.by_id for theme in tree.by_id[pk].path}
    return SearchDocument(
        kind="initiative",
        object_id=row["id"],
        title=row["title"],
        url=url,
        updated_at=row["updated_at"],
        summary=row["summary"],
        body=" ".join(text for text in texts if text),
        keywords=" ".join(
            [row["keywords"], *sorted(path.values()), *carriers, *(place[0] for place in places)]
        ),
        facets={
            "theme": sorted(path),
            "family": [row["family"]],
            "stage": [row["stage"]],
            "commune": sorted({place[1] for place in places if place[1]}),
            "hands": ["1"] if row["looks_for_hands"] else [],
        },
        latitude=pinned[2] if pinned else None,
        longitude=pinned[3] if pinned else None,
    )


def _theme_slugs(themes: Iterable[Theme], tree: ThemeTree) -> list[str]:
    """The slugs of the themes and of all above them, so that a top theme finds what its children tag."""
    paths = [tree.by_id[theme.pk].path for theme in themes if theme.pk in tree.by_id]
    return sorted({theme.slug for path in paths for theme in path})


def _theme_names(themes: Iterable[Theme], tree: ThemeTree) -> list[str]:
    paths = [tree.by_id[theme.pk].path for theme in themes if theme.pk in tree.by_id]
    return sorted({theme.name for path in paths for theme in path})
