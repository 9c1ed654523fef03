"""The square to flash on a printed page."""

from __future__ import annotations

from io import BytesIO

import segno


def qr_code(url: str) -> bytes:
    """An address as an SVG without margin: the page leaves its own white around it."""
    out = BytesIO()
    segno.make(url, error="m").save(out, kind="svg", scale=4, border=0, dark="#26302f")
    return out.getvalue()
