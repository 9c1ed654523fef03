"""What the web server loads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SAID = "import gc, maillage.project.wsgi; print(gc.get_freeze_count(), len(gc.get_objects()))"


def test_the_house_is_out_of_the_collectors_rounds(tmp_path: Path) -> None:
    environment = os.environ | {
        "MAILLAGE_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "maillage.project.settings",
    }
    environment.pop("MAILLAGE_DATABASE_URL", None)
    said = subprocess.run(
        [sys.executable, "-c", SAID], env=environment, capture_output=True, text=True, check=True
    )
    aside, looked_at = map(int, said.stdout.split())
    assert aside > 100_000 and looked_at < 5_000
