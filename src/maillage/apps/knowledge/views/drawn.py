"""The map as a sheet of lines and shapes: the same on the screen, on the wall, in the file and on the poster."""

from __future__ import annotations

import math
import textwrap
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from maillage.apps.knowledge.choices import Relation
from maillage.apps.knowledge.queries.maps import STRUCTURE, KnowledgeMap, Node
from maillage.cores.graph import outline

WIDTH, HEIGHT = 1680, 1000
"""Of the sheet: a screen lying on its side, or what an A3 sheet leaves under its title."""
ASIDE, ABOVE = 100, 44
"""The edges where no point stands, for labels; at the bottom too."""
PLACES = 10_000
"""The width and the height of the places that the layout gives."""
ONE_LINE_MAX, LINE_MAX, LINE_MIN = 28, 24, 9
"""Letters of a label on one line, and of each of its lines when it takes several: at most, and where a line is worth it."""
LINES_MAX = 3
WAYS_MAX = 3
LETTER_WIDTH, BOLD_WIDTH = 0.5, 0.55
"""Of a letter, about, as a part of its height."""
LINE_HEIGHT = 1.12
DRAWN_MAX = 400
SIZES = {STRUCTURE: 20}
SIZE_OF_TERMS = 17
NODES_AT_FULL_SIZE, NODES_AT_FULL_SIZE_ON_A_WALL = 90, 130
"""A wall is read from afar, and its nodes are spread."""
SCALE_MIN, SCALE_MAX = 0.62, 1.5
SWEEPS = 3
"""How often each label looks again for a better place, once all the others have one."""
OTHERS_WEIGHT = 3
"""A label on another is worse than a label on a shape: neither can be read."""


@dataclass(frozen=True)
class Shape:
    """A node: its centre, its size, and where its label stands. `rows`: (height of its base line, words) of each line of it."""

    key: str
    kind: str
    title: str
    href: str
    x: int
    y: int
    r: int
    label_x: int
    rows: tuple[tuple[int, str], ...]
    anchor: str
    size: int
    points: str
    label_side: str


@dataclass(frozen=True)
class Line:
    """A link, with the keys of its two ends."""

    ends: str
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
    """What the template draws; `left_out`: how many nodes were too many to draw."""

    shapes: tuple[Shape, ...]
    lines: tuple[Line, ...]
    areas: tuple[Area, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    left_out: int = 0


class Spot(NamedTuple):
    """A place where a label may stand: the point it hangs from, the top of its box, its lines."""

    side: str
    anchor: str
    x: float
    top: float
    words: tuple[str, ...]


Boxes = NDArray[np.float64]
"""One box a row: left, top, right, bottom."""


def sheet_of(
    drawn: KnowledgeMap,
    places: Mapping[str, tuple[int, int]],
    groups: Sequence[Sequence[str]] = (),
    *,
    fit: bool = False,
) -> Sheet:
    """The sheet of a map: the 400 nodes with the most links when there are more. `groups`: its communities.

    `fit`: the nodes spread over the whole sheet, wherever the layout had put them.
    """
    kept = sorted(drawn.nodes, key=lambda node: (-node.links, node.key))[:DRAWN_MAX]
    on_sheet = _Spreading([places[node.key] for node in kept]) if fit else _standing
    at = {node.key: on_sheet(places[node.key]) for node in kept}
    many = NODES_AT_FULL_SIZE_ON_A_WALL if fit else NODES_AT_FULL_SIZE
    scale = max(SCALE_MIN, min(SCALE_MAX, math.sqrt(many / max(1, len(kept)))))
    lines = [
        Line(f"{link.structure} {link.term}", *at[link.structure], *at[link.term],
             link.relation == Relation.SEEKS)
        for link in drawn.links
        if link.structure in at and link.term in at
    ]  # fmt: skip
    areas = [
        _area(number, [on_sheet(corner) for corner in outline([places[key] for key in group])])
        for number, group in enumerate(groups, start=1)
    ]
    left_out = len(drawn.nodes) - len(kept)
    return Sheet(tuple(_shapes(kept, at, scale, areas)), tuple(lines), tuple(areas), left_out=left_out)


def _standing(place: tuple[int, int]) -> tuple[int, int]:
    """Where a place of the layout is on the sheet."""
    return (
        round(ASIDE + place[0] * (WIDTH - 2 * ASIDE) / PLACES),
        round(ABOVE + place[1] * (HEIGHT - 2 * ABOVE) / PLACES),
    )


class _Spreading:
    """Spreads places over the whole sheet: half as they stand between their edges, half as they follow one another.

    One that stands far away would leave the sheet empty beside it; their order, across and down, is kept.
    """

    def __init__(self, places: Sequence[tuple[int, int]]) -> None:
        self.known = [sorted({place[axis] for place in places}) for axis in (0, 1)]

    def __call__(self, place: tuple[int, int]) -> tuple[int, int]:
        x, y = (self._share(value, self.known[axis]) for axis, value in enumerate(place))
        return _standing((x, y))

    @staticmethod
    def _share(value: int, known: Sequence[int]) -> int:
        if len(known) < 2:
            return PLACES // 2
        along = (value - known[0]) / (known[-1] - known[0])
        after = bisect_left(known, value) / (len(known) - 1)
        return round(PLACES * (along + after) / 2)


def _area(number: int, corners: list[tuple[int, int]]) -> Area:
    held = [(min(max(x, 2), WIDTH - 2), min(max(y, 2), HEIGHT - 2)) for x, y in corners]
    x, y = min(held, key=lambda corner: (corner[1], corner[0]))
    points = " ".join(f"{across},{down}" for across, down in held)
    return Area(community_name(number), points, min(max(x, 60), WIDTH - 60), max(y - 6, 18))


def community_name(number: int) -> str:
    return _("Community %(number)s") % {"number": number}


def _shapes(
    kept: Sequence[Node], at: Mapping[str, tuple[int, int]], scale: float, areas: Sequence[Area]
) -> list[Shape]:
    """The nodes with their labels, each where it covers least; the most linked are drawn last, above the others."""
    labelled = sorted(kept, key=lambda node: (node.kind != STRUCTURE, -node.links, node.key))
    radius = [
        round(scale * min(20, (11 if node.kind == STRUCTURE else 8) + node.links / 2)) for node in labelled
    ]
    sizes = [round(scale * SIZES.get(node.kind, SIZE_OF_TERMS)) for node in labelled]
    ways = [label_lines(node.label) for node in labelled]
    spots = [
        _spots(*at[node.key], radius[number], sizes[number], ways[number], node.kind == STRUCTURE)
        for number, node in enumerate(labelled)
    ]
    taken = [
        (x - r, y - r, x + r, y + r) for (x, y), r in zip((at[n.key] for n in labelled), radius, strict=True)
    ]
    taken += [(area.x - 50, area.y - 14, area.x + 50, area.y + 4) for area in areas]
    chosen = _placed([boxes for _found, boxes in spots], np.array(taken))
    shapes = []
    for number, node in enumerate(labelled):
        (x, y), r, size, spot = at[node.key], radius[number], sizes[number], spots[number][0][chosen[number]]
        rows = tuple(
            (round(spot.top + size * (0.86 + row * LINE_HEIGHT)), said) for row, said in enumerate(spot.words)
        )
        shapes.append(
            Shape(
                node.key, node.kind, node.label, node.href, x, y, r, round(spot.x), rows, spot.anchor, size,
                _points(node.kind, x, y, r), spot.side,
            )
        )  # fmt: skip
    shapes.reverse()
    return shapes


def label_lines(label: str) -> list[tuple[str, ...]]:
    """The ways of writing a label: on one line, and on two or three as even as its words allow; cut only beyond."""
    ways: list[tuple[str, ...]] = [(label,)] if len(label) <= ONE_LINE_MAX else []
    for width in range(max(LINE_MIN, -(-len(label) // 3)), LINE_MAX + 1):
        found = tuple(textwrap.wrap(label, width, break_long_words=False, break_on_hyphens=False))
        if 1 < len(found) <= LINES_MAX and found not in ways and all(len(line) <= LINE_MAX for line in found):
            ways.append(found)
    if ways:
        return sorted(ways, key=len)[:WAYS_MAX]
    lines = textwrap.wrap(label, LINE_MAX)
    last = lines[LINES_MAX - 1] if len(lines) == LINES_MAX else f"{lines[LINES_MAX - 1][: LINE_MAX - 1]}…"
    return [(*lines[: LINES_MAX - 1], last)]


def _spots(
    x: int, y: int, r: int, size: int, ways: Sequence[tuple[str, ...]], is_bold: bool
) -> tuple[list[Spot], Boxes]:
    """Around a shape, the best first: below, above, right, left, then the corners; never beyond the sheet. And their boxes."""
    part = {"start": 0.0, "middle": 0.5, "end": 1.0}
    spots, boxes = [], []
    for words in ways:
        width = max(len(line) for line in words) * size * (BOLD_WIDTH if is_bold else LETTER_WIDTH)
        height, corner = len(words) * size * LINE_HEIGHT, r * 0.75
        middle = y - height / 2
        tries = [
            ("below", "middle", x, y + r + 2),
            ("above", "middle", x, y - r - 2 - height),
            ("right", "start", x + r + 4, middle),
            ("left", "end", x - r - 4, middle),
            ("right", "start", x + corner, y + corner),
            ("right", "start", x + corner, y - corner - height),
            ("left", "end", x - corner, y + corner),
            ("left", "end", x - corner, y - corner - height),
        ]
        for side, anchor, hung, top in tries:
            left = min(max(hung - part[anchor] * width, 4), WIDTH - 4 - width)
            held = min(max(top, 4), HEIGHT - 4 - height)
            spots.append(Spot(side, anchor, left + part[anchor] * width, held, words))
            boxes.append((left, held, left + width, held + height))
    return spots, np.array(boxes)


def _placed(tries: Sequence[Boxes], marks: Boxes) -> list[int]:
    """For each label, which of its tries covers least of the shapes and of the other labels."""
    chosen = [0] * len(tries)
    labels = np.full((len(tries), 4), -1e6)
    for _sweep in range(1 + SWEEPS):
        for number, boxes in enumerate(tries):
            labels[number] = -1e6  # its own place does not count
            costs = _covered(boxes, marks) + OTHERS_WEIGHT * _covered(boxes, labels)
            chosen[number] = min(range(len(boxes)), key=lambda each: (round(float(costs[each])), each))
            labels[number] = boxes[chosen[number]]
    return chosen


def _covered(boxes: Boxes, others: Boxes) -> Boxes:
    """How much of `others` each of the boxes covers, as an area."""
    across = np.minimum(boxes[:, None, 2], others[None, :, 2]) - np.maximum(
        boxes[:, None, 0], others[None, :, 0]
    )
    down = np.minimum(boxes[:, None, 3], others[None, :, 3]) - np.maximum(
        boxes[:, None, 1], others[None, :, 1]
    )
    covered: Boxes = (across.clip(0.0) * down.clip(0.0)).sum(axis=1)
    return covered


def _points(kind: str, x: int, y: int, r: int) -> str:
    """The corners of what is not a circle: a square, a triangle, a diamond."""
    corners: dict[str, Iterable[tuple[int, int]]] = {
        "savoir": ((-r, -r), (r, -r), (r, r), (-r, r)),
        "savoir_faire": ((0, -r - 2), (r + 2, r), (-r - 2, r)),
        "milieu": ((0, -r - 3), (r + 3, 0), (0, r + 3), (-r - 3, 0)),
    }
    return " ".join(f"{x + across},{y + down}" for across, down in corners.get(kind, ()))
