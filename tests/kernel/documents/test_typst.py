from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.kernel.documents import typst
from maillage.kernel.documents.blocks import text_blocks

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
SOURCE = """
#import "/house.typ": *
#show: house.with(title: data.title, site: "Pays de Brume", address: "https://exemple.fr/1")
= #data.title
#weave()
#tag("Réemploi")
#facts(data.facts)
#blocks(data.blocks)
"""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "essai").mkdir()
    (tmp_path / "essai" / "page.typ").write_text(SOURCE, encoding="utf-8")
    monkeypatch.setattr(typst, "get_app_template_dirs", lambda name: (tmp_path,))
    return tmp_path


def make(text: str, title: str = "La Ressourcerie") -> bytes:
    data = {"title": title, "facts": [["Depuis", "2015"]], "blocks": text_blocks(text)}
    return typst.render_pdf("essai/page.typ", data, at=NOON)


def test_a_document_declares_both_standards_and_its_language(sources: Path) -> None:
    with pikepdf.open(
        BytesIO(make("Un **mot** et [un lien](https://exemple.fr).\n\n- un\n- deux"))
    ) as document:
        metadata = str(document.Root.Metadata.read_bytes(), "utf-8")
        assert "<pdfaid:part>3</pdfaid:part>" in metadata
        assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
        assert str(document.Root.Lang).startswith("fr")
        assert document.Root.MarkInfo.Marked


def test_the_same_words_make_the_same_bytes(sources: Path) -> None:
    assert make("Bonjour") == make("Bonjour")
    in_the_minute = NOON.replace(second=3, microsecond=250_000)
    assert typst.render_pdf("essai/page.typ", {"title": "A", "facts": [], "blocks": []}, at=in_the_minute)
    assert make("Bonjour") != make("Bonsoir")


def test_a_moment_with_microseconds_dates_the_document_to_the_second(sources: Path) -> None:
    data = {"title": "La Ressourcerie", "facts": [], "blocks": []}
    precise = typst.render_pdf("essai/page.typ", data, at=NOON.replace(microsecond=123456))
    assert precise == typst.render_pdf("essai/page.typ", data, at=NOON)


@pytest.mark.parametrize(
    "hostile", ['#panic("x")', '#read("/etc/passwd")', "$ x", "<label> @ref", "*" * 5000, "> " * 300 + "x"]
)
def test_a_text_is_never_run(sources: Path, hostile: str) -> None:
    assert make(hostile, title=hostile[:80]).startswith(b"%PDF-")


@given(st.text(max_size=400))
def test_any_text_becomes_blocks(text: str) -> None:
    assert isinstance(text_blocks(text), list)


def test_blocks_keep_the_words_and_drop_dangerous_links() -> None:
    (block,) = text_blocks("Voir [ici](javascript:alert(1)) et **là**")
    assert "".join(run["text"] for run in block["runs"]).startswith("Voir")
    assert all(run["href"] == "" for run in block["runs"])
    assert any(run["strong"] and run["text"] == "là" for run in block["runs"])


def test_a_missing_source_and_a_strange_file_name_are_faults(sources: Path) -> None:
    with pytest.raises(typst.DocumentNotMadeError, match="no source"):
        typst.render_pdf("essai/absent.typ", {}, at=NOON)
    with pytest.raises(typst.DocumentNotMadeError, match="plain file name"):
        typst.render_pdf("essai/page.typ", {}, at=NOON, files={"../x": b""})
