"""The map of knowledge in a browser: time of a frame while it moves, time to its first picture; beside cytoscape.

    python bench/graph_view.py [--smoke]

Both draw the same points at the same places, in the same browser, one after the other: Chromium without a window, its
graphics by software (SwiftShader), as on a machine without a graphics card. Ours is the chunk that the page loads
(`cd assets && node node_modules/vite/bin/vite.js build` first); cytoscape (`npm ci` in `assets/`) draws on its canvas,
with the options that its documentation advises for large graphs. A frame: the time between two pictures while the view
comes closer and slides for some seconds. First picture: from the page's request to the first drawn frame.
While it moves, ours slides its last picture and draws anew at rest; cytoscape has the same (`textureOnViewport`).
`cpu`: what all the processes of the browser compute for a frame, on all cores: the figure that a busy machine changes least.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from maillage.cores.graph import layout  # noqa: E402

BUILD = ROOT / "src/maillage/static/build"
PEER = ROOT / "assets/node_modules/cytoscape/dist/cytoscape.min.js"
SIZES = ((1_000, 4_000, 33.0, None), (10_000, 40_000, 100.0, 2_500.0))
SMOKE = ((200, 600, 33.0, None),)
SECONDS = 6
RUNS = 3
FLAGS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]

OURS = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/build/{style}">
<div class="m-graph" style="width:1200px" data-graph="/data-{size}.json" data-card="/card" data-word-hint="" data-word-none=""></div>
<script type="module" src="/build/{script}"></script>
<script type="module">
const frame = document.querySelector(".m-graph");
while (!frame.graph) await new Promise(requestAnimationFrame);
await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
window.first = performance.now();
window.count = () => [frame.graph.getGraph().order, Number(frame.dataset.links)];
window.move = (seconds) => {{
  const camera = frame.graph.getCamera();
  const turn = async () => {{
    const until = performance.now() + seconds * 1000;
    for (let at = 0; performance.now() < until; at++)
      await camera.animate({{ x: 0.5 + 0.15 * Math.cos(at), y: 0.5 + 0.15 * Math.sin(at), ratio: 0.4 + 0.3 * (at % 2) }}, {{ duration: 700, easing: "linear" }});
  }};
  return turn();
}};
window.ready = true;
</script>"""

THEIRS = """<!doctype html><meta charset="utf-8"><div id="place" style="width:1200px;height:760px"></div>
<script src="/cytoscape.min.js"></script>
<script type="module">
const data = await (await fetch("/data-{size}.json")).json();
const colours = ["#17594f", "#2f5f9e", "#a4501f", "#7a3f8f"], shapes = ["ellipse", "rectangle", "triangle", "diamond"];
const elements = data.keys.map((id, at) => ({{ data: {{ id, label: data.labels[at], colour: colours[data.kind[at]], shape: shapes[data.kind[at]] }}, position: {{ x: data.x[at], y: data.y[at] }} }}));
for (let at = 0; at < data.links.length; at += 3) elements.push({{ data: {{ source: data.keys[data.links[at]], target: data.keys[data.links[at + 1]], dash: data.links[at + 2] ? "dashed" : "solid" }} }});
const cy = cytoscape({{ container: document.getElementById("place"), elements, layout: {{ name: "preset" }}, pixelRatio: 1,
  textureOnViewport: true, motionBlur: false,
  style: [ {{ selector: "node", style: {{ width: 60, height: 60, "background-color": "data(colour)", shape: "data(shape)", label: "data(label)", "font-size": 80, "min-zoomed-font-size": 9 }} }},
           {{ selector: "edge", style: {{ width: 8, "line-color": "#7d8c88", "line-style": "data(dash)", "curve-style": "haystack" }} }} ] }});
await new Promise((done) => cy.one("render", done));
await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
window.first = performance.now();
window.count = () => [cy.nodes().length, cy.edges().length];
window.move = async (seconds) => {{
  const until = performance.now() + seconds * 1000, fit = cy.zoom();
  while (performance.now() < until) {{
    const at = performance.now() / 700;
    cy.viewport({{ zoom: fit * (1.4 + Math.sin(at)), pan: {{ x: -200 + 150 * Math.cos(at), y: -200 + 150 * Math.sin(at) }} }});
    await new Promise(requestAnimationFrame);
  }}
}};
window.ready = true;
</script>"""

FRAMES = """async (seconds) => {
  await window.move(0.5);
  const gaps = []; let last = 0, on = true;
  const watch = (now) => { if (last) gaps.push(now - last); last = now; if (on) requestAnimationFrame(watch); };
  requestAnimationFrame(watch);
  await window.move(seconds);
  on = false;
  return gaps;
}"""


def columns(nodes: int, links: int) -> dict[str, Any]:
    """A map of that many points and links, as `savoirs/carte/points.json` gives it; a third are structures."""
    chance = random.Random(nodes)
    bodies = nodes // 3
    keys = [f"o{n}" for n in range(bodies)] + [f"t{n}" for n in range(nodes - bodies)]
    worlds = max(2, nodes // 250)
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < links:
        body = chance.randrange(bodies)
        near = chance.randrange((nodes - bodies) // worlds) * worlds + body % worlds
        pairs.add((body, bodies + (near if chance.random() < 0.8 else chance.randrange(nodes - bodies))))
    ends = sorted(pairs)
    places = layout(keys, [(keys[a], keys[b]) for a, b in ends], seed=1)
    return {
        "kinds": ["structure", "savoir", "savoir_faire", "milieu"], "relations": ["holds", "seeks"],
        "keys": keys, "labels": [f"Point {key}" for key in keys],
        "kind": [0 if n < bodies else 1 + n % 3 for n in range(nodes)],
        "x": [places[key][0] for key in keys], "y": [places[key][1] for key in keys],
        "width": 1680, "height": 1000, "line": [1.5, 0.5], "reach": [2 + 60 / nodes**0.5] * nodes, "names": [],
        "links": [part for a, b in ends for part in (a, b, int((a + b) % 4 == 0))], "areas": [],
    }  # fmt: skip


class Pages(SimpleHTTPRequestHandler):
    """The two pages, their data and their scripts."""

    def __init__(self, *args: Any, held: dict[str, tuple[str, bytes]], **kwargs: Any) -> None:
        self.held = held
        super().__init__(*args, **kwargs)

    def do_GET(self) -> None:
        kind, content = self.held.get(self.path, ("", b""))
        if not kind and self.path.startswith("/build/"):
            file = BUILD / self.path.removeprefix("/build/")
            kind, content = ("text/css" if file.suffix == ".css" else "text/javascript"), file.read_bytes()
        self.send_response(200 if kind else 404)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        pass


def served(sizes: tuple[tuple[int, int, float, float | None], ...]) -> dict[str, tuple[str, bytes]]:
    chunk = next(each for each in json.loads((BUILD / "manifest.json").read_text()).values() if each.get("src", "").endswith("graph/graph.js"))  # fmt: skip
    held = {"/cytoscape.min.js": ("text/javascript", PEER.read_bytes())}
    for nodes, links, _frame, _first in sizes:
        held[f"/data-{nodes}.json"] = ("application/json", json.dumps(columns(nodes, links)).encode())
        ours = OURS.format(size=nodes, style=chunk["css"][0], script=chunk["file"])
        held[f"/ours-{nodes}"] = ("text/html", ours.encode())
        held[f"/cytoscape-{nodes}"] = ("text/html", THEIRS.format(size=nodes).encode())
    return held


def computed_ms() -> float:
    """What the processes below this one have computed so far (Linux; 0 elsewhere)."""
    parents: dict[int, int] = {}
    ticks: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        parents[int(stat.parent.name)], ticks[int(stat.parent.name)] = (
            int(fields[1]),
            int(fields[11]) + int(fields[12]),
        )

    def is_below(pid: int) -> bool:
        while pid in parents and pid != os.getpid():
            pid = parents[pid]
        return pid == os.getpid()

    return (
        sum(ticks[pid] for pid in ticks if pid != os.getpid() and is_below(pid))
        * 1000
        / os.sysconf("SC_CLK_TCK")
    )


def measured(browser: Any, address: str, seconds: float, expected: list[int]) -> tuple[float, float, float]:
    """(p95 of a frame, what it computes, first picture), in milliseconds."""
    page = browser.new_page(viewport={"width": 1280, "height": 860})
    page.on("pageerror", lambda fault: print("fault:", fault, file=sys.stderr))
    page.goto(address)
    page.wait_for_function("window.ready", timeout=300_000)
    first = page.evaluate("window.first")
    assert page.evaluate("window.count()") == expected, "the two do not draw the same graph"
    before = computed_ms()
    gaps = sorted(page.evaluate(FRAMES, seconds))
    each = (computed_ms() - before) / len(gaps)
    page.close()
    return gaps[int(0.95 * (len(gaps) - 1))], each, first


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a small graph, one run")
    parser.add_argument("--runs", type=int, default=RUNS)
    options = parser.parse_args()
    sizes, runs, seconds = (SMOKE, 1, 1.0) if options.smoke else (SIZES, options.runs, float(SECONDS))
    from playwright.sync_api import sync_playwright

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Pages, held=served(sizes)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base, missed = f"http://127.0.0.1:{server.server_port}", 0
    print(
        "graphics by software (SwiftShader), 1280 × 860; medians of",
        runs,
        "runs; milliseconds; load of the machine",
        os.getloadavg()[0],
    )
    print(f"{'points':>7} {'links':>7} {'':10} {'frame p95':>10} {'cpu':>7} {'first':>8}")
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for nodes, links, frame_max, first_max in sizes:
            found: dict[str, tuple[float, float, float]] = {}
            for name in ("ours", "cytoscape"):
                times = [
                    measured(browser, f"{base}/{name}-{nodes}", seconds, [nodes, links])
                    for _run in range(runs)
                ]
                found[name] = tuple(sorted(column)[runs // 2] for column in zip(*times, strict=True))  # type: ignore[assignment]
                print(
                    f"{nodes:7} {links:7} {name:10} {found[name][0]:10.1f} {found[name][1]:7.1f} {found[name][2]:8.0f}"
                )
            ours, peer = found["ours"], found["cytoscape"]
            held = ours[0] <= frame_max and (first_max is None or ours[2] <= first_max)
            missed += not held
            print(f"{'':16} cytoscape / ours: frame {peer[0] / ours[0]:.1f}, cpu {peer[1] / ours[1]:.1f}, first {peer[2] / ours[2]:.1f}; goal {frame_max:.0f}"
                  f"{f', {first_max:.0f}' if first_max else ''}: {'held' if held else 'missed'}")  # fmt: skip
        browser.close()
    server.shutdown()
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
