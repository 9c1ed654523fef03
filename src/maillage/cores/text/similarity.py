"""How alike two texts are."""

from rapidfuzz.distance import OSA

from maillage.cores.text.folding import fold


def trigrams(text: str) -> frozenset[str]:
    """The groups of three letters of a folded text, each word padded as « ␣␣mot␣ » (the convention of pg_trgm)."""
    found: set[str] = set()
    for word in fold(text[:2000]).split():
        padded = f"  {word} "
        found.update(padded[at : at + 3] for at in range(len(padded) - 2))
    return frozenset(found)


def trigram_similarity(left: str, right: str) -> float:
    """Shared trigrams over all trigrams, from 0 (nothing in common) to 1 (same words in any order)."""
    one, other = trigrams(left), trigrams(right)
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def edit_distance(left: str, right: str, *, distance_max: int | None = None) -> int:
    """Letters to insert, delete, replace or swap with the next, to go from one word to the other.

    Optimal string alignment. Beyond `distance_max` the answer is `distance_max + 1`.
    """
    return int(OSA.distance(left, right, score_cutoff=distance_max))
