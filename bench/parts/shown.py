"""A map of many points as a visitor's browser shows it, beside uMap from its package.

    python -m bench.parts.shown --sizes 1000,10000 --databases sqlite --server postgresql://postgres@127.0.0.1/postgres

uMap is installed into an environment of its own (kept in `var/bench`) and works on PostgreSQL with PostGIS, as its manual says; its
layer is of its "Cluster" kind. Both sites are served by granian with one process and opened five times each, turn by turn, in
the system's Chromium at 1280 × 860, with a browser that knows nothing yet. Background tiles from elsewhere are answered with an
empty picture. "shown" is the time from the address to the last change of the map's picture, "zoomed" the same after one press
of "+". The answers agree when both say how many points they hold, and that is all of them. Drawing is by software: ratios count.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.parts.search import in_database

ROOT = Path(__file__).parents[2]
PEER = ROOT / "var" / "bench" / "umap"
PEER_PACKAGES = ("umap-project==3.7.3", "granian")
OURS_PORT, PEER_PORT = 8961, 8962
TURNS = 5
STILL_SECONDS = 1.5
"""A picture that has not changed for that long is finished."""
SHOWN_SECONDS_MAX = 60
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
EMPTY_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364f80f00010501012718e3660000000049454e44ae426082"
)
PEER_SETTINGS = """
from umap.settings.base import *
SECRET_KEY = "bench" * 12
ALLOWED_HOSTS = ["localhost"]
SITE_URL = "http://localhost:{port}"
DATABASES = {{"default": {{"ENGINE": "django.contrib.gis.db.backends.postgis", **{database!r}}}}}
STATIC_ROOT, MEDIA_ROOT = {static!r}, {media!r}
"""
PEER_FILL = """
import json, sys, uuid
import django
django.setup()
from django.contrib.auth import get_user_model
from django.contrib.gis.geos import Point
from django.core.files.base import ContentFile
from umap.models import DataLayer, Licence, Map, TileLayer
points = json.load(open(sys.argv[1]))
TileLayer.objects.create(name="empty", url_template="https://tiles.example.org/{z}/{x}/{y}.png", attribution="none", rank=1)
shown = {"name": "bench", "zoom": 6, "moreControl": True, "zoomControl": True}
sheet = Map.objects.create(
    name="bench", slug="bench", center=Point(2.4, 46.6), zoom=6, share_status=Map.PUBLIC,
    licence=Licence.objects.create(name="none"), owner=get_user_model().objects.create_user("bench"),
    settings={"type": "Feature", "geometry": {"type": "Point", "coordinates": [2.4, 46.6]}, "properties": shown},
)
said = {"name": "points", "type": "Cluster", "displayOnLoad": True, "browsable": True}
features = [
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": place}, "properties": {"name": name}} for name, *place in points
]
layer = DataLayer(uuid=uuid.uuid4(), map=sheet, name="points", display_on_load=True, settings=said)
held = {"type": "FeatureCollection", "features": features, "_umap_options": said}
layer.geojson.save("points.geojson", ContentFile(json.dumps(held).encode()), save=False)
layer.save()
print("MAP", sheet.get_absolute_url())
"""


def measure(size: int, server: str) -> None:
    """Run in a process whose settings name an empty database; prints one JSON line."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from bench.parts.map import fill
    from maillage.apps.directory.models import InitiativePlace

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    fill(size)
    names = InitiativePlace.objects.order_by("pk").values_list("initiative__title", "longitude", "latitude")
    points = list(names)
    connection.close()
    with ours(), peer(points, server) as peer_address:
        addresses = {"ours": f"http://localhost:{OURS_PORT}/carte/?vue=46.6,2.4,5", "uMap": peer_address}
        seen = watch(addresses)
    for name, count in (("ours", seen["ours"][0]["points"]), ("uMap", seen["uMap"][0]["points"])):
        if count != size:
            raise SystemExit(f"{name} holds {count} points, not {size}")
    line: dict[str, Any] = {"database": connection.vendor, "points": size}
    for what in ("shown s", "zoomed s", "busy s", "kB", "requests", "heap MB"):
        medians = {name: statistics.median(turn[what] for turn in turns) for name, turns in seen.items()}
        line |= {f"{name} {what}": round(value, 2) for name, value in medians.items()}
        line[f"ratio {what}"] = round(medians["ours"] / medians["uMap"], 2) if medians["uMap"] else None
    print(json.dumps(line), flush=True)


@contextmanager
def ours() -> Iterator[None]:
    command = [sys.executable, "-m", "maillage.project.cli", "serve", "--no-worker", "--port", str(OURS_PORT)]
    with served(command, OURS_PORT, dict(os.environ)):
        yield


@contextmanager
def peer(points: list[tuple[str, float, float]], server: str) -> Iterator[str]:
    """uMap with one map of `points`, on a database made for it; its address."""
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    _install_peer()
    name = f"maillage_bench_umap_{os.getpid()}"
    told = conninfo_to_dict(server)
    database = {
        "NAME": name,
        "USER": told.get("user"),
        "HOST": told.get("host"),
        "PASSWORD": told.get("password"),
    }
    with (
        tempfile.TemporaryDirectory(prefix="maillage-bench-") as folder,
        psycopg.connect(server, autocommit=True) as link,
    ):
        settings, held = Path(folder) / "umap.conf", Path(folder) / "points.json"
        static, media = f"{folder}/static", f"{folder}/media"
        settings.write_text(
            PEER_SETTINGS.format(port=PEER_PORT, database=database, static=static, media=media)
        )
        held.write_text(json.dumps(points))
        environment = os.environ | {"UMAP_SETTINGS": str(settings), "DJANGO_SETTINGS_MODULE": "umap.settings"}
        environment.pop("PYTHONPATH", None)
        link.execute(f"CREATE DATABASE {name}")
        try:
            with psycopg.connect(server, dbname=name, autocommit=True) as inside:
                inside.execute("CREATE EXTENSION postgis")
            for words in (["collectstatic", "--noinput"], ["migrate"]):
                _quiet([PEER / "bin" / "umap", *words, "-v0"], environment)
            said = _quiet([PEER / "bin" / "python", "-c", PEER_FILL, held], environment)
            path = said.rpartition("MAP ")[2].strip()
            command = [str(PEER / "bin" / "granian"), "--interface", "wsgi", "--port", str(PEER_PORT), "--blocking-threads", "8"]  # fmt: skip
            command += [
                "--static-path-route",
                "/static",
                "--static-path-mount",
                static,
                "umap.wsgi:application",
            ]
            with served(command, PEER_PORT, environment):
                yield f"http://localhost:{PEER_PORT}{path}"
        finally:
            link.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _install_peer() -> None:
    if not (PEER / "bin" / "umap").exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        _quiet([PEER / "bin" / "pip", "install", "-q", *PEER_PACKAGES], dict(os.environ))


def _quiet(command: list[Any], environment: dict[str, str]) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{words[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
    return done.stdout


@contextmanager
def served(command: list[str], port: int, environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://localhost:{port}/", timeout=10).close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise SystemExit(f"nothing answers on {port}")
        yield
    finally:
        process.terminate()
        process.wait(30)


def watch(addresses: dict[str, str]) -> dict[str, list[dict[str, float]]]:
    """What each turn saw, by site; a first turn that warms the servers is thrown away."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[dict[str, float]]] = {name: [] for name in addresses}
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as started:
        for turn in range(TURNS + 1):
            for name, address in addresses.items():
                browser = started.chromium.launch(executable_path=chromium, args=FLAGS)
                seen = _one_turn(browser, address, ours=name == "ours")
                browser.close()
                if turn:
                    found[name].append(seen)
    return found


def _one_turn(browser: Any, address: str, *, ours: bool) -> dict[str, float]:
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.route(
        lambda url: "//localhost" not in url,
        lambda route: route.fulfill(body=EMPTY_PICTURE, content_type="image/png"),
    )
    wire = page.context.new_cdp_session(page)
    weights: list[int] = []
    wire.on("Network.loadingFinished", lambda event: weights.append(int(event["encodedDataLength"])))
    for domain in ("Network", "Performance"):
        wire.send(f"{domain}.enable")
    begun = time.monotonic()
    page.goto(address, wait_until="commit")
    place = page.locator("[data-map-explore]" if ours else "#map")
    shown = _still(page, place, begun)
    metrics = {one["name"]: one["value"] for one in wire.send("Performance.getMetrics")["metrics"]}
    weight, requests = sum(weights) / 1000, len(weights)
    points = _points(page, ours=ours)
    pressed = time.monotonic()
    page.locator(".maplibregl-ctrl-zoom-in" if ours else ".leaflet-control-zoom-in").click()
    return {
        "shown s": shown,
        "zoomed s": _still(page, place, pressed),
        "busy s": metrics["TaskDuration"],
        "kB": weight,
        "requests": requests,
        "heap MB": metrics["JSHeapUsedSize"] / 1e6,
        "points": points,
    }


def _still(page: Any, place: Any, begun: float) -> float:
    """Seconds from `begun` to the last change of the picture of `place`."""
    place.wait_for(timeout=SHOWN_SECONDS_MAX * 1000)
    box = place.bounding_box()
    box["height"] = min(box["height"], 860 - box["y"])
    last, changed = b"", time.monotonic()
    while time.monotonic() - changed < STILL_SECONDS and time.monotonic() - begun < SHOWN_SECONDS_MAX:
        asked = time.monotonic()
        picture = page.screenshot(clip=box)
        if picture != last:
            last, changed = picture, asked
    return changed - begun


def _points(page: Any, *, ours: bool) -> int:
    """How many points the page says that it holds."""
    if ours:
        words = page.locator("#resultats [data-count-said]").first.inner_text()
    else:
        words = str(
            page.evaluate("[...U.MAP.layers.tree].reduce((sum, layer) => sum + layer.features.count(), 0)")
        )
    return int("".join(letter for letter in words if letter.isdigit()) or 0)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default="10000")
    options.add_argument("--databases", default="sqlite")
    options.add_argument("--server", default="postgresql://postgres@127.0.0.1/postgres", help="where uMap's database is made")  # fmt: skip
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    for size in chosen.sizes.split(","):
        if chosen.inside:
            measure(int(size), chosen.server)
            continue
        for database in chosen.databases.split(","):
            in_database(database, "bench.parts.shown", "--sizes", size, "--server", chosen.server)


if __name__ == "__main__":
    main()
