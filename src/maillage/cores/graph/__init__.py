"""Graphs of who has what: where each node stands, communities stronger than chance, ways from one to another, cooperations.

The rules are in prose in `docs/explanation/carte-des-savoirs.md`, with the worked example that the tests run.
"""

from maillage.cores.graph.communities import Communities, communities
from maillage.cores.graph.cooperating import Cooperation, Reason, cooperations
from maillage.cores.graph.layouts import Point, layout
from maillage.cores.graph.outlines import outline
from maillage.cores.graph.reading import RARE_HOLDERS_MAX, Path, Spread, paths, spread

__all__ = [
    "RARE_HOLDERS_MAX",
    "Communities",
    "Cooperation",
    "Path",
    "Point",
    "Reason",
    "Spread",
    "communities",
    "cooperations",
    "layout",
    "outline",
    "paths",
    "spread",
]
