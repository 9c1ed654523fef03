// The map of knowledge that zooms: the server says where each thing stands and how large it is, the same as on the poster.
import "./graph.css";
import Graph from "graphology";
import { layerFill, sdfCircle, sdfDiamond, sdfSquare, sdfTriangle } from "sigma/rendering";
import { paintAreas } from "./areas.js";
import { controls } from "./controls.js";
import { View } from "./glide.js";
import { lines } from "./lines.js";
import { paintNames } from "./names.js";
import { palette, whenColoursChange } from "./palette.js";

const SHAPES = ["circle", "square", "triangle", "diamond"];
const OTHER_NAMES_PX = 12;
const NAMES_FROM = 1.5; // times closer than the whole map, the names that the poster does not write begin to come
const READABLE = 0.72; // dots of the screen for one of the sheet, where names are read on a phone
const NARROW_PX = 640;

export function canDraw() {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(context);
}

/** The points of the sheet, for sigma; down is up for it. */
export function graphOf(columns) {
  const graph = new Graph();
  const named = new Set(columns.names.map(([at]) => at));
  columns.keys.forEach((key, at) => {
    graph.addNode(key, {
      x: columns.x[at], y: columns.height - columns.y[at], size: columns.reach[at],
      kind: columns.kind[at], label: columns.labels[at], named: named.has(at),
    });
  });
  return graph;
}

/** [place of a point, place of another, whether it is sought] for each link. */
function linksOf(columns) {
  const found = [];
  for (let at = 0; at < columns.links.length; at += 3) {
    found.push([columns.links[at], columns.links[at + 1], columns.relations[columns.links[at + 2]] === "seeks"]);
  }
  return found;
}

export function draw(place, columns) {
  const graph = graphOf(columns);
  const { width, height } = columns;
  const [lineWidth, lineOpacity] = columns.line;
  const links = linksOf(columns);
  const whole = Math.min(place.clientWidth / width, place.clientHeight / height);
  const largestUnnamed = graph.reduceNodes((most, _key, point) => (point.named ? most : Math.max(most, point.size)), 0);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  let colours = palette(place);
  const faded = (state, all) => all.hasHighlighted && !state.isHighlighted;
  const view = new View(graph, place, {
    primitives: { nodes: { shapes: [sdfCircle(), sdfSquare(), sdfTriangle(), sdfDiamond()], layers: [layerFill()] } },
    styles: {
      nodes: {
        x: { attribute: "x" }, y: { attribute: "y" }, size: { attribute: "size" }, label: { attribute: "label" },
        shape: (point) => SHAPES[point.kind],
        color: (point) => colours.kinds[point.kind],
        labelColor: () => colours.ink,
        labelFont: (point) => (point.kind ? colours.font : `bold ${colours.font}`),
        labelSize: OTHER_NAMES_PX,
        labelBackgroundColor: () => colours.veil,
        labelVisibility: (point, state, all) => (point.named ? "hidden" : state.isHighlighted || state.isHovered ? "visible" : faded(state, all) ? "hidden" : "auto"),
        opacity: (point, state, all) => (faded(state, all) ? 0.2 : 1),
        cursor: "pointer",
      },
    },
    settings: {
      gestureTarget: "shared",
      itemSizesReference: "positions",
      zoomToSizeRatioFunction: (ratio) => ratio,
      minCameraRatio: 0.02,
      maxCameraRatio: 1.4,
      enableCameraRotation: false,
      enableCameraMouseRotation: false,
      labelRenderedSizeThreshold: largestUnnamed * whole * NAMES_FROM,
      stagePadding: 0,
      pickingDownSizingRatio: 4,
      nodePickingPadding: 4,
      inertiaDuration: still ? 0 : 200,
      zoomDuration: still ? 0 : 200,
    },
  });
  view.setCustomBBox({ x: [0, width], y: [0, height] }).refresh();
  const spots = columns.keys.map((key) => view.graphToFramedGraph(graph.getNodeAttributes(key)));
  const long = ([one, other]) => Math.hypot(columns.x[one] - columns.x[other], columns.y[one] - columns.y[other]);
  const drawn = lines(links.map((link) => [spots[link[0]], spots[link[1]], link[2] ? long(link) : 0]), {
    colour: () => colours.edgeParts,
    alpha: lineOpacity,
    widthPx: lineWidth * whole,
  });
  view.glideOver(links.length).addCustomLayerProgram("lines", "edges", drawn.factory);
  paintAreas(view, columns, () => colours);
  const names = paintNames(view, columns, () => colours);
  if (place.clientWidth < NARROW_PX) view.getCamera().setState({ ratio: Math.min(1, whole / READABLE) });
  whenColoursChange(() => {
    colours = palette(place);
    view.refresh();
  });
  return { view, still, neighbours: neighboursOf(columns.keys, links), light: (places, keys) => { drawn.light(places); names.light(keys); } };
}

/** {key: [the keys of its neighbours, the places of its links]}. */
function neighboursOf(keys, links) {
  const found = new Map(keys.map((key) => [key, [[], []]]));
  links.forEach(([one, other], at) => {
    for (const [here, there] of [[one, other], [other, one]]) {
      const [near, own] = found.get(keys[here]);
      near.push(keys[there]);
      own.push(at);
    }
  });
  return found;
}

/** The poster itself, as a picture, where the view cannot be. */
function showPoster(frame) {
  if (frame.querySelector("img")) return;
  const picture = document.createElement("img");
  picture.className = "m-graph-drawing";
  picture.src = frame.dataset.poster;
  picture.alt = frame.getAttribute("aria-label");
  frame.append(picture);
}

/** Draws the view that zooms; the poster takes its place when anything is missing. */
export async function start(frame) {
  if (!canDraw()) return showPoster(frame);
  const answer = await fetch(frame.dataset.graph);
  if (!answer.ok) return showPoster(frame);
  const columns = await answer.json();
  const place = document.createElement("div");
  place.className = "m-graph-view";
  frame.append(place);
  frame.dataset.ready = "view";
  try {
    const made = draw(place, columns);
    const { view } = made;
    controls(frame, made);
    frame.dataset.links = columns.links.length / 3;
    frame.graph = view; // tests find the view by its frame
    view.on("webglContextLost", () => { delete frame.dataset.ready; showPoster(frame); });
    view.on("webglContextRestored", () => (frame.dataset.ready = "view"));
  } catch (fault) {
    delete frame.dataset.ready;
    place.remove();
    showPoster(frame);
    throw fault;
  }
}

for (const frame of document.querySelectorAll("[data-graph]")) start(frame);
