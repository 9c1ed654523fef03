"""The sheet: where labels stand, and how a wall is filled."""

from __future__ import annotations

import random

import pytest

from maillage.apps.knowledge.queries.maps import STRUCTURE, KnowledgeMap, Link, Node
from maillage.apps.knowledge.views.drawn import HEIGHT, LINE_MAX, WIDTH, Shape, label_lines, sheet_of

NAMES = (
    "Tri",
    "Composter",
    "Médiathèque de Saint-Aubrac",
    "Coopérative d’activités Les Fils tendus",
    "Fédération des initiatives solidaires de Brume-et-Vallons",
    "Organiser une projection",
)


def a_map(structures: int, terms: int) -> tuple[KnowledgeMap, dict[str, tuple[int, int]]]:
    chance = random.Random(5)
    kinds = {f"o{n}": STRUCTURE for n in range(structures)} | {f"t{n}": "savoir" for n in range(terms)}
    links = tuple(Link(f"o{n % structures}", f"t{n}", "holds") for n in range(terms))
    nodes = tuple(
        Node(key, NAMES[at % len(NAMES)], kind, "", 2) for at, (key, kind) in enumerate(kinds.items())
    )
    return KnowledgeMap(nodes, links), {
        key: (chance.randrange(10_001), chance.randrange(10_001)) for key in kinds
    }


def box(shape: Shape) -> tuple[float, float, float, float]:
    """The box of its label, a little narrower than reckoned."""
    width = (
        max(len(said) for _y, said in shape.rows) * shape.size * (0.5 if shape.kind == STRUCTURE else 0.45)
    )
    left = shape.label_x - {"start": 0, "middle": 0.5, "end": 1}[shape.anchor] * width
    return left, shape.rows[0][0] - shape.size * 0.7, left + width, shape.rows[-1][0]


def test_a_label_takes_one_to_three_lines_and_is_cut_only_beyond() -> None:
    for name in NAMES:
        for way in label_lines(name):
            assert " ".join(way) == name
            assert len(way) <= 3
            assert len(way) == 1 or all(len(line) <= LINE_MAX for line in way)
    assert label_lines("Composter") == [("Composter",)]
    for long in ("x" * 80, "un deux trois " * 12):
        [way] = label_lines(long.strip())
        assert len(way) == 3
        assert all(len(line) <= LINE_MAX for line in way)
        assert way[-1].endswith("…")


@pytest.mark.parametrize("fit", [False, True])
@pytest.mark.parametrize(("structures", "terms"), [(1, 0), (3, 5), (20, 60), (60, 340)])
def test_no_label_leaves_the_sheet_and_few_cover_another(fit: bool, structures: int, terms: int) -> None:
    drawn, places = a_map(structures, terms)
    sheet = sheet_of(drawn, places, fit=fit)
    boxes = [box(shape) for shape in sheet.shapes]
    assert len(boxes) == structures + terms
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= WIDTH
        assert bottom <= HEIGHT
    touching = sum(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for at, one in enumerate(boxes)
        for other in boxes[:at]
    )
    assert touching <= {1: 0, 8: 0, 80: 8, 400: 400}[structures + terms]
    assert sheet == sheet_of(drawn, places, fit=fit)


def test_a_wall_is_filled_whatever_stands_far_away() -> None:
    drawn, _places = a_map(4, 12)
    places = {node.key: (5000 + 10 * at, 5000 - 7 * at) for at, node in enumerate(drawn.nodes)}
    places["t11"] = (10_000, 0)
    shapes = {shape.key: shape for shape in sheet_of(drawn, places, fit=True).shapes}
    across = sorted(shape.x for shape in shapes.values())
    assert across[0] < WIDTH * 0.1
    assert across[-1] > WIDTH * 0.9
    assert across[-2] > WIDTH * 0.4  # not all in a corner because of the one that stands alone
    order = sorted(places, key=lambda key: places[key])
    assert order == sorted(shapes, key=lambda key: shapes[key].x)
    assert all(abs(shape.x - WIDTH / 2) < 2 for shape in sheet_of(*a_map(1, 0), fit=True).shapes)


def test_larger_letters_where_there_are_few_nodes() -> None:
    sizes = [
        max(shape.size for shape in sheet_of(*a_map(*many)).shapes) for many in ((2, 4), (20, 70), (60, 300))
    ]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 1.5 * sizes[2]
