"""The country under the maps of a site that has loaded no commune: `src/maillage/apps/directory/ground/france.json`.

    python tools/country.py ADMIN1.json CITIES.tsv

ADMIN1 is the GeoJSON of Natural Earth's first-order divisions (1:10m, public domain), kept to France; CITIES the table of
GeoNames' places of more than a thousand people (CC BY 4.0): name, country, commune's code, feature code, population, latitude,
longitude. Both are named on every map that shows them. Made once; made again when a département changes.
"""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from maillage.cores.geo.contours import area_of_ring, contains, rings_of

TARGET = Path(__file__).parents[1] / "src/maillage/apps/directory/ground/france.json"
CAPITAL = "75"
"""The one town whose commune GeoNames does not say."""
OVERSEAS = {"GP": "971", "MQ": "972", "GF": "973", "RE": "974", "YT": "976"}
QUARTERS = ("PPLX", "PPLL", "PPLA5")
"""Parts of a town, not towns."""
DIGITS = 3
"""A thousandth of a degree: a hundred metres, ten times finer than the source."""


class Town(NamedTuple):
    name: str
    department: str
    population: int
    latitude: float
    longitude: float


def main(admin: str, cities: str) -> None:
    towns = read_towns(Path(cities))
    contours = [feature["geometry"] for feature in json.loads(Path(admin).read_text("utf-8"))["features"]]
    departments = {department_of(contour, towns): rounded(contour) for contour in contours}
    lines = [json.dumps([code, departments[code]], separators=(",", ":")) for code in sorted(departments)]
    shown = [
        json.dumps(
            [town.name, town.department, town.population, town.latitude, town.longitude],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for town in sorted(towns, key=lambda town: (-town.population, town.name, town.department))
    ]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(
        '{"departments":[\n' + ",\n".join(lines) + '\n],\n"towns":[\n' + ",\n".join(shown) + "\n]}\n", "utf-8"
    )
    sys.stdout.write(
        f"{len(departments)} départements, {len(towns)} towns, {TARGET.stat().st_size // 1024} kB\n"
    )


def read_towns(path: Path) -> list[Town]:
    """The towns, each once: GeoNames has some of them as a place and as the seat of something."""
    towns: dict[tuple[str, str], Town] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for name, country, commune, feature, population, latitude, longitude in csv.reader(
            file, delimiter="\t", quoting=csv.QUOTE_NONE
        ):
            department = OVERSEAS.get(country) or commune[:2] or CAPITAL
            if feature in QUARTERS:
                continue
            town = Town(
                name,
                department,
                int(population),
                round(float(latitude), DIGITS),
                round(float(longitude), DIGITS),
            )
            known = towns.get((name, department))
            if known is None or known.population < town.population:
                towns[name, department] = town
    return list(towns.values())


def department_of(contour: dict[str, Any], towns: list[Town]) -> str:
    """The code of the département: that of most of the people inside."""
    latitudes = np.array([town.latitude for town in towns])
    longitudes = np.array([town.longitude for town in towns])
    inside = contains(contour, latitudes, longitudes)
    people: Counter[str] = Counter()
    for town, held in zip(towns, inside, strict=True):
        people[town.department] += town.population if held else 0
    return people.most_common(1)[0][0]


def rounded(contour: dict[str, Any]) -> list[list[list[float]]]:
    """Every ring, one after the other: what lies in the hole of a département is land too."""
    rings = []
    for ring in rings_of(contour):
        places = [tuple(place) for place in ring.round(DIGITS).tolist()]
        kept = [place for index, place in enumerate(places) if not index or place != places[index - 1]]
        if len(kept) > 3 and area_of_ring(np.array(kept)) > 0:
            rings.append([list(place) for place in kept])
    return rings


if __name__ == "__main__":
    main(*sys.argv[1:3])
