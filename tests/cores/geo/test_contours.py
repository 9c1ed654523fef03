from __future__ import annotations

import numpy as np
import pytest

from maillage.cores.geo.contours import BadContourError, bounds_of, contains, read_contour, simplify

SQUARE = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
HOLE = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0], [1.0, 1.0]]
LIMOUSIN_SWAPPED = [[45.0, 1.0], [45.0, 2.0], [46.0, 2.0], [46.0, 1.0], [45.0, 1.0]]


def polygon(*rings: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_places_inside_and_in_holes() -> None:
    contour = read_contour(polygon(SQUARE, HOLE))
    inside = contains(contour, np.array([3.0, 1.5, 5.0]), np.array([3.0, 1.5, 1.0]))
    assert inside.tolist() == [True, False, False]
    bounds = bounds_of(contour)
    assert (bounds.west, bounds.south, bounds.east, bounds.north) == (0, 0, 4, 4)


def test_polygons_are_found_in_collections() -> None:
    data = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": [0, 0]}},
            {"type": "Feature", "geometry": polygon([[*p, 12.5] for p in SQUARE])},
            {"type": "Feature", "geometry": None},
        ],
    }
    assert read_contour(data) == polygon(SQUARE)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "not_geojson"),
        ({"type": "Topology"}, "not_geojson"),
        ({"type": "Point", "coordinates": [0, 0]}, "no_polygon"),
        ({"type": "Polygon", "coordinates": []}, "not_geojson"),
        (polygon("ring"), "not_geojson"),
        (polygon([[0, 0], [1, 1], [0, 0]]), "short_ring"),
        (polygon([[0, 0], [1, 0], [1, 1], [0, 1]]), "open_ring"),
        (polygon([[0, 0], [1, 1], [2, 2], [0, 0]]), "flat_ring"),
        (polygon([[0, 0], [1, "a"], [1, 1], [0, 0]]), "bad_position"),
        (polygon([[0, 0], [1, float("nan")], [1, 1], [0, 0]]), "bad_position"),
        (polygon([[0, 0], [True, 1], [1, 1], [0, 0]]), "bad_position"),
        (polygon([[0, 0], [181, 1], [1, 1], [0, 0]]), "out_of_range"),
        (polygon([[1, 95], [1, 96], [2, 96], [1, 95]]), "swapped"),
        (polygon(LIMOUSIN_SWAPPED), "swapped"),
        (polygon([[560000, 6500000], [1, 1], [2, 2], [560000, 6500000]]), "projected"),
        (polygon([[-170, 0], [170, 0], [170, 10], [-170, 0]]), "too_large"),
        ({"type": "Polygon", "coordinates": [[[0, 0]] * 200_001]}, "too_many_positions"),
    ],
)
def test_what_is_no_contour_says_why(data: object, code: str) -> None:
    with pytest.raises(BadContourError) as caught:
        read_contour(data)
    assert caught.value.code == code


def test_nested_collections_end_somewhere() -> None:
    data: dict[str, object] = polygon(SQUARE)
    for _level in range(50):
        data = {"type": "GeometryCollection", "geometries": [data]}
    with pytest.raises(BadContourError):
        read_contour(data)


def test_simpler_lines_stray_no_further() -> None:
    angles = np.linspace(0, np.pi, 400)
    arc = np.column_stack([np.cos(angles), np.sin(angles)])
    simple = simplify(arc, 0.01)
    assert 5 < len(simple) < 30
    assert simple[0].tolist() == arc[0].tolist()
    assert simple[-1].tolist() == arc[-1].tolist()
    radius = np.hypot(*((simple[1:] + simple[:-1]) / 2).T)
    assert radius.min() > 0.989
