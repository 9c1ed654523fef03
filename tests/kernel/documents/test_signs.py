"""What people write that no font of the documents draws: the page is made all the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maillage.kernel.documents import signs
from maillage.kernel.documents.signs import with_signs_drawn
from tests.kernel.documents.test_typst import make
from tests.kernel.documents.test_typst import sources as sources


@pytest.mark.parametrize(
    "words",
    ["Atelier vélo 🚲", "🎉", "中文 mot", "\ufeffBonjour", "Cloche \x07", "🏳️\u200d🌈 1️⃣ 🇫🇷", "العربية עברית", "\ue000 \ufdd0 \U0010ffff"],
)  # fmt: skip
def test_a_page_is_made_of_any_words(sources: Path, words: str) -> None:
    assert make(words, title=words).startswith(b"%PDF-")


@given(text=st.text(max_size=60))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_page_is_made_of_any_text(sources: Path, text: str) -> None:
    assert make(text, title=text or "-").startswith(b"%PDF-")


def test_emoji_are_left_out_and_letters_leave_a_square() -> None:
    data = {"title": "🎉", "rows": [["Vélo 🚲", 3], ("中文 ✓ l’œuvre, 5 €", None)], "🚲": True}
    assert with_signs_drawn(data) == {
        "title": "□",
        "rows": [["Vélo ", 3], ["□□ ✓ l’œuvre, 5 €", None]],
        "🚲": True,
    }


def test_what_french_needs_is_always_kept() -> None:
    words = "« L’été », dit-elle – 5\u202f000\u00a0€… • Œuvre → là ✓ Привет"
    assert with_signs_drawn(words, is_strict=True) == words.replace("✓", "").replace("Привет", "□" * 6)


def test_a_page_of_every_sign_does_not_hold_the_site(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    monkeypatch.setattr(signs, "_is_drawn", lambda sign: bool(tried.append(sign)))
    with_signs_drawn("".join(map(chr, range(0x4E00, 0x6E00))))
    assert len(tried) == signs.TRIED_MAX
