"""Who took up whose recipe."""

from __future__ import annotations

from dataclasses import dataclass

from maillage.apps.directory.choices import Status
from maillage.apps.directory.models import Initiative

DEPTH_MAX = 12
GENERATIONS_READ = 4
CLIMBED = "adapted_from__adapted_from__adapted_from"
"""As many generations as are read at once, going up."""
NODES_MAX = 500


@dataclass(frozen=True)
class Branch:
    """A fiche at its depth in the tree of adaptations; `is_shown` marks the one that was asked for."""

    initiative: Initiative
    depth: int
    is_shown: bool

    @property
    def steps(self) -> range:
        """One step for each generation since the first recipe."""
        return range(self.depth)


def first_recipe(initiative: Initiative) -> Initiative:
    """The published fiche that all the others come from, going up from `initiative`; cycles end the walk.

    One query for as many generations as CLIMBED names.
    """
    seen = {initiative.pk}
    read = 0
    while initiative.adapted_from_id is not None and len(seen) <= DEPTH_MAX:
        if read % GENERATIONS_READ == 0:
            above = Initiative.objects.select_related(CLIMBED).filter(pk=initiative.adapted_from_id).first()
        else:
            above = initiative.adapted_from
        read += 1
        if above is None or above.status != Status.PUBLISHED or above.pk in seen:
            break
        seen.add(above.pk)
        initiative = above
    return initiative


def adaptation_tree(initiative: Initiative) -> list[Branch]:
    """The whole family of a recipe, parents before their adaptations: one query a generation.

    One for all would ask PostgreSQL to look for each generation inside the next, which takes minutes where it has no statistics.
    """
    root = first_recipe(initiative)
    children: dict[int, list[Initiative]] = {}
    generation, seen = [root.pk], {root.pk}
    for _depth in range(DEPTH_MAX):
        found = Initiative.objects.filter(adapted_from_id__in=generation, status=Status.PUBLISHED)
        fresh = [each for each in found.order_by("published_at", "pk")[:NODES_MAX] if each.pk not in seen]
        for each in fresh:
            assert each.adapted_from_id is not None
            children.setdefault(each.adapted_from_id, []).append(each)
        generation = [each.pk for each in fresh]
        seen.update(generation)
        if not generation or len(seen) > NODES_MAX:
            break
    branches: list[Branch] = []

    def walk(node: Initiative, depth: int) -> None:
        branches.append(Branch(node, depth, node.pk == initiative.pk))
        for child in children.get(node.pk, ()):
            walk(child, depth + 1)

    walk(root, 0)
    return branches
