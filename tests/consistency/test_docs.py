"""Pages of the documentation lead somewhere, and decisions are written in one shape."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests.consistency.sources import ROOT, name_of

LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
DECISIONS = sorted((ROOT / "docs" / "adr").glob("*.md"))


def anchors_of(page: Path) -> set[str]:
    """The anchors that a forge gives to the titles of a page."""
    titles = re.findall(r"^#+\s+(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_link_is_broken(page: Path) -> None:
    broken = []
    for found in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        target, _, anchor = "".join(found).partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and file.suffix == ".md" and anchor not in anchors_of(file)):
            broken.append("".join(found))
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_has_one_title(page: Path) -> None:
    text = CODE.sub("", page.read_text(encoding="utf-8"))
    assert len(re.findall(r"^# ", text, re.MULTILINE)) == 1


@pytest.mark.parametrize("decision", DECISIONS, ids=name_of)
def test_decisions_have_one_shape(decision: Path) -> None:
    """A number of its own, and on a page: what was the matter, what we do, what follows."""
    text = decision.read_text(encoding="utf-8")
    assert re.fullmatch(r"\d{4}-[a-z0-9-]+", decision.stem)
    for word in ("Context", "Decision", "Consequence"):
        assert re.search(rf"\b{word}s?\b", text), f"does not say its {word.lower()}"
    assert len(text.splitlines()) <= 60


def test_decisions_have_each_their_number() -> None:
    numbers = [decision.name[:4] for decision in DECISIONS]
    assert sorted(set(numbers)) == sorted(numbers)


def test_nothing_tells_of_the_machine_it_was_written_on() -> None:
    """Paths, hosts and tools of a workshop mean nothing to who reads the project."""
    private = re.compile(r"/work/|/root/|worktree|127\.0\.0\.1:\d{4}.*registry", re.IGNORECASE)
    found = [name_of(page) for page in PAGES if private.search(page.read_text(encoding="utf-8"))]
    assert found == []


def test_no_change_is_told_twice() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    entries = [line for line in lines if line.startswith("- ")]
    assert [line for line in entries if entries.count(line) > 1] == []


def test_the_layers_of_a_room_are_told_as_its_contract_has_them() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    contract = next(
        each for each in tools["importlinter"]["contracts"] if each["name"].startswith("Inside a room")
    )
    layers = [[name.strip("() ") for name in layer.split("|")] for layer in contract["layers"]]
    told = re.search(r"`(manifest › [^`]+)`", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
    assert told is not None
    assert [layer.split(", ") for layer in re.split(r"\s*›\s*", told[1])] == layers
