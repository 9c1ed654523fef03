// What stands round the map: its buttons, and under it the card of the chosen point, which comes from the server.

/** Buttons over `box`: {closer, farther, whole} say what each does. */
export function addBar(box, frame, moves) {
  const bar = document.createElement("div");
  bar.className = "m-graph-bar";
  for (const [name, move] of Object.entries(moves)) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = { closer: "+", farther: "−", whole: "⤢" }[name];
    button.setAttribute("aria-label", frame.dataset[`word${name[0].toUpperCase()}${name.slice(1)}`]);
    button.addEventListener("click", move);
    bar.append(button);
  }
  box.append(bar);
}

/** Puts the card after `box`; gives what shows the card of a key there, or none. */
export function addCard(box, frame) {
  const card = document.createElement("div");
  card.className = "m-graph-card";
  card.setAttribute("role", "status");
  card.textContent = frame.dataset.wordHint;
  box.after(card);
  return async (key) => {
    frame.dataset.chosen = key ?? "";
    if (!key) {
      card.textContent = frame.dataset.wordNone;
      return;
    }
    const answer = await fetch(`${frame.dataset.card}?point=${encodeURIComponent(key)}`);
    if (answer.ok && frame.dataset.chosen === key) card.innerHTML = await answer.text();
  };
}
