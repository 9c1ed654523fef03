"""What a commune or a territory counts, and how it is drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from maillage.apps.directory.choices import Family, Status
from maillage.apps.directory.models import Commune, Initiative, InitiativePlace, Organization, Theme
from maillage.apps.directory.queries.themes import ThemeTree

PINS_MAX = 400


@dataclass(frozen=True)
class Figures:
    """Counts of published fiches; `themes` by top theme and `families`, the largest first.

    An initiative under two top themes counts under both.
    """

    initiatives: int
    organizations: int
    communes: int
    population: int
    themes: list[tuple[Theme, int]]
    families: list[tuple[str, int]]


def figures_of(
    found: QuerySet[Initiative], communes: Sequence[Commune], on: QuerySet[Commune], tree: ThemeTree
) -> Figures:
    """The figures of the initiatives `found` on some communes, given as they were read and as they are asked for (`on`): two
    queries.
    """
    bodies = Organization.objects.filter(status=Status.PUBLISHED, commune__in=on.order_by().values("pk"))
    rows = list(found.order_by("pk").values_list("pk", "family", "themes"))
    by_family = Counter({pk: family for pk, family, _theme in rows}.values())
    families = [(str(Family(value).label), count) for value, count in by_family.items() if value]
    return Figures(
        initiatives=by_family.total(),
        organizations=bodies.count(),
        communes=len(communes),
        population=sum(commune.population or 0 for commune in communes),
        themes=_by_top_theme(((pk, theme_id) for pk, _family, theme_id in rows), tree),
        families=sorted(families, key=lambda pair: (-pair[1], pair[0])),
    )


def _by_top_theme(pairs: Iterable[tuple[int, int | None]], tree: ThemeTree) -> list[tuple[Theme, int]]:
    """`pairs` are (initiative, theme that it says)."""
    tops: set[tuple[int, int]] = set()
    for initiative_id, theme_id in pairs:
        top = tree.top_of(theme_id)
        if top is not None:
            tops.add((initiative_id, top.pk))
    counts = Counter(top for _initiative, top in tops)
    themes = [(tree.by_id[pk].theme, count) for pk, count in counts.items()]
    return sorted(themes, key=lambda pair: (-pair[1], pair[0].sort_key, pair[0].pk))


def drawing_of(
    found: QuerySet[Initiative], contours: list[dict[str, Any]], tree: ThemeTree
) -> dict[str, Any]:
    """A GeoJSON of contours, and of the places of the initiatives (PINS_MAX at most)."""
    features: list[dict[str, Any]] = [
        {"type": "Feature", "geometry": contour, "properties": {}} for contour in contours if contour
    ]
    places = InitiativePlace.objects.filter(initiative_id__in=found.values("pk"), cell__isnull=False)
    rows = places.order_by("-initiative__updated_at", "pk").values_list(
        "longitude", "latitude", "initiative__title", "initiative__main_theme_id"
    )
    for longitude, latitude, title, theme_id in rows[:PINS_MAX]:
        top = tree.top_of(theme_id)
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
                "properties": {"title": title, **({"color": top.color} if top else {})},
            }
        )
    return {"type": "FeatureCollection", "features": features}
