"""What the documents and the units tell people to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from maillage.project.cli.app import app
from maillage.project.config import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("deploy", "docs/how-to", "docs/guide-fr", "docs/tutorials")
TEXTS = (".md", ".service", ".conf", ".yaml", ".example")
FILES = [
    *(file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*")) if file.suffix in TEXTS),
    ROOT / "README.md",
    ROOT / "deploy" / "compose" / "Dockerfile",
]
COMMAND = re.compile(r"(?:^|[`/\"])maillage (?P<name>[a-z][a-z-]+)(?P<rest>[^`\n]*)", re.M)
IN_CODE = re.compile(r"```.*?```|`[^`\n]+`", re.S)


def commands() -> dict[str, set[str]]:
    found = {}
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        members = [command, *getattr(command, "commands", {}).values()]
        parameters = [parameter for member in members for parameter in member.params]
        found[name] = {o for p in parameters for o in [*p.opts, *p.secondary_opts]} | {"--help"}
    return found


def test_every_command_that_people_are_told_exists() -> None:
    known = commands()
    wrong = []
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        parts = IN_CODE.findall(text) if file.suffix == ".md" else [text]
        for match in (match for part in parts for match in COMMAND.finditer(part)):
            name, rest = match["name"], match["rest"].split(" #")[0]
            if name not in known:
                if file.suffix == ".md" or "bin/maillage" in match[0]:
                    wrong.append(f"{file.name}: maillage {name}")
                continue
            options = re.findall(r"--[a-z-]+", rest)
            wrong += [f"{file.name}: {name} {option}" for option in options if option not in known[name]]
    assert not wrong


def test_every_variable_that_people_are_told_exists() -> None:
    known = {setting.variable for setting in SETTINGS}
    for file in FILES:
        said = set(re.findall(r"\bMAILLAGE_[A-Z_]+\b", file.read_text(encoding="utf-8")))
        assert {name for name in said if not name.startswith("MAILLAGE_TEST_")} <= known, file.name


def test_every_setting_that_the_howto_writes_exists() -> None:
    known = {setting.name for setting in SETTINGS}
    text = (ROOT / "docs" / "how-to" / "deploy.md").read_text(encoding="utf-8")
    written = re.findall(r"^([a-z_]+) = ", text, re.M)
    assert written
    assert set(written) <= known
