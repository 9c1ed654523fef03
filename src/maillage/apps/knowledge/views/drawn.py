"""The map as a sheet of lines and shapes: the same on the screen, on the wall, in the file and on the poster."""

from __future__ import annotations

import math
import textwrap
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from maillage.apps.knowledge.choices import Relation
from maillage.apps.knowledge.queries.maps import STRUCTURE, KnowledgeMap, Link, Node
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
NAMED_MAX = 400
"""Where there are more nodes, all are drawn, the smaller the more they are, and at most so many have their name on the sheet: the most
linked, but those whose name would cover another."""
COVERED_MAX = 0.1
"""The share of a name that others may cover on such a sheet."""
COLOURS = {STRUCTURE: "#17594f", "savoir": "#2f5f9e", "savoir_faire": "#a8401f", "milieu": "#7a3f8f"}
"""Of the marks on paper and in light: those of the tokens of the pages."""
LINE_WIDTH, LINE_OPACITY, LINE_OPACITY_MIN = 1.5, 0.7, 0.25
LINES_AT_FULL_INK = 900
"""With more of them, on a sheet that is more than full, each line is paler."""
SIZES = {STRUCTURE: 20}
SIZE_OF_TERMS = 17
NODES_AT_FULL_SIZE, NODES_AT_FULL_SIZE_ON_A_WALL = 90, 130
"""A wall is read from afar, and its nodes are spread."""
SCALE_MIN, SCALE_MAX = 0.62, 1.5
SWEEPS = 3
"""How often each label looks again for a better place, once all the others have one."""
OTHERS_WEIGHT = 3
"""A label on another is worse than a label on a shape: neither can be read."""


class Shape(NamedTuple):
    """A node: its centre, how large it is, and where its label stands. What only the poster says of it is written when it is read.

    `rows`: (height of its base line, words) of each line of its label; none when it has no name on the sheet.
    """

    node: Node
    x: float
    y: float
    r: float
    label_x: int = 0
    rows: tuple[tuple[int, str], ...] = ()
    anchor: str = "start"
    size: int = 0

    @property
    def key(self) -> str:
        return self.node.key

    @property
    def kind(self) -> str:
        return self.node.kind

    @property
    def title(self) -> str:
        return self.node.label

    @property
    def href(self) -> str:
        return self.node.href

    @property
    def colour(self) -> str:
        return COLOURS[self.kind]

    @property
    def reach(self) -> float:
        """From the middle of the mark to its edge (circle, square) or its corners (diamond, and triangle of equal sides)."""
        more = _beyond(self.r)
        if self.kind == "savoir_faire":
            return round((self.r + more) * 4 / 3, 2)
        return round(self.r + 3 * more, 2) if self.kind == "milieu" else self.r

    @property
    def points(self) -> str:
        return _points(self.kind, self.x, self.y, self.r)


class Line(NamedTuple):
    """A link, with the keys of its two ends."""

    ends: str
    x1: float
    y1: float
    x2: float
    y2: float
    is_sought: bool


@dataclass(frozen=True)
class Area:
    """A community: its number, the corners of its outline, and where its name stands."""

    label: str
    points: str
    x: float
    y: float


@dataclass(frozen=True)
class Sheet:
    """What the template draws, and what the page is given to draw; `unnamed`: how many nodes have no name on it."""

    shapes: tuple[Shape, ...]
    links: tuple[Link, ...]
    at: Mapping[str, tuple[float, float]]
    areas: tuple[Area, ...] = ()
    width: int = WIDTH
    height: int = HEIGHT
    unnamed: int = 0
    line_width: float = LINE_WIDTH
    line_opacity: float = LINE_OPACITY

    @property
    def lines(self) -> Iterator[Line]:
        for link in self.links:
            ends = (*self.at[link.structure], *self.at[link.term])
            yield Line(f"{link.structure} {link.term}", *ends, link.relation == Relation.SEEKS)


class Spot(NamedTuple):
    """A place where a label may stand: the point it hangs from, the top of its box, its lines."""

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
    """The sheet of a map, all its nodes on it. `groups`: its communities.

    `fit`: the nodes spread over the whole sheet, wherever the layout had put them.
    """
    kept = sorted(drawn.nodes, key=lambda node: (-node.links, node.key))
    unnamed = max(0, len(kept) - NAMED_MAX)
    digits = 1 if unnamed else None
    on_sheet = _Spreading([places[node.key] for node in kept]) if fit else _standing
    at = {node.key: on_sheet(places[node.key], digits) for node in kept}
    many = NODES_AT_FULL_SIZE_ON_A_WALL if fit else NODES_AT_FULL_SIZE
    scale = max(SCALE_MIN, min(SCALE_MAX, math.sqrt(many / max(1, len(kept)))))
    shrunk = math.sqrt(NAMED_MAX / len(kept)) if unnamed else 1.0
    areas = [
        _area(number, [on_sheet(corner, digits) for corner in outline([places[key] for key in group])])
        for number, group in enumerate(groups, start=1)
    ]
    plain = [_mark(node, at[node.key], scale * shrunk, digits) for node in reversed(kept[NAMED_MAX:])]
    named = _named(kept[:NAMED_MAX], at, (scale, scale * shrunk), areas, digits)
    ink = max(LINE_OPACITY_MIN, min(1, LINES_AT_FULL_INK / max(1, len(drawn.links)))) if unnamed else 1
    return Sheet(
        (*plain, *named),
        drawn.links,
        at,
        tuple(areas),
        unnamed=unnamed + sum(not shape.rows for shape in named),
        line_width=round(LINE_WIDTH * shrunk, 2),
        line_opacity=round(LINE_OPACITY * ink, 2),
    )


def _standing(place: tuple[int, int], digits: int | None = None) -> tuple[float, float]:
    """Where a place of the layout is on the sheet; in whole numbers unless digits are asked."""
    return (
        round(ASIDE + place[0] * (WIDTH - 2 * ASIDE) / PLACES, digits),
        round(ABOVE + place[1] * (HEIGHT - 2 * ABOVE) / PLACES, digits),
    )


class _Spreading:
    """Spreads places over the whole sheet: half as they stand between their edges, half as they follow one another.

    One that stands far away would leave the sheet empty beside it; their order, across and down, is kept.
    """

    def __init__(self, places: Sequence[tuple[int, int]]) -> None:
        self.known = [sorted({place[axis] for place in places}) for axis in (0, 1)]

    def __call__(self, place: tuple[int, int], digits: int | None = None) -> tuple[float, float]:
        x, y = (self._share(value, self.known[axis]) for axis, value in enumerate(place))
        return _standing((x, y), digits)

    @staticmethod
    def _share(value: int, known: Sequence[int]) -> int:
        if len(known) < 2:
            return PLACES // 2
        along = (value - known[0]) / (known[-1] - known[0])
        after = bisect_left(known, value) / (len(known) - 1)
        return round(PLACES * (along + after) / 2)


def _area(number: int, corners: list[tuple[float, float]]) -> Area:
    held = [(min(max(x, 2), WIDTH - 2), min(max(y, 2), HEIGHT - 2)) for x, y in corners]
    x, y = min(held, key=lambda corner: (corner[1], corner[0]))
    points = " ".join(f"{across},{down}" for across, down in held)
    return Area(community_name(number), points, min(max(x, 60), WIDTH - 60), max(y - 6, 18))


def community_name(number: int) -> str:
    return _("Community %(number)s") % {"number": number}


def _mark(node: Node, at: tuple[float, float], scale: float, digits: int | None) -> Shape:
    """A node without its name."""
    r = round(scale * min(20, (11 if node.kind == STRUCTURE else 8) + node.links / 2), digits)
    return Shape(node, *at, r)


def _named(
    kept: Sequence[Node],
    at: Mapping[str, tuple[float, float]],
    scales: tuple[float, float],
    areas: Sequence[Area],
    digits: int | None,
) -> list[Shape]:
    """The nodes with their labels, each where it covers least; the most linked are drawn last, above the others.

    `scales`: of the letters and of the marks.
    """
    labelled = sorted(kept, key=lambda node: (node.kind != STRUCTURE, -node.links, node.key))
    marks = [_mark(node, at[node.key], scales[1], digits) for node in labelled]
    sizes = [round(scales[0] * SIZES.get(node.kind, SIZE_OF_TERMS)) for node in labelled]
    spots = [
        _spots(mark, sizes[number], label_lines(mark.title), mark.kind == STRUCTURE)
        for number, mark in enumerate(marks)
    ]
    taken = [(mark.x - mark.r, mark.y - mark.r, mark.x + mark.r, mark.y + mark.r) for mark in marks]
    taken += [(area.x - 50, area.y - 14, area.x + 50, area.y + 4) for area in areas]
    chosen = _placed([boxes for _found, boxes in spots], np.array(taken))
    hidden = _hidden(np.array([spots[at][1][each] for at, each in enumerate(chosen)])) if digits else ()
    shapes = []
    for number, mark in enumerate(marks):
        if number in hidden:
            shapes.append(mark)
            continue
        size, spot = sizes[number], spots[number][0][chosen[number]]
        rows = tuple(
            (round(spot.top + size * (0.86 + row * LINE_HEIGHT)), said) for row, said in enumerate(spot.words)
        )
        shapes.append(mark._replace(label_x=round(spot.x), rows=rows, anchor=spot.anchor, size=size))
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
    mark: Shape, size: int, ways: Sequence[tuple[str, ...]], is_bold: bool
) -> tuple[list[Spot], Boxes]:
    """Around a shape, the best first: below, above, right, left, then the corners; never beyond the sheet. And their boxes."""
    x, y, r = mark.x, mark.y, mark.r
    part = {"start": 0.0, "middle": 0.5, "end": 1.0}
    spots, boxes = [], []
    for words in ways:
        width = max(len(line) for line in words) * size * (BOLD_WIDTH if is_bold else LETTER_WIDTH)
        height, corner = len(words) * size * LINE_HEIGHT, r * 0.75
        middle = y - height / 2
        tries = [
            ("middle", x, y + r + 2),
            ("middle", x, y - r - 2 - height),
            ("start", x + r + 4, middle),
            ("end", x - r - 4, middle),
            ("start", x + corner, y + corner),
            ("start", x + corner, y - corner - height),
            ("end", x - corner, y + corner),
            ("end", x - corner, y - corner - height),
        ]
        for anchor, hung, top in tries:
            left = min(max(hung - part[anchor] * width, 4), WIDTH - 4 - width)
            held = min(max(top, 4), HEIGHT - 4 - height)
            spots.append(Spot(anchor, left + part[anchor] * width, held, words))
            boxes.append((left, held, left + width, held + height))
    return spots, np.array(boxes)


def _placed(tries: Sequence[Boxes], marks: Boxes) -> list[int]:
    """For each label, which of its tries covers least of the shapes and of the other labels."""
    chosen = [0] * len(tries)
    labels = np.full((len(tries), 4), -1e6)
    beneath = [_covered(boxes, marks) for boxes in tries]
    for _sweep in range(1 + SWEEPS):
        for number, boxes in enumerate(tries):
            labels[number] = -1e6  # its own place does not count
            costs = beneath[number] + OTHERS_WEIGHT * _covered(boxes, labels)
            chosen[number] = min(range(len(boxes)), key=lambda each: (round(float(costs[each])), each))
            labels[number] = boxes[chosen[number]]
    return chosen


def _hidden(labels: Boxes) -> set[int]:
    """Which labels would cover one before them by more than a little: those that are left out, so that the others are read."""
    kept, hidden = np.empty((0, 4)), set()
    for number, label in enumerate(labels):
        area = (label[2] - label[0]) * (label[3] - label[1])
        if _covered(label[None], kept)[0] > COVERED_MAX * area:
            hidden.add(number)
        else:
            kept = np.vstack([kept, label])
    return hidden


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


def _beyond(r: float) -> float:
    """How much wider a triangle or a diamond is than a circle of that radius, for one dot: less where marks are small."""
    return min(1.0, r / 6)


def _points(kind: str, x: float, y: float, r: float) -> str:
    """The corners of what is not a circle: a square, a triangle, a diamond."""
    two, three = round(r + 2 * _beyond(r), 1), round(r + 3 * _beyond(r), 1)
    if isinstance(r, int) and r >= 6:
        two, three = r + 2, r + 3
    corners: dict[str, Iterable[tuple[float, float]]] = {
        "savoir": ((-r, -r), (r, -r), (r, r), (-r, r)),
        "savoir_faire": ((0, -two), (two, r), (-two, r)),
        "milieu": ((0, -three), (three, 0), (0, three), (-three, 0)),
    }
    return " ".join(f"{_plain(x + across)},{_plain(y + down)}" for across, down in corners.get(kind, ()))


def _plain(value: float) -> str:
    """A number of the sheet without the noise of floats."""
    return f"{value:.1f}".removesuffix(".0")
