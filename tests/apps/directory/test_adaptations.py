"""The family of a recipe: who took it up from whom."""

from __future__ import annotations

import pytest

from maillage.apps.directory.models import Initiative
from maillage.apps.directory.queries.adaptations import DEPTH_MAX, adaptation_tree, first_recipe
from tests.factories import make_initiative

pytestmark = pytest.mark.django_db


def taken_up(
    title: str, above: Initiative | None = None, *, published: bool = True, **said: object
) -> Initiative:
    made = make_initiative(title, published=published, **said)
    Initiative.objects.filter(pk=made.pk).update(adapted_from=above)
    made.refresh_from_db()
    return made


def drawn(initiative: Initiative) -> list[tuple[int, str, bool]]:
    return [(each.depth, each.initiative.title, each.is_shown) for each in adaptation_tree(initiative)]


def test_three_generations_are_told_from_any_of_them() -> None:
    oven = taken_up("Four")
    loaf, cake = taken_up("Pain", oven), taken_up("Gâteau", oven)
    roll = taken_up("Brioche", loaf)
    family = [(0, "Four"), (1, "Pain"), (2, "Brioche"), (1, "Gâteau")]
    for shown in (oven, loaf, cake, roll):
        assert drawn(shown) == [(depth, title, title == shown.title) for depth, title in family]


def test_a_draft_in_the_middle_parts_the_family() -> None:
    oven = taken_up("Four")
    hidden = taken_up("Pain", oven, published=False)
    roll = taken_up("Brioche", hidden)
    assert drawn(oven) == [(0, "Four", True)]
    assert drawn(roll) == [(0, "Brioche", True)]


def test_a_recipe_from_elsewhere_begins_its_own_family() -> None:
    oven = taken_up("Four", adapted_from_url="https://exemple.org/four")
    loaf = taken_up("Pain", oven)
    assert first_recipe(loaf) == oven
    assert drawn(loaf) == [(0, "Four", False), (1, "Pain", True)]


def test_a_circle_ends() -> None:
    egg = taken_up("Œuf")
    hen = taken_up("Poule", egg)
    Initiative.objects.filter(pk=egg.pk).update(adapted_from=hen)
    egg.refresh_from_db()
    assert sorted(title for _depth, title, _shown in drawn(egg)) == ["Poule", "Œuf"]


def test_a_long_line_is_climbed_by_fours_and_not_for_ever() -> None:
    line = [taken_up("0")]
    for number in range(1, DEPTH_MAX + 4):
        line.append(taken_up(str(number), line[-1]))
    assert first_recipe(Initiative.objects.get(pk=line[9].pk)) == line[0]
    assert int(first_recipe(Initiative.objects.get(pk=line[-1].pk)).title) > 0
    assert len(adaptation_tree(line[0])) <= DEPTH_MAX + 1
