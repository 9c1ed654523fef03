"""Every verb that the house writes in its journal has words on screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import maillage
from maillage.apps.directory.actions.initiatives import VERBS
from maillage.kernel.audit.words import verb_label

SOURCES = Path(maillage.__file__).parent
KINDS = "initiative|organization|membership|theme|territory|import|commune|address|site|job|synonyms|person|invitation"
WRITTEN = re.compile(rf'(?:verb=|verb = |journal\w*\(|else )\s*"((?:{KINDS})\.[a-z_]+)"')


def verbs() -> list[str]:
    found = {f"initiative.{verb}" for verb in VERBS.values()}
    for path in SOURCES.rglob("*.py"):
        if path.parent.name == "actions" or path.name in (
            "actions.py",
            "administration.py",
            "synonyms.py",
            "legal_texts.py",
        ):
            found.update(WRITTEN.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


def test_the_sources_are_read() -> None:
    assert {"initiative.create", "site.edit_legal_text", "job.drop", "theme.create"} <= set(verbs())


@pytest.mark.parametrize("verb", verbs())
def test_a_verb_has_words(verb: str) -> None:
    said = str(verb_label(verb))
    assert said != verb
    assert "." not in said
