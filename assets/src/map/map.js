// Maps: the large one beside its list, small ones in pages, and the choice of a place in forms.
import "maplibre-gl/dist/maplibre-gl.css";
import "./map.css";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?url";
import { setWorkerUrl } from "maplibre-gl";
import { explore } from "./explore.js";
import { panel } from "./panel.js";

setWorkerUrl(workerUrl);

const started = new WeakSet();
function start() {
  for (const place of document.querySelectorAll("[data-map-explore], [data-map-panel]")) {
    if (started.has(place)) continue;
    started.add(place);
    (place.hasAttribute("data-map-explore") ? explore : panel)(place);
  }
}
start();
for (const name of ["htmx:after:swap", "htmx:afterSwap"]) document.addEventListener(name, start);
