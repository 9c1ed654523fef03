"""Templates are put together from components; nothing stands in them that the security policy would refuse."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.consistency.sources import PACKAGE, ROOT, name_of, scripts, templates

UI = PACKAGE / "kernel" / "ui"
CLASS = re.compile(r"""\sclass\s*=\s*(?:"([^"]*)"|'([^']*)'|(\S+))""")
OWN_CLASS = re.compile(r"^m-[a-z0-9-]+$")
INLINE = re.compile(
    r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/(ld\+)?json)",
    re.IGNORECASE,
)
THIRD_PARTY = re.compile(
    r"""<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE
)
SENTENCE = re.compile(r"""(["'`])[A-ZÀ-Ý][a-zà-ÿ]+ [^"'`]*\1|(["'`])[^"'`]*[à-ÿÀ-Ý][^"'`]*\2""")
STRIPPED = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
COLOUR_SAID = re.compile(
    r"""\s(?:fill|stroke|color|bgcolor|stop-color|flood-color|lighting-color)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""",
    re.IGNORECASE,
)
COLOUR_OF_THE_HOUSE = re.compile(r"\s*(?:none|currentColor|inherit|var\(--[a-z0-9-]+\)|url\(#[^)]*\))?\s*")
COLOUR_HANDED = re.compile(r"""\{%[^%]*(["']#(?:[0-9a-f]{3}){1,2}["'])""", re.IGNORECASE)
TAGS = re.compile(r"\{%.*?%\}|\{#.*?#\}|\{\{.*?\}\}", re.DOTALL)

own_templates = pytest.mark.parametrize("file", list(templates()), ids=name_of)


def outside_ui(file: Path) -> bool:
    return UI not in file.parents


@own_templates
def test_no_kit_class_stands_outside_the_components(file: Path) -> None:
    """A room that wants another look asks `kernel/ui` for a component; its own classes are named m-…"""
    if not outside_ui(file):
        return
    words = TAGS.sub(" ", file.read_text(encoding="utf-8"))
    classes = [name for found in CLASS.findall(words) for name in "".join(found).split()]
    assert [name for name in classes if not OWN_CLASS.match(name)] == []


LETTER = PACKAGE / "kernel" / "mail" / "templates" / "mail" / "letter.html"
"""The layout of e-mails: no page shows it, and mail programs know no style but what stands in the message."""


@own_templates
def test_nothing_inline(file: Path) -> None:
    if file == LETTER:
        return
    assert INLINE.findall(TAGS.sub("", file.read_text(encoding="utf-8"))) == []


def colours_of_its_own(words: str) -> list[str]:
    """The colours that a template writes itself: they would stay as they are in the dark."""
    said = ["".join(found) for found in COLOUR_SAID.findall(TAGS.sub("", words))]
    return [each for each in said if not COLOUR_OF_THE_HOUSE.fullmatch(each)] + COLOUR_HANDED.findall(words)


@own_templates
def test_a_room_takes_its_colours_from_the_tokens(file: Path) -> None:
    """Drawings say `currentColor` or `var(--…)`, of `tokens.css`, which has each colour for light and dark."""
    if PACKAGE / "apps" in file.parents:
        assert colours_of_its_own(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ('<circle r="5" fill="#c0562f"/>', ["#c0562f"]),
        ("<path stroke='rgb(1 2 3)'/>", ["rgb(1 2 3)"]),
        ('<path fill=white d="M0 0"/>', ["white"]),
        ('{% theme_marker "#2f7d32" "wheat" %}', ['"#2f7d32"']),
        ('<path fill="none" stroke="var(--thread)"/><g fill="currentColor"/><g fill="{{ color }}"/>', []),
        ('<a href="#add">{% trans "Add" %}</a><use href="#fade"/><div hx-target="#bed">', []),
    ],
)
def test_a_planted_colour_is_found(planted: str, found: list[str]) -> None:
    assert colours_of_its_own(planted) == found


def test_every_token_that_a_template_names_exists() -> None:
    """A drawing whose token was renamed would be black."""
    tokens = set(re.findall(r"(--[a-z0-9-]+):", (ROOT / "assets/src/styles/tokens.css").read_text("utf-8")))
    named = {
        token
        for file in templates()
        for token in re.findall(r"var\((--[a-z0-9-]+)\)", file.read_text("utf-8"))
    }
    assert named and named <= tokens


@own_templates
def test_nothing_is_asked_of_a_third_party(file: Path) -> None:
    assert THIRD_PARTY.findall(file.read_text(encoding="utf-8")) == []


def test_classes_are_not_slipped_in_by_python() -> None:
    """A widget's `attrs={"class": …}` would be a kit class by another door."""
    found = [
        name_of(file)
        for file in sorted(PACKAGE.rglob("*.py"))
        if outside_ui(file)
        and any(
            not OWN_CLASS.match(name)
            for classes in re.findall(
                r"""["']class["']\s*:\s*["']([^"'.]*)["']""", file.read_text(encoding="utf-8")
            )
            for name in classes.split()
        )
    ]
    assert found == []


@pytest.mark.parametrize("file", list(scripts()), ids=name_of)
def test_scripts_say_no_words(file: Path) -> None:
    """Templates hand them over in `data-` attributes, so that the catalogue knows every sentence."""
    code = STRIPPED.sub("", file.read_text(encoding="utf-8"))
    assert [found.group(0) for found in SENTENCE.finditer(code)] == []


def test_every_icon_named_is_drawn() -> None:
    """An icon that the sprite lacks would be an empty square."""
    drawn = set((ROOT / "assets" / "icons.txt").read_text(encoding="utf-8").split())
    named = {
        icon
        for file in templates()
        for icon in re.findall(r"""(?:\bicon=|\{% icon )"([a-z0-9-]+)\"""", file.read_text(encoding="utf-8"))
    } | {
        icon
        for file in PACKAGE.rglob("*.py")
        for icon in re.findall(r"""\bicon="([a-z0-9-]+)\"""", file.read_text(encoding="utf-8"))
    }
    assert sorted(named - drawn) == []
