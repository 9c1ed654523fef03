// What one does with the map: come closer, step back, move, choose a point. The list says the same to who does not see it.

import { addBar, addCard } from "./card.js";

const STEP = 0.12;

export function controls(frame, { view, still, neighbours, light }) {
  const camera = view.getCamera();
  const pace = { duration: still ? 0 : 180 };
  const moves = { closer: () => camera.zoomIn(pace), farther: () => camera.zoomOut(pace), whole: () => camera.reset(pace) };
  addBar(frame, frame, moves);
  const show = addCard(frame, frame);
  keys(frame, camera, moves);
  choosing(show, { view, neighbours, light });
}

function keys(frame, camera, moves) {
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  frame.addEventListener("keydown", (event) => {
    if (event.target !== frame || event.ctrlKey || event.metaKey || event.altKey) return;
    const { x, y, ratio } = camera.getState();
    if (arrows[event.key]) camera.setState({ x: x + arrows[event.key][0] * STEP * ratio, y: y + arrows[event.key][1] * STEP * ratio });
    else if (event.key === "+") moves.closer();
    else if (event.key === "-") moves.farther();
    else if (event.key === "0") moves.whole();
    else return;
    event.preventDefault();
  });
}

/** A chosen point and its neighbours stand out; its card comes from the server. */
function choosing(show, { view, neighbours, light }) {
  let chosen = null;
  let near = [];
  async function choose(key) {
    view.setNodesState(near, { isHighlighted: false });
    chosen = key;
    const [others, links] = key ? neighbours.get(key) : [[], null];
    near = key ? [key, ...others] : [];
    view.setNodesState(near, { isHighlighted: true });
    light(links, near);
    view.scheduleRender();
    await show(key);
  }
  view.on("clickNode", ({ node }) => choose(node));
  view.on("clickStage", () => chosen && choose(null));
}
