"""A map of six hundred points: what the page is given to draw is what the poster draws."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from maillage.apps.knowledge.queries.maps import STRUCTURE, KnowledgeMap, Link, Node
from maillage.apps.knowledge.queries.whole import DrawnMap
from maillage.apps.knowledge.views.drawn import COLOURS, NAMED_MAX
from maillage.apps.knowledge.views.exports import drawing_bytes
from maillage.apps.knowledge.views.graph import graph_columns
from maillage.apps.knowledge.views.maps import drawn_sheet

POINTS = 600
KINDS = (STRUCTURE, "savoir", "savoir_faire", "milieu")
NUMBER = r"(-?[\d.]+)"
TOKENS = {STRUCTURE: "leaf", "savoir": "graph-savoir", "savoir_faire": "thread", "milieu": "graph-milieu"}


@pytest.fixture(scope="module")
def large() -> DrawnMap:
    chance = random.Random(8)
    kinds = {f"o{n}": STRUCTURE for n in range(200)} | {f"t{n}": KINDS[1 + n % 3] for n in range(400)}
    pairs = sorted({(chance.randrange(200), chance.randrange(400)) for _link in range(1_500)})
    links = tuple(Link(f"o{a}", f"t{b}", "seeks" if (a + b) % 4 == 0 else "holds") for a, b in pairs)
    counts = {key: sum(key in link[:2] for link in links) for key in kinds}
    nodes = tuple(Node(key, f"Nom de {key}", kind, "", counts[key]) for key, kind in kinds.items())
    places = {key: (chance.randrange(10_001), chance.randrange(10_001)) for key in kinds}
    return DrawnMap("v", KnowledgeMap(nodes, links), places, (("o1", "o2", "t3", "t4"),))


def corners(points: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (corner.split(",") for corner in points.split())]


def test_marks_and_names_are_those_of_the_poster(large: DrawnMap) -> None:
    given, svg = graph_columns(large), drawing_bytes(drawn_sheet(large)).decode()
    marks = dict(re.findall(r'data-mark="(\w+)">(<[^>]+>)', svg))
    assert list(marks) == given["keys"]
    assert len(marks) == POINTS
    for at, mark in enumerate(marks.values()):
        kind = given["kinds"][given["kind"][at]]
        assert f'fill="{COLOURS[kind]}"' in mark
        x, y, reach = given["x"][at], given["y"][at], given["reach"][at]
        if kind == STRUCTURE:
            assert f'cx="{x}" cy="{y}" r="{reach}"' in mark
        else:
            drawn = corners(re.search('points="([^"]+)"', mark)[1])  # type: ignore[index]
            across, low = max(left for left, _top in drawn), max(top for _left, top in drawn)
            half = reach * 3**0.5 / 2 if kind == "savoir_faire" else reach
            assert across == pytest.approx(x + half, abs=0.4)
            assert low == pytest.approx(y + (reach if kind != "savoir_faire" else reach * 0.6), abs=0.6)
    names = re.findall(
        r'data-key="(\w+)"><title>[^<]+</title><circle[^>]+><text text-anchor="(\w+)" font-size="(\d+)"[^>]*>(.+?)</text>',
        svg,
    )
    assert 50 < len(names) < NAMED_MAX
    assert f"{POINTS - len(names)} points peu liés" in svg
    assert [
        (key, anchor, int(size), [(int(x), int(y), said) for x, y, said in re.findall(r'x="(-?\d+)" y="(-?\d+)">([^<]+)', rows)])
        for key, anchor, size, rows in names
    ] == [
        (given["keys"][at], anchor, size, [(left, low, said) for low, said in rows])
        for at, anchor, left, size, rows in given["names"]
    ]  # fmt: skip


def test_links_and_communities_are_those_of_the_poster(large: DrawnMap) -> None:
    given, svg = graph_columns(large), drawing_bytes(drawn_sheet(large)).decode()
    width, opacity = given["line"]
    assert f'stroke-width="{width}" stroke-opacity="{opacity}" data-part="lines"' in svg
    lines = re.findall(rf'<line data-ends="[^"]+" x1="{NUMBER}" y1="{NUMBER}" x2="{NUMBER}" y2="{NUMBER}"([^/]*)/>', svg)  # fmt: skip
    flat = given["links"]
    assert [(*map(float, ends), bool(dash)) for *ends, dash in lines] == [
        (given["x"][one], given["y"][one], given["x"][other], given["y"][other], given["relations"][relation] == "seeks")
        for one, other, relation in zip(flat[::3], flat[1::3], flat[2::3], strict=True)
    ]  # fmt: skip
    [[name, outline, x, y]] = given["areas"]
    area = svg[svg.index('data-part="area"') :]
    assert corners(re.search('points="([^"]+)"', area)[1]) == [tuple(corner) for corner in outline]  # type: ignore[index]
    assert f'<text x="{x}" y="{y}"' in area
    assert f">{name}</text>" in area


def test_the_colours_of_paper_are_those_of_light() -> None:
    tokens = Path("assets/src/styles/tokens.css").read_text()
    for kind, colour in COLOURS.items():
        assert f"--{TOKENS[kind]}: light-dark({colour}," in tokens


def test_no_name_covers_another_on_a_large_sheet(large: DrawnMap) -> None:
    named = [shape for shape in drawn_sheet(large).shapes if shape.rows]
    boxes = []
    for shape in named:
        width = max(len(said) for _low, said in shape.rows) * shape.size * 0.45
        left = shape.label_x - {"start": 0, "middle": 0.5, "end": 1}[shape.anchor] * width
        boxes.append((left, shape.rows[0][0] - shape.size * 0.5, left + width, shape.rows[-1][0]))
    touching = sum(
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
        for at, one in enumerate(boxes)
        for other in boxes[:at]
    )
    assert touching <= len(named) // 20
