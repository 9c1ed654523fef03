"""Who took up whose recipe."""

from __future__ import annotations

from collections.abc import Sequence
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
    """The whole family of a recipe, parents before their adaptations: one query for GENERATIONS_READ generations."""
    root = first_recipe(initiative)
    children: dict[int, list[Initiative]] = {}
    generation, seen = [root.pk], {root.pk}
    for _turn in range(0, DEPTH_MAX, GENERATIONS_READ):
        found = _below(generation)
        for _depth in range(GENERATIONS_READ):
            fresh = [each for above in generation for each in found.get(above, ()) if each.pk not in seen]
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


def _below(ids: Sequence[int]) -> dict[int, list[Initiative]]:
    """The published adaptations of these fiches, those of their adaptations, and so on, by what they were adapted from."""
    published = Initiative.objects.filter(status=Status.PUBLISHED)
    generations = [published.filter(adapted_from_id__in=ids)]
    for _more in range(1, GENERATIONS_READ):
        generations.append(published.filter(adapted_from_id__in=generations[-1].values("pk")))
    found = generations[0].union(*generations[1:]).order_by("published_at", "pk")
    below: dict[int, list[Initiative]] = {}
    for each in found[:NODES_MAX]:
        assert each.adapted_from_id is not None
        below.setdefault(each.adapted_from_id, []).append(each)
    return below
