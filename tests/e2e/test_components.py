"""Each component of the gallery, in light and in dark: drawn, accessible, its edges and its focus in sight, large enough."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.e2e.accessibility import COLOURS
from tests.e2e.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

CONTRAST_MIN = 3.0
"""WCAG 1.4.11: what shows a control, or that it has the focus, beside what surrounds it."""
TARGET_PIXELS_MIN = 24
RING_PIXELS_MIN = 2
COLOURS_MIN = 8
"""A stage with words or a drawing has many shades; an empty one has one or two."""
COMPONENTS_MIN = 34
LOOK_PIXELS = 4000

AXE = """async (rules) => {
  const wrong = [];
  for (const example of document.querySelectorAll(".m-example")) {
    const found = await axe.run(example.querySelector(".m-example-stage"), {
      resultTypes: ["violations"],
      ...(rules ? { runOnly: { type: "rule", values: rules } } : { rules: { "target-size": { enabled: true } } }),
    });
    for (const { id, nodes } of found.violations)
      wrong.push(`${example.id}: ${id} ${nodes[0].target} ${nodes[0].html.slice(0, 120)}`);
  }
  return wrong;
}"""
STAGES = """() => [...document.querySelectorAll(".m-example")].map((example) => {
  const { x, y, width, height } = example.querySelector(".m-example-stage").getBoundingClientRect();
  return { name: example.id, box: [x + scrollX, y + scrollY, x + scrollX + width, y + scrollY + height] };
})"""
CONTROLS = """() => [...document.querySelectorAll("input, select, textarea")]
  .filter((control) => control.checkVisibility({ contentVisibilityAuto: true }) && control.getClientRects().length)
  .map((control) => {
    const { x, y, height } = control.getBoundingClientRect();
    return { what: control.outerHTML.slice(0, 100), x: Math.round(x + scrollX), y: Math.round(y + scrollY + height / 2) };
  })"""
FOCUSABLE = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]'
RINGS = """(focusable) => {
  const clear = /^rgba\\(.*, 0\\)$|^transparent$/;
  const ground = (part) => {
    for (; part; part = part.parentElement) {
      const colour = getComputedStyle(part).backgroundColor;
      if (!clear.test(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  return [...document.querySelectorAll(focusable)].filter((part) => {
    part.focus({ preventScroll: true });
    return part === document.activeElement;
  }).map((part) => {
    part.focus({ preventScroll: true });
    const style = getComputedStyle(part);
    return {
      what: part.outerHTML.slice(0, 100),
      drawn: style.outlineStyle !== "none" && part.matches(":focus-visible") ? parseFloat(style.outlineWidth) : 0,
      ring: style.outlineColor,
      ground: ground(parseFloat(style.outlineOffset) < 0 ? part : part.parentElement),
    };
  });
}"""
SMALL = """([focusable, least]) => [...document.querySelectorAll(focusable)].filter((part) => {
  if (!part.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true })) return false;
  if (part.closest(".m-skip, .m-honeypot")) return false;
  const inText = part.matches("a") && getComputedStyle(part).display === "inline" && part.closest("p, li, dd, td");
  const wide = getComputedStyle(part, "::after").position === "absolute" ? part.offsetParent : part; // the card is the link
  const { width, height } = wide.getBoundingClientRect();
  return !inText && (width < least || height < least) && !part.matches(".m-code");
}).map((part) => `${part.outerHTML.slice(0, 120)} ${JSON.stringify(part.getBoundingClientRect())}`)"""

Colour = tuple[int, int, int]


def luminance(colour: Iterable[int]) -> float:
    """Relative luminance of an sRGB colour, as WCAG 2 defines it."""
    red, green, blue = (
        part / 12.92 if (part := value / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for value in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Iterable[int], other: Iterable[int]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_of_known_pairs() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((118, 118, 118), (255, 255, 255)) == pytest.approx(4.54, abs=0.01)


def as_colour(text: str) -> Colour:
    """Opaque `rgb(…)` only: what lets the ground through has no contrast of its own."""
    assert text.startswith("rgb(") and "/" not in text, text
    red, green, blue = (round(float(part)) for part in text[4:-1].split(","))
    return red, green, blue


def gallery(open_page: Callable[..., Page], **options: Any) -> Page:
    """The gallery, its map drawn, in a window high enough to be seen in a few looks."""
    page = open_page(viewport={"width": DESK["width"], "height": LOOK_PIXELS}, **options)
    page.goto("/composants/")
    page.locator("#map_panel").scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelector('#carte-exemple[data-ready]')?.map.loaded()")
    return page


def pictured(page: Page) -> Image.Image:
    """The whole page, look after look: browsers draw no surface as high as the gallery."""
    wide, high = page.evaluate("() => [innerWidth, document.documentElement.scrollHeight]")
    picture = Image.new("RGB", (wide, high))
    for top in range(0, high, LOOK_PIXELS):
        reached = page.evaluate("(top) => { scrollTo(0, top); return scrollY; }", top)
        picture.paste(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), (0, round(reached)))
    return picture


def faint_edges(page: Page, picture: Image.Image) -> list[str]:
    """Controls whose left edge, as it is drawn, does not stand out of what is beside it."""
    faint = []
    for control in page.evaluate(CONTROLS):
        row = [picture.getpixel((control["x"] + step, control["y"])) for step in range(-3, 5)]
        found = max(contrast(row[0], pixel) for pixel in row[2:])
        if found < CONTRAST_MIN:
            faint.append(f"{found:.2f} {control['what']}")
    return faint


def faint_rings(page: Page) -> list[str]:
    page.keyboard.press("Tab")  # from here on, a browser shows where the focus is
    rings = page.evaluate(RINGS, FOCUSABLE)
    assert len(rings) > 80
    return [
        f"{ring['drawn']}px {ring['ring']} on {ring['ground']}: {ring['what']}"
        for ring in rings
        if ring["drawn"] < RING_PIXELS_MIN
        or contrast(as_colour(ring["ring"]), as_colour(ring["ground"])) < CONTRAST_MIN
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_component(open_page: Callable[..., Page], axe: str, tmp_path: Path, scheme: str) -> None:
    page = gallery(open_page, color_scheme=scheme)
    picture = pictured(page)
    blank = []
    for stage in page.evaluate(STAGES):
        drawn = picture.crop(stage["box"])
        drawn.save(tmp_path / f"{stage['name']}-{scheme}.png")
        if len(drawn.getcolors(maxcolors=drawn.width * drawn.height) or ()) < COLOURS_MIN:
            blank.append(stage["name"])
    assert len(list(tmp_path.glob("*.png"))) >= COMPONENTS_MIN
    assert blank == []
    assert faint_edges(page, picture) == []
    assert faint_rings(page) == []
    page.evaluate(axe)
    assert page.evaluate(AXE, list(COLOURS) if scheme == "dark" else None) == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_everything_to_press_is_large_enough(open_page: Callable[..., Page], size: dict[str, int]) -> None:
    page = open_page(viewport=size)
    page.goto("/composants/")
    assert page.evaluate(SMALL, [FOCUSABLE, TARGET_PIXELS_MIN]) == []
