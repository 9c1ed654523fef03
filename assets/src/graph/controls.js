// What one does with the map: come closer, step back, move, choose a point. The list says the same to who does not see it.

const STEP = 0.12;

export function controls(frame, { view, still, neighbours, light }) {
  const camera = view.getCamera();
  const pace = { duration: still ? 0 : 180 };
  const bar = document.createElement("div");
  bar.className = "m-graph-bar";
  const moves = { closer: () => camera.zoomIn(pace), farther: () => camera.zoomOut(pace), whole: () => camera.reset(pace) };
  for (const [name, move] of Object.entries(moves)) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = { closer: "+", farther: "−", whole: "⤢" }[name];
    button.setAttribute("aria-label", frame.dataset[`word${name[0].toUpperCase()}${name.slice(1)}`]);
    button.addEventListener("click", move);
    bar.append(button);
  }
  frame.append(bar);
  const card = document.createElement("div");
  card.className = "m-graph-card";
  card.setAttribute("role", "status");
  card.textContent = frame.dataset.wordHint;
  frame.after(card);
  keys(frame, camera, moves);
  choosing(frame, card, { view, neighbours, light });
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
function choosing(frame, card, { view, neighbours, light }) {
  let chosen = null;
  let near = [];
  async function choose(key) {
    view.setNodesState(near, { isHighlighted: false });
    chosen = key;
    const [others, links] = key ? neighbours.get(key) : [[], null];
    near = key ? [key, ...others] : [];
    view.setNodesState(near, { isHighlighted: true });
    light(links);
    view.scheduleRender();
    frame.dataset.chosen = key ?? "";
    if (!key) {
      card.textContent = frame.dataset.wordNone;
      return;
    }
    const answer = await fetch(`${frame.dataset.card}?point=${encodeURIComponent(key)}`);
    if (answer.ok && chosen === key) card.innerHTML = await answer.text();
  }
  view.on("clickNode", ({ node }) => choose(node));
  view.on("clickStage", () => chosen && choose(null));
}
