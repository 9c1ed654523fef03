"""Needs × offers: scored with reasons. The rules are in prose in `docs/explanation/appariement.md`.

pool = Pool(listings, synonyms=table)
for match in pool.best_for(need, today=date(2026, 3, 10)):
    print(match.score, match.reasons)
"""

from maillage.cores.ranking.criteria import Comparison, compare
from maillage.cores.ranking.notions import Notion, NotionBook
from maillage.cores.ranking.pool import Pool
from maillage.cores.ranking.refusals import MOTIVES, Refusal
from maillage.cores.ranking.values import Listing, Match, Reason

__all__ = [
    "MOTIVES",
    "Comparison",
    "Listing",
    "Match",
    "Notion",
    "NotionBook",
    "Pool",
    "Reason",
    "Refusal",
    "compare",
]
