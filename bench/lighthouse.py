"""Lighthouse on a phone: performance (goal 95) and accessibility (goal 100) of the pages that anybody opens first.

    python -m bench.lighthouse [--runs 3]

A furnished demonstration is made and served as an operator serves it; Lighthouse, by Google, opens each page in Chromium without a window,
as on a middling telephone on a slow network (its own defaults: four times slower than this machine, 150 ms away, 1.6 Mb/s). It is
fetched by npm into `var/bench` the first time: it is no part of the project. Medians of the runs are shown; a busy machine loses some points
of performance, none of accessibility. The map is drawn by software here, which it is not on a telephone: it is shown apart and has no goal.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.project.house import get, run, running

LIGHTHOUSE = "lighthouse@13"
FETCHED = Path(__file__).resolve().parent.parent / "var" / "bench" / "lighthouse"
TRIES = 3
CATEGORIES = ("performance", "accessibility", "best-practices")
GOALS = {"performance": 95, "accessibility": 100}
PAGES = {
    "home": "/",
    "initiatives": "/initiatives/",
    "a fiche": "",
    "organisations": "/structures/",
    "search": "/recherche/?q=jardin",
    "needs and offers": "/besoins-et-offres/",
    "help": "/aide/",
    "sign-in": "/compte/connexion/",
}
MAP = "/carte/"
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = "--headless=new --no-sandbox --disable-gpu --use-gl=angle --use-angle=swiftshader --enable-unsafe-swiftshader"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if chromium is None or shutil.which("npm") is None:
        print("Lighthouse needs Chromium, Node and npm.")
        return 2
    script = fetched()
    missed = 0
    with tempfile.TemporaryDirectory() as made:
        data = Path(made) / "site"
        run(data, "demo", "--prepare", "--data", str(data))
        with running(data, "demo", "--data", str(data)) as (_process, port):
            site = f"http://localhost:{port}"
            print(f"{'page':<20}" + "".join(f"{name:>16}" for name in CATEGORIES), flush=True)
            for name, path in (PAGES | {"the map": MAP}).items():
                address = site + (path or first_fiche(port))
                scores = scored(script, chromium, address, options.runs)
                shown = "".join(f"{scores[each]:>16.0f}" for each in CATEGORIES)
                print(f"{name:<20}{shown}", flush=True)
                goals = GOALS if path != MAP else {"accessibility": 100}
                missed += sum(scores[each] < goal for each, goal in goals.items())
    print("all goals held" if not missed else f"{missed} goals missed")
    return int(missed > 0)


def fetched() -> Path:
    """Lighthouse's script, installed the first time."""
    script = FETCHED / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not script.is_file():
        FETCHED.mkdir(parents=True, exist_ok=True)
        npm = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", str(FETCHED), LIGHTHOUSE]
        subprocess.run(npm, check=True)
    return script


def first_fiche(port: int) -> str:
    """The address of a fiche, as the list links to it."""
    found = re.search(r'href="(/initiatives/\d[^"]*)"', get(port, "/initiatives/")[1])
    assert found, "the list links to no fiche"
    return found.group(1)


def scored(script: Path, chromium: str, address: str, runs: int) -> dict[str, float]:
    """The median of each category, of 100."""
    reports = [audited(script, chromium, address) for _ in range(runs)]
    return {
        name: statistics.median(100 * (report["categories"][name]["score"] or 0) for report in reports)
        for name in CATEGORIES
    }


def audited(script: Path, chromium: str, address: str) -> dict[str, Any]:
    command = [
        "node", str(script), address, "--quiet", "--output=json", f"--chrome-flags={FLAGS}",
        f"--only-categories={','.join(CATEGORIES)}",
    ]  # fmt: skip
    for _ in range(TRIES):  # a browser that begins late sometimes leaves no trace of its page
        done = subprocess.run(
            command, capture_output=True, env={**os.environ, "CHROME_PATH": chromium}, check=False
        )
        if done.returncode == 0:
            report: dict[str, Any] = json.loads(done.stdout)
            return report
    raise SystemExit(done.stderr.decode(errors="replace"))


if __name__ == "__main__":
    sys.exit(main())
