"""The fonts that documents are made with."""

from __future__ import annotations

from functools import cache

import typst


@cache
def fonts() -> typst.Fonts:
    """Only the fonts that travel in typst's wheel, so that every machine makes the same pages."""
    return typst.Fonts(include_system_fonts=False)
