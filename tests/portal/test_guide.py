"""The guide in the site: every page of the documentation's guide is there, and its links lead somewhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.test import Client

from maillage.portal.guide import ORDER, guide_pages
from tools import catalogue

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


def test_the_help_leads_to_every_page_of_the_guide(client: Client) -> None:
    shown = client.get("/aide/").content.decode()
    written = {file.stem for file in (ROOT / "docs" / "guide-fr").glob("*.md")}
    assert written == set(guide_pages()) and set(ORDER) <= written
    for slug in written:
        assert f'href="/aide/{slug}/"' in shown


def test_links_within_the_guide_stay_in_the_site(client: Client) -> None:
    for slug, page in guide_pages().items():
        answer = client.get(f"/aide/{slug}/")
        shown = answer.content.decode()
        assert page.title in shown
        assert not re.search(r'href="[^"]*\.md', shown)
        for address in re.findall(r'href="(/aide/[^"#]*)"', shown):
            assert client.get(address).status_code == 200


def test_steps_and_tables_stay_as_written_and_lines_are_whole(client: Client) -> None:
    shown = client.get("/aide/publier-une-fiche/").content.decode()
    written = (ROOT / "docs" / "guide-fr" / "publier-une-fiche.md").read_text(encoding="utf-8")
    article = shown.partition("</h1>")[2]
    assert len(re.findall(r"^\d+\. ", written, re.MULTILINE)) == article.partition("<ol")[2].partition(
        "</ol>"
    )[0].count("<li>")
    assert article.count("<tr>") == len(re.findall(r"^\|(?!-)", written, re.MULTILINE))
    assert "<br>" not in article


CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LABEL = re.compile(r"\*\*«\s*([^*]+?)\s*»\*\*")
guide_files = pytest.mark.parametrize(
    "file", sorted((ROOT / "docs" / "guide-fr").glob("*.md")), ids=lambda file: file.stem
)


def on_screen(words: str) -> str:
    """Words as one compares them: any blank is a blank, and figures are figures."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", words).strip()


@guide_files
def test_each_label_that_the_guide_names_is_on_the_screen(file: Path) -> None:
    """A label stands in the guide as **« Label »**; a way through menus parts its steps by ›."""
    said = {
        on_screen(words)
        for entry in catalogue.load()
        for words in (entry.msgstr, *entry.msgstr_plural.values())
    }
    named = [
        on_screen(step)
        for label in LABEL.findall(CODE.sub("", file.read_text(encoding="utf-8")))
        for step in label.split("›")
    ]
    assert [label for label in named if label not in said] == []


def test_the_guide_names_labels() -> None:
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "guide-fr").glob("*.md")]
    assert sum(len(LABEL.findall(text)) for text in texts) > 40


@guide_files
def test_the_guide_has_the_apostrophes_of_print(file: Path) -> None:
    assert "'" not in CODE.sub("", file.read_text(encoding="utf-8"))


def test_what_is_no_page_of_the_guide_is_not_found(client: Client) -> None:
    assert client.get("/aide/inconnue/").status_code == 404


def test_the_wheel_carries_the_guide() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    carried = build["targets"]["wheel"]["force-include"]
    assert carried["docs/guide-fr"] == "maillage/portal/guide_fr"
