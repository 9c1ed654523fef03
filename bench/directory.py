"""What the directory costs: import, tiles and lists, search, relevance, each beside its peers.

    python -m bench.directory --sizes 1000,10000,100000,1000000 --databases sqlite,postgresql://postgres@127.0.0.1/postgres
    python -m bench.directory --smoke        # one small size on SQLite, to see that every part still runs and agrees
    python -m bench.directory --shown postgresql://postgres@127.0.0.1/postgres    # and the map in a browser, beside uMap

Each part prints one JSON line a size and a database; `docs/explanation/performances.md` tells what was seen, and how.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time

PARTS = ("bench.parts.imports", "bench.parts.map", "bench.parts.search")
RELEVANCE = "bench.parts.search_relevance"
SHOWN = "bench.parts.shown"
SMOKE_SIZE = "500"


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default="1000,10000")
    options.add_argument("--databases", default="sqlite")
    options.add_argument("--smoke", action="store_true")
    options.add_argument(
        "--shown", default="", metavar="SERVER", help="a PostgreSQL with PostGIS, for uMap; needs Chromium"
    )
    chosen = options.parse_args()
    sizes = SMOKE_SIZE if chosen.smoke else chosen.sizes
    databases = "sqlite" if chosen.smoke else chosen.databases
    steps = [(part, ["--databases", databases, "--sizes", sizes]) for part in PARTS]
    steps.append((RELEVANCE, ["--databases", databases]))
    if chosen.shown:
        steps.append((SHOWN, ["--databases", databases, "--sizes", sizes, "--server", chosen.shown]))
    failed = []
    for part, words in steps:
        sys.stdout.write(f"── {part} {' '.join(words)}\n")
        sys.stdout.flush()
        begun = time.monotonic()
        if subprocess.run([sys.executable, "-m", part, *words], check=False).returncode:
            failed.append(part)
        sys.stdout.write(f"   {time.monotonic() - begun:.0f} s\n")
    if failed:
        sys.stdout.write(f"failed: {', '.join(failed)}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
