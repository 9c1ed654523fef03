"""The map as figures, for the view that zooms in the page, and the card of one of its points."""

from __future__ import annotations

import json
import threading
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.apps.knowledge.choices import Kind, Relation
from maillage.apps.knowledge.queries.maps import STRUCTURE, Node
from maillage.apps.knowledge.queries.whole import DrawnMap, whole_map
from maillage.apps.knowledge.views.maps import asked_map, drawn_sheet

KINDS = (STRUCTURE, *Kind.values)
RELATIONS = tuple(Relation.values)
NAMED_MAX = 12
"""Neighbours that a card names; its page names them all."""

_lock = threading.Lock()
_kept: dict[str, bytes] = {}


@require_safe
def graph_data(request: HttpRequest) -> HttpResponse:
    """Points, links and communities of the map that the address asks for, in columns.

    The whole map is kept as it is sent, until it changes: browsers ask whether it did, and it is not sent twice.
    """
    _wanted, _form, asked = asked_map(request.GET)
    etag = f'"{asked.version}"'
    response: HttpResponse
    if request.headers.get("If-None-Match", "").removeprefix("W/") == etag:
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(_sent(asked), content_type="application/json")
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    return response


def _sent(asked: DrawnMap) -> bytes:
    kept = _kept.get(asked.version)
    if kept is None:
        kept = json.dumps(graph_columns(asked), ensure_ascii=False, separators=(",", ":")).encode()
        with _lock:
            _kept.clear()
            _kept[asked.version] = kept
    return kept


def graph_columns(asked: DrawnMap) -> dict[str, Any]:
    """The sheet of the map, that of the poster: one list for each thing said of points.

    `links`: point, point, place of the relation in `relations`, and so on. `names`: for each name of the sheet, its point, then what
    the poster writes: anchor, place across, height of the letters, [height, words] of each line. Areas: name, corners, place of the name.
    """
    sheet = drawn_sheet(asked)
    shapes = sheet.shapes
    place = {shape.key: at for at, shape in enumerate(shapes)}
    links: list[int] = []
    for link in asked.drawn.links:
        links += (place[link.structure], place[link.term], RELATIONS.index(link.relation))
    return {
        "width": sheet.width,
        "height": sheet.height,
        "line": [sheet.line_width, sheet.line_opacity],
        "kinds": KINDS,
        "relations": RELATIONS,
        "keys": [shape.key for shape in shapes],
        "labels": [shape.title for shape in shapes],
        "kind": [KINDS.index(shape.kind) for shape in shapes],
        "x": [shape.x for shape in shapes],
        "y": [shape.y for shape in shapes],
        "reach": [shape.reach for shape in shapes],
        "names": [
            [at, shape.anchor, shape.label_x, shape.size, shape.rows]
            for at, shape in enumerate(shapes)
            if shape.rows
        ],
        "links": links,
        "areas": [
            [area.label, [[float(part) for part in corner.split(",")] for corner in area.points.split()],
             area.x, area.y]
            for area in sheet.areas
        ],
    }  # fmt: skip


@require_safe
def graph_card(request: HttpRequest) -> HttpResponse:
    """What the map shows of a point when it is chosen: its neighbours, by relation, and its page."""
    drawn = whole_map().drawn
    nodes = {node.key: node for node in drawn.nodes}
    key = request.GET.get("point", "")
    if key not in nodes:
        raise Http404
    near: dict[str, list[Node]] = {relation: [] for relation in RELATIONS}
    for link in drawn.links:
        if key in (link.structure, link.term):
            near[link.relation].append(nodes[link.term if link.structure == key else link.structure])
    sides = [
        (relation, sorted(found, key=lambda node: (node.label, node.key))) for relation, found in near.items()
    ]
    context = {
        "point": nodes[key],
        "kind": "" if nodes[key].kind == STRUCTURE else Kind(nodes[key].kind).label,
        "sides": [
            (relation, found[:NAMED_MAX], len(found) - NAMED_MAX) for relation, found in sides if found
        ],
    }
    return render(request, "knowledge/parts/card.html", context)
