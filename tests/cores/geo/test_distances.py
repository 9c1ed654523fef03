from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.cores.geo.distances import box_around, distance_km

LATITUDE, LONGITUDE = st.floats(-89.9, 89.9), st.floats(-180, 180, exclude_max=True)


def test_paris_to_lyon() -> None:
    assert distance_km(48.8566, 2.3522, 45.7640, 4.8357) == pytest.approx(391.5, abs=1)


@given(LATITUDE, LONGITUDE, st.floats(0.1, 500), st.floats(-60, 60), st.floats(-180, 180))
def test_boxes_hold_what_is_near(
    latitude: float, longitude: float, radius: float, other: float, far: float
) -> None:
    west, south, east, north = box_around(latitude, longitude, radius)
    if distance_km(latitude, longitude, other, far) <= radius * 0.999:
        assert south <= other <= north
        assert (west <= far <= east) if west <= east else (far >= west or far <= east)
