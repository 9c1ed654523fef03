"""Every sentence on screen has its French, and keeps what it must carry."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.consistency.sources import name_of, python_files, templates, tree_of
from tools import catalogue

POSITIONAL = re.compile(r"%[sd]|\{\}|\{\d+\}")
FORMATTED_BY_ALLAUTH = {
    "An account already has this address. Sign in to it first, then link your %s identity.",
}
VISIBLE = re.compile(r">([^<>{}]*[A-Za-zÀ-ÿ]{2,}[^<>{}]*)<")
TAGS = re.compile(r"\{%\s*blocktrans(?:late)?.*?endblocktrans(?:late)?\s*%\}|\{#.*?#\}", re.DOTALL)
CODE = re.compile(r"<(code|svg|template)\b.*?</\1>|<!--.*?-->", re.DOTALL)


def test_the_catalogue_is_complete() -> None:
    """Nothing untranslated, nothing that is no longer said, no placeholder lost on the way."""
    assert catalogue.faults() == []


def test_a_function_that_translates_is_read_under_any_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "src" / "maillage"
    package.mkdir(parents=True)
    (package / "forms.py").write_text(
        "from django.utils.translation import gettext as _now\n"
        "from django.utils.translation import pgettext_lazy as _of\n"
        "said = _now('Say how much.'), _of('a state', 'Open')\n"
    )
    monkeypatch.setattr(catalogue, "SOURCES", package)
    found = [message for message, _file in catalogue.messages()]
    assert found == [(None, "Say how much.", None), ("a state", "Open", None)]


def test_no_sentence_hides_in_a_formatted_string() -> None:
    """What gathers the sentences does not look there."""
    hidden = [
        f"{name_of(file)}:{call.lineno}"
        for file in python_files()
        for text in ast.walk(tree_of(file))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in catalogue.called_in(file)
    ]
    assert hidden == []


def test_placeholders_have_names() -> None:
    """A translator may need to change their order."""
    found = [entry.msgid for entry in catalogue.load() if POSITIONAL.search(entry.msgid)]
    assert [said for said in found if said not in FORMATTED_BY_ALLAUTH] == []


def test_french_punctuation_stands_behind_a_space_that_does_not_break() -> None:
    found = [
        said
        for entry in catalogue.load()
        for said in (entry.msgstr, *entry.msgstr_plural.values())
        if re.search(r"\w [:;!?](\s|$)", said)
    ]
    assert found == []


@pytest.mark.parametrize("file", [file for file in templates() if "gallery" not in file.parts], ids=name_of)
def test_no_sentence_stands_bare_in_a_template(file: Path) -> None:
    """Each goes through `{% translate %}`; names of formats (CSV, PDF…) are the same in every language.

    The gallery's specimens are left out: they show components with words that mean nothing.
    """
    text = CODE.sub("", TAGS.sub("", file.read_text(encoding="utf-8")))
    words = [found.strip() for found in VISIBLE.findall(text)]
    assert [
        word for word in words if re.search(r"[a-zà-ÿ]{2,}", word) and not re.fullmatch(r"\S+", word)
    ] == []
