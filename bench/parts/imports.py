"""Imports: rows a second of the whole and of its stages, beside a loop of Django saves and the database's own bulk load.

    python -m bench.parts.imports --sizes 1000,10000 --databases sqlite,postgresql://postgres@127.0.0.1/postgres

Each size begins in an empty database, made for it and taken away at the end. The file is the generator's CSV, or its CSVs of 250,000 rows. "check" is the dry
run with its search for duplicates, "write" what the facilitator confirms (fiches, places, themes, versions, search index, map),
"again" the whole of a second import of the same file, which must create nothing.

The peers read the same file with Python's `csv`. "saves" is what one writes first: an `Initiative` and its place saved row by row,
no check, no index, no version. "floor" is `executemany` (SQLite) or `COPY` (PostgreSQL) of the same two tables in one transaction:
no import that keeps what ours keeps can be faster.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench.parts.generate import initiatives, write_csv_rows
from bench.parts.search import in_database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FILE_ROWS_MAX = 250_000
"""Rows of each file: a million weigh more than one file may. The peers, and the second import, get one file."""
SAVES_MAX = 2_000
"""Rows given to the loop of saves: its speed does not depend on how many."""


def measure(size: int) -> None:
    """Run in a process whose settings name an empty database; prints one JSON line."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    with tempfile.TemporaryDirectory() as folder:
        paths, rows = [], initiatives(size)
        for first in range(0, size, FILE_ROWS_MAX):
            paths.append(Path(folder) / f"initiatives-{first}.csv")
            write_csv_rows(paths[-1], islice(rows, FILE_ROWS_MAX))
        first_rows = min(size, FILE_ROWS_MAX)
        peers = {
            "saves": _per_second(_save_each, paths[0], min(size, SAVES_MAX)),
            "floor": _per_second(_load, paths[0], first_rows),
        }
        line = {"database": connection.vendor, "rows": size, **_ours(paths, size), **peers}
    print(json.dumps(line), flush=True)


def _ours(paths: list[Path], size: int) -> dict[str, Any]:
    from django.urls import reverse

    from maillage.apps.directory.models import Initiative
    from maillage.apps.directory.readers.reading import open_source

    reverse("directory:import_list")  # a site has loaded its pages long before anybody imports a file
    start = time.perf_counter()
    read = 0
    for path in paths:
        with path.open("rb") as stream:
            read += sum(1 for _row in open_source(stream).rows())
    read_s = time.perf_counter() - start
    before_mb = _peak_mb()
    stages: dict[str, float] = defaultdict(float)
    start, busy = time.perf_counter(), time.process_time()
    reports = []
    for number, path in enumerate(paths, start=1):
        reports.append(_import(path, stages))
        if len(paths) > 1:
            print(f"file {number}: {time.perf_counter() - start:.0f} s, {_peak_mb():.0f} MB", flush=True)
    whole_s, busy_s = time.perf_counter() - start, time.process_time() - busy
    kept = Initiative.objects.count()
    created = sum(report.created for report in reports)
    if not (read == size == sum(report.read for report in reports) and kept == created > 0.99 * size - 5):
        raise SystemExit(f"The import lost rows: {reports}")
    start = time.perf_counter()
    again = _import(paths[-1], {})
    again_s = time.perf_counter() - start
    if again.created or again.updated or again.unchanged != reports[-1].created:
        raise SystemExit(f"The second import changed something: {again}")
    return {
        "read_per_s": round(size / read_s),
        "check_per_s": round(size / stages["check"]),
        "write_per_s": round(size / stages["write"]),
        "whole_per_s": round(size / whole_s),
        "whole_per_cpu_s": round(size / busy_s),
        "again_per_s": round(again.read / again_s),
        "peak_mb": round(_peak_mb()),
        "peak_before_mb": round(before_mb),
        "duplicates": sum(report.duplicates for report in reports),
    }


def _import(path: Path, stages: dict[str, float]) -> Any:
    """The whole import, its stages timed by standing around the two of them."""
    from maillage.apps.directory.actions import imports

    def timed(name: str, stage: Callable[..., Any]) -> Callable[..., Any]:
        def run(**arguments: Any) -> Any:
            start = time.perf_counter()
            try:
                return stage(**arguments)
            finally:
                stages[name] = stages.get(name, 0) + time.perf_counter() - start

        return run

    stands = imports.analyse_import, imports.apply_import_rows
    imports.analyse_import, imports.apply_import_rows = timed("check", stands[0]), timed("write", stands[1])
    try:
        with path.open("rb") as stream:
            return imports.import_file(actor=None, stream=stream, name=path.name, now=NOW)
    finally:
        imports.analyse_import, imports.apply_import_rows = stands


def _per_second(peer: Callable[[Iterator[dict[str, str]]], None], path: Path, size: int) -> int:
    """Rows a second of a peer, whose transaction is rolled back."""
    from django.db import transaction

    with path.open(encoding="utf-8", newline="") as file, transaction.atomic():
        rows = (row for _number, row in zip(range(size), csv.DictReader(file, delimiter=";"), strict=False))
        start = time.perf_counter()
        peer(rows)
        spent_s = time.perf_counter() - start
        transaction.set_rollback(True)
    return round(size / spent_s)


def _save_each(rows: Iterator[dict[str, str]]) -> None:
    from maillage.apps.directory.models import Initiative, InitiativePlace

    for row in rows:
        fiche = Initiative(
            title=row["nom"], slug="fiche", summary=row["résumé"], activities=row["description"], website=row["site web"],
            external_id=row["identifiant"], status="published", created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        fiche.save()
        InitiativePlace(
            initiative=fiche, rank=0, address=row["adresse"], postal_code=row["code postal"], city=row["commune"],
            latitude=float(row["latitude"]), longitude=float(row["longitude"]),
        ).save()  # fmt: skip


def _load(rows: Iterator[dict[str, str]]) -> None:
    from maillage.apps.directory.models import Initiative, InitiativePlace
    from maillage.kernel.db.bulk import insert_rows

    batch = list(rows)
    insert_rows(
        Initiative,
        ("id", "title", "slug", "summary", "activities", "website", "external_id", "status", "created_at", "updated_at"),
        [
            (10_000_000 + at, row["nom"], "fiche", row["résumé"], row["description"], row["site web"], row["identifiant"], "published", NOW, NOW)
            for at, row in enumerate(batch)
        ],
    )  # fmt: skip
    insert_rows(
        InitiativePlace,
        ("initiative_id", "rank", "address", "postal_code", "city", "latitude", "longitude"),
        [
            (10_000_000 + at, 0, row["adresse"], row["code postal"], row["commune"], float(row["latitude"]), float(row["longitude"]))
            for at, row in enumerate(batch)
        ],
    )  # fmt: skip


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default="1000,10000")
    options.add_argument("--databases", default="sqlite")
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    for size in chosen.sizes.split(","):
        if chosen.inside:
            measure(int(size))
            continue
        for database in chosen.databases.split(","):
            in_database(database, "bench.parts.imports", "--sizes", size)


if __name__ == "__main__":
    main()
