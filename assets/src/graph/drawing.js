// A map that the server drew whole: the drawing of the poster itself, made larger or smaller in a frame that scrolls.
import "./graph.css";
import { addBar, addCard } from "./card.js";

const STEP = 1.4;
const CLOSEST = 8; // times the whole drawing
const NARROW_PX = 640;
const READABLE = 0.72; // dots of the screen for one of the drawing, where names are read on a phone
const DRAG_PX = 5;

/** Makes the drawing as large as asked; gives {to, moves}. 1: the whole drawing fits in its frame. */
function sizing(frame, drawing) {
  const { width, height } = drawing.viewBox.baseVal;
  const whole = () => Math.min(frame.clientWidth / width, frame.clientHeight / height);
  let zoom = 1;
  /** `at`: the place of the frame that stays where it is, its middle unless told. */
  function to(wanted, at = [frame.clientWidth / 2, frame.clientHeight / 2]) {
    const before = drawing.getBoundingClientRect();
    const corner = frame.getBoundingClientRect();
    const part = [(corner.left + at[0] - before.left) / before.width, (corner.top + at[1] - before.top) / before.height];
    zoom = Math.min(CLOSEST, Math.max(1, wanted));
    drawing.style.width = `${Math.floor(width * whole() * zoom)}px`;
    const after = drawing.getBoundingClientRect();
    frame.scrollLeft += after.left + part[0] * after.width - corner.left - at[0];
    frame.scrollTop += after.top + part[1] * after.height - corner.top - at[1];
    frame.dataset.zoom = zoom.toFixed(2);
  }
  new ResizeObserver(() => to(zoom)).observe(frame);
  to(1);
  if (frame.clientWidth < NARROW_PX) to(READABLE / whole());
  return {
    by: (times, at) => to(zoom * times, at),
    moves: { closer: () => to(zoom * STEP), farther: () => to(zoom / STEP), whole: () => to(1) },
  };
}

function moving(frame, { by, moves }) {
  frame.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = { "+": moves.closer, "-": moves.farther, 0: moves.whole }[event.key];
    if (!move) return;
    move();
    event.preventDefault();
  });
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    const corner = frame.getBoundingClientRect();
    by(event.deltaY < 0 ? 1.15 : 1 / 1.15, [event.clientX - corner.left, event.clientY - corner.top]);
    event.preventDefault();
  }, { passive: false });
  let from = null;
  let dragged = false;
  frame.addEventListener("dragstart", (event) => event.preventDefault());
  frame.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.pointerType === "mouse" && event.button === 0) from = [event.clientX + frame.scrollLeft, event.clientY + frame.scrollTop];
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    const [x, y] = [from[0] - event.clientX, from[1] - event.clientY];
    dragged ||= Math.hypot(x - frame.scrollLeft, y - frame.scrollTop) > DRAG_PX;
    if (dragged) frame.scrollTo(x, y);
  });
  addEventListener("pointerup", () => (from = null));
  return () => dragged;
}

/** A chosen point and its neighbours stand out. One point at a time is reached by Tab; arrows go to the next one in that direction. */
function choosing(frame, drawing, show, wasDragged) {
  const all = (what) => [...drawing.querySelectorAll(what)];
  const points = new Map(all("[data-key]").map((each) => [each.dataset.key, each]));
  const links = all("line[data-ends]").map((line) => [line, line.dataset.ends.split(" ")]);
  const reached = [...points.values()].map((point) => point.closest("a")).filter(Boolean);
  for (const link of reached) link.setAttribute("tabindex", "-1");
  let here = reached.at(-1);
  here?.setAttribute("tabindex", "0");

  function stand(link) {
    here.setAttribute("tabindex", "-1");
    here = link;
    here.setAttribute("tabindex", "0");
  }
  function choose(key) {
    for (const lit of all("[data-near]")) delete lit.dataset.near;
    delete drawing.dataset.chosen;
    if (key) {
      drawing.dataset.chosen = key;
      const near = new Set([key]);
      for (const [line, ends] of links) {
        if (!ends.includes(key)) continue;
        line.dataset.near = "";
        for (const end of ends) near.add(end);
      }
      for (const lit of all("[data-key], [data-mark]")) if (near.has(lit.dataset.key ?? lit.dataset.mark)) lit.dataset.near = "";
    }
    show(key);
  }
  frame.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // another tab, as for any link
    const link = event.target.closest("a");
    const point = event.target.closest("[data-key]") ?? link?.querySelector("[data-key]"); // the keyboard clicks on the link
    event.preventDefault();
    if (event.detail && wasDragged()) return;
    if (link) stand(link);
    choose(point?.dataset.key ?? null);
  });
  frame.addEventListener("keydown", (event) => {
    if (event.key === "Escape") choose(null);
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    const link = event.target.closest("a");
    if (!way || !link || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const next = nearest(link, reached, way);
    if (!next) return;
    stand(next);
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

/** The link whose point is nearest in that direction. */
function nearest(from, links, [across, down]) {
  const spot = (link) => {
    const { cx, cy } = link.querySelector("circle");
    return [cx.baseVal.value, cy.baseVal.value];
  };
  const [x, y] = spot(from);
  let best = [Infinity, null];
  for (const link of links) {
    const [right, low] = [spot(link)[0] - x, spot(link)[1] - y];
    const ahead = right * across + low * down;
    if (link === from || ahead <= 0) continue;
    const way = ahead + 2 * Math.abs(right * down) + 2 * Math.abs(low * across);
    if (way < best[0]) best = [way, link];
  }
  return best[1];
}

for (const frame of document.querySelectorAll("[data-drawing]")) {
  const drawing = frame.querySelector(".m-graph-drawing");
  frame.dataset.ready = "drawing";
  const sized = sizing(frame, drawing);
  const wasDragged = moving(frame, sized);
  addBar(frame.parentElement, frame, sized.moves);
  choosing(frame, drawing, addCard(frame.parentElement, frame), wasDragged);
}
