"""Search: how well, on sixty judged questions, beside SQLite FTS5 and PostgreSQL `french`.

    python -m bench.parts.search_relevance --databases sqlite,postgresql://postgres@127.0.0.1/postgres

nDCG@10 (Järvelin and Kekäläinen, 2002, gains 2^grade - 1) and recall@10 of what is wanted. Each peer is given its better
way: what has all words, followed by what has any.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Callable, Sequence

from bench.parts.search import in_database

DEPTH = 10


def ndcg(found: Sequence[int], grades: dict[int, int]) -> float:
    """From 0 to 1: the discounted gain of the first ten, over that of the best order."""
    best = sum(
        (2**grade - 1) / math.log2(at + 2)
        for at, grade in enumerate(sorted(grades.values(), reverse=True)[:DEPTH])
    )
    got = sum((2 ** grades.get(number, 0) - 1) / math.log2(at + 2) for at, number in enumerate(found[:DEPTH]))
    return got / best


def recall(found: Sequence[int], grades: dict[int, int]) -> float:
    wanted = {number for number, grade in grades.items() if grade == 2}
    return len(wanted & set(found[:DEPTH])) / min(DEPTH, len(wanted))


def measure() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.parts.search_corpus import judged_corpus
    from bench.parts.search_peers import peer
    from maillage.kernel.search.index import write_documents
    from maillage.kernel.search.queries import search

    call_command("migrate", "search", verbosity=0)
    fiches, questions = judged_corpus()
    write_documents(fiches)
    beside = peer(connection)
    beside.create()
    beside.add(fiches)

    def ours(words: str) -> list[int]:
        return [hit.object_id for hit in search(words, page_size=DEPTH).hits]

    def theirs(words: str) -> list[int]:
        strict = beside.search(words)
        return [*strict, *(number for number in beside.search(words, any_word=True) if number not in strict)]

    asked: dict[str, Callable[[str], list[int]]] = {"maillage": ours, f"{connection.vendor} alone": theirs}
    figures: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for question in questions:
        for name, ask in asked.items():
            found = ask(question.words)
            measured = ndcg(found, question.grades), recall(found, question.grades)
            figures[question.kind][name].append(measured)
            figures["all sixty"][name].append(measured)
        mine, other = (figures[question.kind][name][-1][0] for name in asked)
        if mine < min(0.7, other):
            print(f"    weak: {question.words!r}: {mine:.2f} against {other:.2f}")
    print(f"{connection.vendor}, {len(fiches)} fiches: nDCG@10 (recall@10)")
    for kind, by_name in figures.items():
        cells = []
        for name, measured in by_name.items():
            gains, recalls = zip(*measured, strict=True)
            cells.append(f"{name} {sum(gains) / len(gains):.3f} ({sum(recalls) / len(recalls):.3f})")
        print(f"  {kind:16} {len(by_name['maillage']):3}  " + "   ".join(cells))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--databases", default="sqlite")
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.inside:
        measure()
        return
    for database in chosen.databases.split(","):
        in_database(database, "bench.parts.search_relevance")


if __name__ == "__main__":
    main()
