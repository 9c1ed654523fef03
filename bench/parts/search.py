"""Search: how fast, beside SQLite FTS5 and PostgreSQL's `french` configuration on the same documents.

    python -m bench.parts.search --sizes 1000,10000 --databases sqlite,postgresql://postgres@127.0.0.1/postgres

Each database is made anew (a folder, or a database of its own name) and taken away at the end. Each question is asked
ten times in turn, ours as `search()` does it (facets, marks and total included), the peers' as one SQL query of
the twenty best by their own ranking, all words required.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.parts.generate import initiatives

QUESTIONS = (
    "jardin partagé", "ressourcerie", "amap", "association", "légumes bio", "atelier vélo Niort", "habitat participatif Rennes",
    "ressourcerie grand chene", "épicerie participative", "cafe associatif limoges", "bénévoles samedi matin",
    "où trouver des légumes cultivés sans pesticides", "repair café", "réparer", "habitants", "commune", "ressourcrie",
    "asossiation", "monnaie locale", "spectacles et débats", "boulangerie", "boulang", "compagnie des quatre vents", "co-opérative",
    "« prix libre »", "jardin -quartier", "crèche parentale Guéret", "radio", "fablab La Rochelle", "formation métier", "4217",
    "coopérative l'établi", "tiers lieu", "conserverie la marmite", "librairie", "outils", "familles aide conseils", "zzzz", "emploi",
    "accueil tri bras",
)  # fmt: skip
ROUNDS = 10
SYLLABLES = (
    "ba",
    "cor",
    "di",
    "fou",
    "gre",
    "la",
    "mon",
    "né",
    "pi",
    "ra",
    "sau",
    "tel",
    "vi",
    "chan",
    "blé",
    "mar",
    "ton",
    "quier",
)
RARE_WORDS = 60_000


def documents(size: int) -> Iterator[Any]:
    """The generator's initiatives, each with fifteen more words of a long-tailed vocabulary."""
    from maillage.kernel.search.documents import SearchDocument

    draw = random.Random(7)
    words = ["".join(draw.choices(SYLLABLES, k=draw.randint(2, 5))) for _ in range(RARE_WORDS)]
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for one in initiatives(size):
        rare = [words[int(RARE_WORDS * draw.random() ** 4)] for _ in range(15)]
        yield SearchDocument(
            kind="initiative",
            object_id=one.number,
            title=one.title,
            summary=one.summary,
            body=f"{one.description} {' '.join(rare)}",
            keywords=f"{one.keywords}, {one.city}",
            url=f"/initiatives/{one.number}/",
            updated_at=at,
            facets={"theme": [one.theme, one.subtheme], "commune": [one.city]},
            latitude=one.latitude,
            longitude=one.longitude,
        )


def timed(ask: Callable[[str], object]) -> tuple[float, float, str, float]:
    """Median and 95th percentile in milliseconds over all questions and rounds, the slowest question, and the 95th
    percentile of the processor time of this process: on SQLite, what it costs when nothing else runs.
    """
    for question in QUESTIONS:
        ask(question)
    spent: list[tuple[float, str]] = []
    worked: list[float] = []
    for _ in range(ROUNDS):
        for question in QUESTIONS:
            start, start_cpu = time.perf_counter(), time.process_time()
            ask(question)
            spent.append(((time.perf_counter() - start) * 1000, question))
            worked.append((time.process_time() - start_cpu) * 1000)
    spent.sort()
    worked.sort()
    p95 = int(len(spent) * 0.95)
    return statistics.median(each[0] for each in spent), spent[p95][0], spent[-1][1], worked[p95]


def measure(sizes: list[int]) -> None:
    """Run in a process whose settings name the database; prints one JSON line a size."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.parts.search_peers import peer
    from maillage.kernel.search.index import write_documents
    from maillage.kernel.search.queries import search
    from maillage.kernel.search.suggestions import suggest

    call_command("migrate", "search", verbosity=0)
    beside = peer(connection)
    beside.create()
    done = 0
    source = documents(max(sizes))
    for size in sizes:
        batch = [next(source) for _ in range(size - done)]
        start = time.perf_counter()
        write_documents(batch)
        write_s = time.perf_counter() - start
        start = time.perf_counter()
        beside.add(batch)
        peer_write_s = time.perf_counter() - start
        done = size
        _settle(connection)
        ours, theirs, typing = timed(search), timed(beside.search), timed(lambda words: suggest(words[:5]))
        line = {
            "database": connection.vendor,
            "documents": size,
            "write_per_s": round(len(batch) / write_s),
            "peer_write_per_s": round(len(batch) / peer_write_s),
            "search_ms_p50": round(ours[0], 2),
            "search_ms_p95": round(ours[1], 2),
            "search_cpu_ms_p95": round(ours[3], 2),
            "slowest": ours[2],
            "suggest_ms_p95": round(typing[1], 2),
            "peer_ms_p50": round(theirs[0], 2),
            "peer_ms_p95": round(theirs[1], 2),
            "peer_cpu_ms_p95": round(theirs[3], 2),
            "ratio_p95": round(ours[1] / theirs[1], 1),
        }
        print(json.dumps(line, ensure_ascii=False), flush=True)


def _settle(connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def in_database(database: str, module: str, *arguments: str) -> None:
    """Run `module --inside` on a database made for it and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder:
        environment = os.environ | {
            "MAILLAGE_DATA": folder,
            "DJANGO_SETTINGS_MODULE": "maillage.project.settings",
        }
        environment["PYTHONPATH"] = str(Path(__file__).parents[2] / "src")
        command = [sys.executable, "-m", module, "--inside", *arguments]
        if database == "sqlite":
            subprocess.run(command, env=environment, check=True)
            return
        import psycopg

        name = f"maillage_bench_{os.getpid()}"
        with psycopg.connect(database, autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name}")
            try:
                environment["MAILLAGE_DATABASE_URL"] = f"{database.rpartition('/')[0]}/{name}"
                subprocess.run(command, env=environment, check=True)
            finally:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default="1000,10000")
    options.add_argument("--databases", default="sqlite")
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.inside:
        measure([int(size) for size in chosen.sizes.split(",")])
        return
    for database in chosen.databases.split(","):
        in_database(database, "bench.parts.search", "--sizes", chosen.sizes)


if __name__ == "__main__":
    main()
