"""Finds loops of barter: chains of members in which each gives what the next one needs, and a compatible set of them.

The rules are in prose in `docs/explanation/boucles.md`, with the worked example that the tests run.
"""

from maillage.cores.loops.finding import find_loops
from maillage.cores.loops.values import (
    Invalid,
    Leg,
    Loop,
    Loops,
    Need,
    Offer,
    Pair,
    Problem,
    Room,
    Share,
    weight_of,
)

__all__ = [
    "Invalid",
    "Leg",
    "Loop",
    "Loops",
    "Need",
    "Offer",
    "Pair",
    "Problem",
    "Room",
    "Share",
    "find_loops",
    "weight_of",
]
