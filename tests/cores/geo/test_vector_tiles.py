from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from maillage.cores.geo.vector_tiles import Feature, encode_tile, point
from tests.cores.geo.decoding import position, read_tile

VALUE = st.one_of(
    st.text(max_size=20), st.integers(-(2**40), 2**40), st.floats(allow_nan=False), st.booleans()
)


@given(
    st.lists(
        st.tuples(
            st.integers(-100, 5000), st.integers(-100, 5000), st.dictionaries(st.text(max_size=8), VALUE)
        ),
        min_size=1,
    )
)
def test_points_come_back(said: list[tuple[int, int, dict[str, object]]]) -> None:
    tile = encode_tile({"pins": [point(x, y, tags, id=7) for x, y, tags in said], "none": []})
    features = read_tile(tile)["pins"]
    assert [(*position(f), f["tags"]) for f in features] == said
    assert all(f["id"] == 7 for f in features)


def test_lines_are_moves_then_steps() -> None:
    tile = encode_tile({"lines": [Feature(lines=(((2, 2), (2, 10), (10, 10)), ((1, 1), (3, 5))), tags={})]})
    # The example of the specification, 4.3.5.4: a multilinestring
    assert read_tile(tile)["lines"][0]["geometry"] == [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8]


def test_nothing_is_empty() -> None:
    assert encode_tile({"pins": []}) == b""
