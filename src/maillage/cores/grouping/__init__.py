"""Composes co-development groups: complementary people, constraints held, nobody met twice while that is possible.

The rules are in prose in `docs/explanation/groupes.md`, with the worked example that the tests run.
"""

from maillage.cores.grouping.composing import compose
from maillage.cores.grouping.recomposing import recompose
from maillage.cores.grouping.values import (
    Group,
    Grouping,
    Impossible,
    InvalidProblem,
    Move,
    Person,
    Problem,
    Round,
)

__all__ = [
    "Group",
    "Grouping",
    "Impossible",
    "InvalidProblem",
    "Move",
    "Person",
    "Problem",
    "Round",
    "compose",
    "recompose",
]
