"""The rules and the worked example of `docs/explanation/participation.md`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from maillage.apps.codevelopment.queries.participation import Held, Warnings, weigh

EXPLANATION = Path(__file__).parents[3] / "docs" / "explanation" / "participation.md"
GROUPS = (range(1, 6), range(6, 11))


def example() -> tuple[list[Held], list[float]]:
    """The meetings of the page's table, and the shares that it states."""
    rows = re.findall(
        r"^\| (\d) \| ([\d, ]+) \| ([\d, ]+) \| (\d+) % \|$", EXPLANATION.read_text("utf-8"), re.M
    )
    held, stated = [], []
    for number, first, second, share in rows:
        came = [{int(who) for who in circle.split(",")} for circle in (first, second)]
        circles = tuple({who: who in here for who in group} for group, here in zip(GROUPS, came, strict=True))
        held.append(Held(int(number), circles))
        stated.append(int(share) / 100)
    return held, stated


def test_the_worked_example() -> None:
    held, stated = example()
    assert [meeting.share for meeting in held] == stated == [1.0, 0.9, 0.7]
    said = weigh(held, {(4, 1): 4, (4, 2): 4}, size_min=5)
    assert said.low == 0.7
    assert said.fallen == (pytest.approx(0.95), 0.7)
    assert said.small_circles == (2,)
    assert said.away == (10,)
    assert said.thin == ((4, 1, 4), (4, 2, 4))


def attendance(*came: int, of: int = 20) -> list[Held]:
    """One circle, and how many of it came at each meeting: the first ones."""
    return [Held(at, ({who: who < here for who in range(of)},)) for at, here in enumerate(came, start=1)]


@pytest.mark.parametrize(
    ("came", "low", "fallen"),
    [
        ((15,), None, False),
        ((14,), 0.7, False),
        ((18, 15), None, True),
        ((17, 15), None, False),
        ((19, 16), None, True),
        ((20, 16, 15), None, True),
        ((12, 20, 16, 16), None, False),
    ],
)
def test_low_and_falling(came: tuple[int, ...], low: float | None, fallen: bool) -> None:
    said = weigh(attendance(*came), {}, size_min=5)
    assert said.low == low
    assert (said.fallen is not None) is fallen


def test_nothing_to_say() -> None:
    assert not weigh([], {}, size_min=5)
    assert not weigh(attendance(20, 20, 20), {(4, 1): 5}, size_min=5)
    assert weigh([], {(1, 2): 4}, size_min=5) == Warnings(thin=((1, 2, 4),))


def test_who_comes_back_is_not_away() -> None:
    first, second, third = ({1: True, 2: False}, {1: True, 2: False}, {1: True, 2: True})
    meetings = [Held(at, (circle,)) for at, circle in enumerate((first, second, third), start=1)]
    assert weigh(meetings[:2], {}, size_min=2).away == (2,)
    assert weigh(meetings, {}, size_min=2).away == ()
    assert weigh(meetings[:1], {}, size_min=2).away == ()


def test_who_was_not_expected_is_not_away() -> None:
    meetings = [Held(1, ({1: True},)), Held(2, ({1: True, 2: False},))]
    assert weigh(meetings, {}, size_min=1).away == ()
