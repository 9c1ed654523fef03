"""Pictures of the demonstration: woven patterns in the colour of a theme."""

from __future__ import annotations

import random
from io import BytesIO

from django.core.files.base import ContentFile
from PIL import Image, ImageColor, ImageDraw

WIDTH, HEIGHT = 960, 640
PAPER = (251, 247, 239)


def woven_picture(seed: str, color: str) -> ContentFile:
    """A PNG of crossed threads, always the same for the same seed and "#rrggbb"."""
    chance = random.Random(seed)  # noqa: S311  # a drawing, not a secret
    base = ImageColor.getrgb(color)[:3]
    picture = Image.new("RGB", (WIDTH, HEIGHT), _mix(PAPER, base, 0.12))
    drawing = ImageDraw.Draw(picture)
    pitch = chance.choice((64, 80, 96))
    thickness = pitch * chance.choice((5, 6)) // 10
    shades = [_mix(base, PAPER, part) for part in (0.0, 0.25, 0.45)] + [_mix(base, (0, 0, 0), 0.35)]
    warp = [chance.choice(shades) for _column in range(0, WIDTH + pitch, pitch)]
    weft = [chance.choice(shades) for _row in range(0, HEIGHT + pitch, pitch)]
    for row, across in enumerate(weft):
        for column, along in enumerate(warp):
            x, y = column * pitch, row * pitch
            flat = (
                x - pitch // 2,
                y + (pitch - thickness) // 2,
                x + pitch // 2,
                y + (pitch + thickness) // 2,
            )
            tall = (x - thickness // 2, y, x + thickness // 2, y + pitch)
            over, under = (
                ((flat, across), (tall, along)) if (row + column) % 2 else ((tall, along), (flat, across))
            )
            for box, shade in (under, over):
                drawing.rectangle(box, fill=shade)
    content = BytesIO()
    picture.save(content, format="PNG", optimize=False, compress_level=1)
    return ContentFile(content.getvalue(), name=f"{seed}.png")


def _mix(one: tuple[int, ...], other: tuple[int, ...], part: float) -> tuple[int, int, int]:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue
