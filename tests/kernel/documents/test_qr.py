"""The square to flash says the same address on paper and on a screen."""

from __future__ import annotations

from maillage.kernel.documents.qr import qr_code, screen_qr_code

ADDRESS = "https://maillage.test/troc/guichet/abc/?a=1&b=<x>"


def test_paper_has_no_margin_and_the_screen_its_own_white() -> None:
    paper, screen = qr_code(ADDRESS).decode(), screen_qr_code(ADDRESS)
    assert paper.startswith("<?xml") and "#ffffff" not in paper and "#fff" not in paper
    assert screen.startswith('<svg width="100%"') and "viewBox" in screen and ("#fff" in screen)
    assert "<x>" not in screen and qr_code(ADDRESS) != qr_code(ADDRESS + "1")
