"""The country that the house carries: départements and towns, for maps that stand on no commune of their own.

The sketch is `ground/france.json`, made by `tools/country.py` from Natural Earth (contours, true to a kilometre or so) and GeoNames
(towns of more than a thousand people).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Set
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maillage.cores.geo.boxes import Box

COUNTRY: Box = (-5.3, 41.2, 9.8, 51.2)
"""Metropolitan France, which maps open on when nothing else is known."""
SKETCH = Path(__file__).parents[1] / "ground" / "france.json"


class Town(NamedTuple):
    name: str
    department_code: str
    population: int
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Sketch:
    """Départements by code, each a GeoJSON MultiPolygon, with their n boxes as rows; towns, the most peopled first, with their m places."""

    contours: dict[str, dict[str, Any]]
    boxes: NDArray[np.float64]
    towns: list[Town]
    places: NDArray[np.float64]

    def departments_in(self, box: Box) -> list[str]:
        """The codes of those whose own box meets this one."""
        west, south, east, north = box
        low, high = self.boxes[:, :2], self.boxes[:, 2:]
        meets = ((low <= (east, north)) & (high >= (west, south))).all(axis=1)
        codes = list(self.contours)
        return [codes[index] for index in np.flatnonzero(meets)]

    def towns_in(self, box: Box, *, count_max: int, known: Set[str] = frozenset()) -> list[Town]:
        """The most peopled towns of the box, those of the départements `known` otherwise left out."""
        west, south, east, north = box
        inside = ((self.places >= (west, south)) & (self.places <= (east, north))).all(axis=1)
        towns = (self.towns[index] for index in np.flatnonzero(inside))
        return list(islice((town for town in towns if town.department_code not in known), count_max))


@cache
def country_sketch() -> Sketch:
    """Read once by a process, at the first map that needs it."""
    held = json.loads(SKETCH.read_text(encoding="utf-8"))
    towns = [Town(*row) for row in held["towns"]]
    return Sketch(
        contours={
            code: {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}
            for code, rings in held["departments"]
        },
        boxes=np.array(list(_boxes(rings for _code, rings in held["departments"]))),
        towns=towns,
        places=np.array([(town.longitude, town.latitude) for town in towns]),
    )


def _boxes(shapes: Iterator[list[list[list[float]]]]) -> Iterator[list[float]]:
    for rings in shapes:
        places = np.array([place for ring in rings for place in ring])
        yield [*places.min(axis=0), *places.max(axis=0)]
