"""The map as a sheet of lines and shapes: the same on the screen, on the wall, in the file and on the poster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from maillage.apps.knowledge.choices import Relation
from maillage.apps.knowledge.queries.maps import STRUCTURE, KnowledgeMap
from maillage.cores.graph import outline

SIDE = 1000
PADDING = 70
"""Room at the left and right for labels."""
LABEL_LENGTH_MAX = 34
LETTER_WIDTH = 0.56
"""Of a letter, about, as a part of its height."""
DRAWN_MAX = 400
SIZES = {STRUCTURE: 14}
SIZE_OF_TERMS = 12


@dataclass(frozen=True)
class Shape:
    """A node: its centre, its size, and where its label stands."""

    key: str
    kind: str
    label: str
    title: str
    href: str
    x: int
    y: int
    r: int
    label_x: int
    label_y: int
    anchor: str
    size: int
    points: str

    @property
    def label_side(self) -> str:
        """On which side of the shape its label stands."""
        if self.anchor == "middle":
            return "below" if self.label_y > self.y else "above"
        return "right" if self.anchor == "start" else "left"


@dataclass(frozen=True)
class Line:
    x1: int
    y1: int
    x2: int
    y2: int
    is_sought: bool


@dataclass(frozen=True)
class Area:
    """A community: its number, the corners of its outline, and where its name stands."""

    label: str
    points: str
    x: int
    y: int


@dataclass(frozen=True)
class Sheet:
    """What the template draws; `side` is its width and height, `left_out` how many nodes were too many to draw."""

    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    areas: tuple[Area, ...] = ()
    side: int = SIDE
    padding: int = PADDING
    left_out: int = 0

    @property
    def width(self) -> int:
        return self.side + 2 * self.padding


Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""
Boxes = NDArray[np.float64]
"""One box a row."""


def sheet_of(
    drawn: KnowledgeMap, places: Mapping[str, tuple[int, int]], groups: Sequence[Sequence[str]] = ()
) -> Sheet:
    """The sheet of a map: the 400 nodes with the most links when there are more. `groups`: its communities."""
    kept = sorted(drawn.nodes, key=lambda node: (-node.links, node.key))[:DRAWN_MAX]
    at = {node.key: (round(places[node.key][0] / 10), round(places[node.key][1] / 10)) for node in kept}
    radius = {node.key: min(18, (9 if node.kind == STRUCTURE else 6) + node.links // 2) for node in kept}
    taken = np.empty((2 * len(kept), 4))
    taken[: len(kept)] = [
        (at[key][0] - r, at[key][1] - r, at[key][0] + r, at[key][1] + r) for key, r in radius.items()
    ] or np.empty((0, 4))
    shapes = []
    labelled = sorted(kept, key=lambda node: (node.kind != STRUCTURE, -node.links, node.key))
    for place, node in enumerate(labelled, start=len(kept)):
        (x, y), r, label = at[node.key], radius[node.key], _cut(node.label)
        size = SIZES.get(node.kind, SIZE_OF_TERMS)
        width = len(label) * size * LETTER_WIDTH
        label_x, label_y, anchor, taken[place] = _label_place(x, y, r, width, size, taken[:place])
        shapes.append(
            Shape(
                node.key, node.kind, label, node.label, node.href, x, y, r, label_x, label_y, anchor, size,
                _points(node.kind, x, y, r),
            )
        )  # fmt: skip
    shapes.reverse()
    lines = [
        Line(*at[link.structure], *at[link.term], link.relation == Relation.SEEKS)
        for link in drawn.links
        if link.structure in at and link.term in at
    ]
    areas = [_area(number, [places[key] for key in group]) for number, group in enumerate(groups, start=1)]
    return Sheet(tuple(shapes), tuple(lines), tuple(areas), left_out=len(drawn.nodes) - len(kept))


def _area(number: int, points: list[tuple[int, int]]) -> Area:
    corners = [(round(x / 10), round(y / 10)) for x, y in outline(points)]
    x, y = min(corners, key=lambda corner: (corner[1], corner[0]))
    return Area(community_name(number), " ".join(f"{x},{y}" for x, y in corners), x, max(y, 14))


def community_name(number: int) -> str:
    return _("Community %(number)s") % {"number": number}


def _label_place(x: int, y: int, r: int, width: float, size: int, taken: Boxes) -> tuple[int, int, str, Box]:
    """Below, above, right or left of the shape: where the label covers least of what stands already; and its box."""
    tries = [
        (x, y + r + size, "middle", x - width / 2),
        (x, y - r - 4, "middle", x - width / 2),
        (x + r + 4, y + size // 3, "start", x + r + 4),
        (x - r - 4, y + size // 3, "end", x - r - 4 - width),
    ]
    boxes = [(left, base - size, left + width, base + size * 0.25) for _x, base, _anchor, left in tries]
    costs = [_covered(box, taken) for box in boxes]
    best = min(range(len(tries)), key=lambda number: (round(costs[number]), number))
    label_x, label_y, anchor, _left = tries[best]
    return label_x, label_y, anchor, boxes[best]


def _covered(box: Box, taken: Boxes) -> float:
    """The area of a box that others cover, or that leaves the sheet."""
    left, top, right, bottom = box
    beyond = (
        max(0.0, -PADDING - left)
        + max(0.0, right - SIDE - PADDING)
        + max(0.0, -top)
        + max(0.0, bottom - SIDE)
    )
    across = np.minimum(right, taken[:, 2]) - np.maximum(left, taken[:, 0])
    down = np.minimum(bottom, taken[:, 3]) - np.maximum(top, taken[:, 1])
    return beyond * 100 + float((across.clip(0.0) * down.clip(0.0)).sum())


def _cut(label: str) -> str:
    return label if len(label) <= LABEL_LENGTH_MAX else f"{label[: LABEL_LENGTH_MAX - 1].rstrip()}…"


def _points(kind: str, x: int, y: int, r: int) -> str:
    """The corners of what is not a circle: a square, a triangle, a diamond."""
    corners = {
        "savoir": ((-r, -r), (r, -r), (r, r), (-r, r)),
        "savoir_faire": ((0, -r - 2), (r + 2, r), (-r - 2, r)),
        "milieu": ((0, -r - 3), (r + 3, 0), (0, r + 3), (-r - 3, 0)),
    }
    return " ".join(f"{x + across},{y + down}" for across, down in corners.get(kind, ()))
