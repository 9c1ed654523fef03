// The map of knowledge that zooms: the places come from the server, the same as on the poster.
import "./graph.css";
import Graph from "graphology";
import { layerFill, sdfCircle, sdfDiamond, sdfSquare, sdfTriangle } from "sigma/rendering";
import { paintAreas } from "./areas.js";
import { controls } from "./controls.js";
import { View } from "./glide.js";
import { lines } from "./lines.js";
import { palette, whenColoursChange } from "./palette.js";

const WIDTH = 10_000;
const SHAPES = ["circle", "square", "triangle", "diamond"];
const MANY_POINTS = 300;
const NARROW_PX = 560;
const SIZE_MIN_PX = 1.6;

export function canDraw() {
  const context = document.createElement("canvas").getContext("webgl2");
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(context);
}

/** The points of the server's columns, for sigma; down is up for it. */
export function graphOf(columns, width) {
  const graph = new Graph();
  const degrees = new Uint32Array(columns.keys.length);
  for (const [one, other] of linksOf(columns)) {
    degrees[one] += 1;
    degrees[other] += 1;
  }
  const scale = Math.min(1, Math.sqrt(300 / Math.max(columns.keys.length, 1))) * Math.min(1, Math.max(0.6, width / 900));
  columns.keys.forEach((key, at) => {
    const kind = columns.kind[at];
    const size = Math.min(16, (kind ? 5 : 8) + degrees[at] / 2) * scale;
    graph.addNode(key, {
      x: columns.x[at], y: WIDTH - columns.y[at], label: columns.labels[at], kind, size: Math.max(size, SIZE_MIN_PX),
      side: columns.side[columns.sides[at]],
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
  const graph = graphOf(columns, place.clientWidth);
  const links = linksOf(columns);
  const isNarrow = place.clientWidth < NARROW_PX; // a phone: names would cover one another
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
        labelPosition: { attribute: "side" },
        labelSize: (point) => (point.kind || isNarrow ? 12 : 14),
        labelBackgroundColor: () => colours.veil,
        labelVisibility: (point, state, all) => (state.isHighlighted || state.isHovered ? "visible" : faded(state, all) ? "hidden" : "auto"),
        opacity: (point, state, all) => (faded(state, all) ? 0.2 : 1),
        cursor: "pointer",
      },
    },
    settings: {
      gestureTarget: "shared",
      itemSizesReference: "screen",
      minCameraRatio: 0.02,
      maxCameraRatio: 1.4,
      enableCameraRotation: false,
      enableCameraMouseRotation: false,
      labelRenderedSizeThreshold: graph.order > MANY_POINTS ? 4 : 0,
      labelDensity: isNarrow ? 0.4 : 1,
      labelGridCellSize: isNarrow ? 130 : 110,
      stagePadding: 24,
      pickingDownSizingRatio: 4,
      nodePickingPadding: 4,
      inertiaDuration: still ? 0 : 200,
      zoomDuration: still ? 0 : 200,
    },
  });
  view.setCustomBBox({ x: [0, WIDTH], y: [0, WIDTH] }).refresh();
  const spots = columns.keys.map((key) => view.graphToFramedGraph(graph.getNodeAttributes(key)));
  const drawn = lines(links.map(([one, other, sought]) => [spots[one], spots[other], sought]), {
    colour: () => colours.edgeParts,
    alpha: Math.max(0.25, Math.min(0.7, 900 / Math.max(links.length, 1))),
  });
  view.glideOver(links.length).addCustomLayerProgram("lines", "edges", drawn.factory);
  paintAreas(view, columns.areas, () => colours, WIDTH);
  whenColoursChange(() => {
    colours = palette(place);
    view.refresh();
  });
  return { view, still, neighbours: neighboursOf(columns.keys, links), light: drawn.light };
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

/** Puts the view that zooms in the place of the drawing; the drawing stays when anything is missing. */
export async function start(frame) {
  if (!canDraw()) return;
  const answer = await fetch(frame.dataset.graph);
  if (!answer.ok) return;
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
    view.on("webglContextLost", () => delete frame.dataset.ready);
    view.on("webglContextRestored", () => (frame.dataset.ready = "view"));
  } catch (fault) {
    delete frame.dataset.ready;
    place.remove();
    throw fault;
  }
}

for (const frame of document.querySelectorAll("[data-graph]")) start(frame);
