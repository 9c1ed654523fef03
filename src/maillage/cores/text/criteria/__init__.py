"""Reads the measurable criteria of a need or an offer written in French: surfaces, prices, dates, hours…

The rules are in prose in `docs/explanation/criteres.md`, with the worked example that the tests run.
"""

from maillage.cores.text.criteria.reading import read_criteria, without_measures
from maillage.cores.text.criteria.values import Criterion

__all__ = ["Criterion", "read_criteria", "without_measures"]
