"""Colours that people choose, and the ink that can be read on them (WCAG 2.2, relative luminance)."""

from __future__ import annotations

import re

HEX = re.compile(r"#[0-9a-fA-F]{6}")


def luminance(color: str) -> float:
    """The relative luminance of "#rrggbb", from 0 to 1; raises ValueError on anything else."""
    if not HEX.fullmatch(color):
        raise ValueError(f"not a colour: {color!r}")
    channels = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(color: str) -> str:
    """White or near-black, whichever reads better on `color`; near-black on what is not a colour."""
    try:
        return "#ffffff" if contrast(color, "#ffffff") >= contrast(color, "#16211f") else "#16211f"
    except ValueError:
        return "#16211f"
