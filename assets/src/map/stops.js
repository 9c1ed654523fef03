// Clusters answer the keyboard too: over the drawing of each stands a button that says it in words. The pointer goes through it.
import { Marker } from "maplibre-gl";

const STOPS_MAX = 40;

/** Keeps a button over each cluster in sight; `word` says it, with its count, and `open(properties, position)` opens it. */
export function stops(map, layer, word, open) {
  let shown = new Map();

  function inSight() {
    const bounds = map.getBounds();
    const found = new Map();
    for (const { properties, geometry } of map.queryRenderedFeatures({ layers: [layer] })) {
      if (bounds.contains(geometry.coordinates)) found.set(properties.cell, { properties, position: geometry.coordinates });
    }
    const northFirst = ([, one], [, other]) => other.position[1] - one.position[1] || one.position[0] - other.position[0];
    return [...found].sort(northFirst).slice(0, STOPS_MAX);
  }

  function button({ properties, position }) {
    const stop = document.createElement("button");
    stop.type = "button";
    stop.className = "m-map-stop";
    stop.setAttribute("aria-label", word.replace("%(count)s", properties.count));
    stop.addEventListener("click", () => open(properties, position));
    return new Marker({ element: stop }).setLngLat(position).addTo(map);
  }

  map.on("idle", () => {
    if (!map.getLayer(layer)) return;
    const now = inSight();
    const signed = (entries) => entries.map(([cell, { properties }]) => `${cell}:${properties.count}`).join();
    if (signed(now) === signed([...shown].map(([cell, { cluster }]) => [cell, cluster]))) return;
    const held = [...shown].find(([, { marker }]) => marker.getElement() === document.activeElement)?.[0];
    for (const { marker } of shown.values()) marker.remove();
    shown = new Map(now.map(([cell, cluster]) => [cell, { cluster, marker: button(cluster) }]));
    if (held) (shown.get(held)?.marker.getElement() ?? map.getCanvas()).focus({ preventScroll: true });
  });
}
