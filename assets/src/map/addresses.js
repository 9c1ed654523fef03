// Looking for an address to place a point: the answers are buttons, and choosing one moves the pin.
const PAUSE_MS = 250;

export function searchAddresses(place, choose) {
  const panel = document.querySelector(`[data-map-search="${place.id}"]`);
  if (!panel) return;
  const input = panel.querySelector("input");
  const list = panel.querySelector("[data-map-found]");
  const said = panel.querySelector("[data-map-found-said]");
  let timer = 0;
  let request = null;
  panel.hidden = false;

  function show(places) {
    list.replaceChildren(
      ...places.map((found) => {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "m-button m-button-quiet";
        button.textContent = found.label;
        button.addEventListener("click", () => {
          choose(found);
          list.replaceChildren();
          input.value = found.label;
        });
        item.append(button);
        return item;
      }),
    );
    said.textContent = places.length || input.value.length < 3 ? "" : panel.dataset.none;
  }

  async function ask() {
    request?.abort();
    request = new AbortController();
    try {
      const answer = await fetch(`${panel.dataset.addresses}?${new URLSearchParams({ q: input.value })}`, { signal: request.signal });
      const { places, error } = await answer.json();
      show(places);
      if (error) said.textContent = error;
    } catch {
      // Asked again meanwhile, or no network: the map and the fields still serve.
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    list.querySelector("button")?.click();
  });
}
