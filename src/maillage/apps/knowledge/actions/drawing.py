"""The map's drawing, made anew after each change: what stood keeps its place, or nearly."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from maillage.apps.knowledge.models import Drawing, Statement, Workshop
from maillage.apps.knowledge.queries.maps import SEED, WHOLE_MAP, KnowledgeMap, map_of
from maillage.apps.knowledge.queries.workshops import map_of_workshop, workshop_drawing
from maillage.cores.graph import communities, layout


def redraw(*, now: datetime) -> Drawing:
    """Draw the whole map, unless nothing changed since."""
    return _draw(WHOLE_MAP, map_of(Statement.objects.shown()), now)


def redraw_workshop(*, workshop: Workshop, now: datetime) -> Drawing:
    """Draw what was said at a workshop so far: the wall shows it."""
    return _draw(workshop_drawing(workshop), map_of_workshop(workshop), now)


@transaction.atomic
def _draw(name: str, drawn: KnowledgeMap, now: datetime) -> Drawing:
    made, is_new = Drawing.objects.select_for_update().get_or_create(name=name, defaults={"drawn_at": now})
    stamp = drawn.stamp
    if made.stamp == stamp and not is_new:
        return made
    keys, links = [node.key for node in drawn.nodes], drawn.pairs()
    before = {key: (int(x), int(y)) for key, (x, y) in made.positions.items() if key in set(keys)}
    made.positions = {
        key: list(point) for key, point in layout(keys, links, seed=SEED, previous=before or None).items()
    }
    made.groups = [list(group) for group in communities(keys, links, seed=SEED).groups]
    made.stamp, made.drawn_at = stamp, now
    made.save()
    return made
