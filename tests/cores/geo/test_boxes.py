"""What a map opens on."""

from __future__ import annotations

import numpy as np

from maillage.cores.geo.boxes import usual_box


def box(*places: tuple[float, float]) -> tuple[float, float, float, float]:
    latitudes, longitudes = np.array(places, dtype=float).T
    return usual_box(latitudes, longitudes)


LIMOUSIN = [(45.83 + n / 50, 1.26 + n / 40) for n in range(20)]


def test_a_place_of_another_continent_is_left_out() -> None:
    assert box(*LIMOUSIN, (46.8, -71.2)) == box(*LIMOUSIN)


def test_a_place_of_the_next_town_is_kept() -> None:
    west, _south, east, north = box(*LIMOUSIN, (46.58, 0.34))
    assert west == 0.34
    assert (east, north) == (box(*LIMOUSIN)[2], 46.58)


def test_a_whole_country_is_kept_whole() -> None:
    lille, nice, brest, strasbourg = (50.63, 3.06), (43.70, 7.27), (48.39, -4.49), (48.58, 7.75)
    toulouse, nantes, lyon, limoges = (43.60, 1.44), (47.22, -1.55), (45.76, 4.84), (45.83, 1.26)
    everywhere = box(lille, nice, brest, strasbourg, toulouse, nantes, lyon, limoges)
    assert everywhere == (-4.49, 43.60, 7.75, 50.63)


def test_the_places_of_one_spot_and_a_few_across_the_town() -> None:
    assert box(*[(45.83, 1.26)] * 30, (45.90, 1.30)) == (1.26, 45.83, 1.30, 45.90)


def test_one_place_is_its_own_box() -> None:
    assert box((45.83, 1.26)) == (1.26, 45.83, 1.26, 45.83)


def test_two_continents_in_equal_parts_are_both_shown() -> None:
    assert box((45.8, 1.2), (45.9, 1.3), (46.8, -71.2), (46.9, -71.3)) == (-71.3, 45.8, 1.3, 46.9)
