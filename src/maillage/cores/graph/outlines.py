"""The outline of a group of nodes on the drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy.spatial import ConvexHull

from maillage.cores.graph.layouts import WIDTH, Point

AROUND = 260
"""How far beyond its nodes an outline runs: it passes round what stands at them."""
CORNERS = 12


def outline(points: Sequence[Point]) -> tuple[Point, ...]:
    """The corners, in order, of the smallest convex shape that runs 260 round each of `points`; () when there is none."""
    if not points:
        return ()
    angles = np.arange(CORNERS) * 2 * math.pi / CORNERS
    circle = AROUND * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    spread = (np.array(sorted(set(points)), dtype=float)[:, None, :] + circle[None]).reshape(-1, 2)
    corners = spread[ConvexHull(spread).vertices]
    whole = np.clip(np.rint(corners), 0, WIDTH).astype(int)
    return tuple((int(x), int(y)) for x, y in whole)
