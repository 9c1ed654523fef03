"""The wheel is all that one needs: front-end, catalogue, words and pictures travel in it."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.project.house import get, python, run, running

ROOT = Path(__file__).resolve().parents[2]
NEEDED = (
    "maillage/static/build/manifest.json",
    "maillage/static/build/icons.svg",
    "maillage/locale/fr/LC_MESSAGES/django.mo",
    "maillage/kernel/ui/templates/ui/base.html",
    "maillage/kernel/ui/static/maillage/icon.svg",
    "maillage/project/demo/content/people.toml",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    if not (ROOT / "src" / "maillage" / "static" / "build" / ".stamp").is_file():
        pytest.fail("the front-end is not built: run `make test`")
    done = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (made,) = folder.glob("maillage-*.whl")
    return made


@pytest.mark.slow
def test_the_wheel_holds_all_that_one_needs(wheel: Path) -> None:
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


@pytest.mark.slow
def test_what_is_installed_from_the_wheel_shows_its_demonstration_and_wipes_it(
    wheel: Path, tmp_path: Path
) -> None:
    """The libraries are those of this environment; Maillage itself comes from the wheel, not from the sources beside the tests."""
    installed, data = tmp_path / "installed", tmp_path / "demo"
    zipfile.ZipFile(wheel).extractall(installed)
    there = {"PYTHONPATH": str(installed)}
    assert str(installed) in python(tmp_path, "import maillage; print(maillage.__file__)", **there)
    assert "est prête" in run(tmp_path, "demo", "--prepare", "--data", str(data), **there)
    assert "--data" in run(tmp_path, "demo", "--prepare", code=1, **there)
    with running(data, "demo", "--data", str(data), **there) as (process, port):
        said = process.log.read_text()  # type: ignore[attr-defined]
        assert f"http://localhost:{port}/" in said
        for page in ("/", "/carte/", "/besoins-et-offres/", "/savoirs/carte/", "/aide/"):
            assert get(port, page)[0] == 200, page
        style = re.search(r'href="(/static/[^"]+\.css)"', get(port, "/")[1])
        assert style and get(port, style[1])[0] == 200
    assert (data / "maillage.sqlite3").is_file()
    run(tmp_path, "demo", "--wipe", "--data", str(data), **there)
    assert not data.exists()
