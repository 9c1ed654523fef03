"""What the wall of a workshop owes to the room: all of it on the screen, in letters that are read from afar."""

from __future__ import annotations

import time

from playwright.sync_api import Page, ViewportSize

WALLS: tuple[ViewportSize, ...] = ({"width": 1920, "height": 1080}, {"width": 1280, "height": 720})
WAIT_S = 15
FAULTS = """({width, height}) => {
    const drawing = document.querySelector("#mur svg.m-graph-drawing");
    const side = document.querySelector(".m-wall-side");
    const texts = [...drawing.querySelectorAll("text")];
    const groups = [...side.querySelectorAll("li")];
    const boxes = [drawing, ...texts, ...groups].map((each) => each.getBoundingClientRect());
    const edges = (side) => boxes.map((box) => box[side]);
    const scale = drawing.getScreenCTM().a;
    const page = document.documentElement;
    const seen = {
        left: [Math.min(...edges("left")), 0], top: [Math.min(...edges("top")), 0],
        toTheRight: [width, Math.max(...edges("right"))], below: [height, Math.max(...edges("bottom"))],
        across: [width, page.scrollWidth], down: [height, page.scrollHeight],
        listHeight: [side.clientHeight, side.scrollHeight], listWidth: [side.clientWidth, side.scrollWidth],
        listLetters: [Math.min(...groups.map((each) => parseFloat(getComputedStyle(each).fontSize))), 12],
        mapLetters: [Math.min(...texts.map((each) => each.getAttribute("font-size") * scale)), 12],
        drawing: [drawing.getBoundingClientRect().height, 0.8 * height],
        window: [innerWidth, width], windowHeight: [innerHeight, height],
    };
    return Object.entries(seen).filter(([, [large, small]]) => large < small).map((each) => JSON.stringify(each));
}"""
"""Names of what is smaller than it should be: the first figure of each is to be as large as the second, or larger."""


def fits_the_wall(wall: Page, size: ViewportSize) -> None:
    """Soon after the wall has that size, the whole map, its names and the list of groups are on it, and nothing scrolls.

    The wall asks for its content every three seconds: what is read is the state that it comes to.
    """
    wall.set_viewport_size(size)
    limit = time.monotonic() + WAIT_S
    while faults := wall.evaluate(FAULTS, size):
        assert time.monotonic() < limit, faults
        wall.wait_for_timeout(100)
