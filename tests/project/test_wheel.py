"""The wheel is all that one needs: front-end, catalogue, words and pictures travel in it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (
    "maillage/static/build/manifest.json",
    "maillage/static/build/icons.svg",
    "maillage/locale/fr/LC_MESSAGES/django.mo",
    "maillage/kernel/ui/templates/ui/base.html",
    "maillage/kernel/ui/static/maillage/icon.svg",
    "maillage/project/demo/content/people.toml",
)


@pytest.mark.slow
def test_the_wheel_is_self_sufficient(tmp_path: Path) -> None:
    if not (ROOT / "src" / "maillage" / "static" / "build" / ".stamp").is_file():
        pytest.fail("the front-end is not built: run `make test`")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("maillage-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert not set(NEEDED) - names
    assert any(
        name.startswith("maillage/static/build/assets/main-") and name.endswith(".css") for name in names
    )
    sources = ("src/maillage/kernel", "src/maillage/apps", "src/maillage/portal", "src/maillage/project")
    missing = [
        file
        for folder in sources
        for file in (ROOT / folder).rglob("*")
        if file.is_file()
        and "__pycache__" not in file.parts
        and str(file.relative_to(ROOT / "src")) not in names
    ]
    assert not missing
    assert not [name for name in names if name.startswith(("tests/", "tools/", "assets/"))]
