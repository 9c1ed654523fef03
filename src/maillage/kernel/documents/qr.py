"""The square to flash, on a printed page or on a screen."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe

MARGIN_MODULES = 3
DARK, LIGHT = "#26302f", "#ffffff"


def qr_code(url: str) -> bytes:
    """An address as an SVG without margin: the page leaves its own white around it."""
    return _drawn(url, scale=4, border=0)


def screen_qr_code(url: str) -> SafeString:
    """An address as the SVG of a page, as wide as its place, with its own white around it in both themes: readers of
    codes want it so."""
    drawn = _drawn(url, border=MARGIN_MODULES, light=LIGHT, xmldecl=False, omitsize=True).decode()
    return mark_safe(drawn.replace("<svg ", '<svg width="100%" height="320" ', 1))  # noqa: S308 (drawn here; the address itself is not in it)


def _drawn(url: str, **drawing: Any) -> bytes:
    out = BytesIO()
    segno.make(url, error="m").save(out, kind="svg", dark=DARK, **drawing)
    return out.getvalue()
