// Small maps: the places of a GeoJSON, and the choice of one point in a form.
import { Marker, Popup } from "maplibre-gl";
import { makeMap } from "./base.js";
import { draw } from "./draw.js";
import { searchAddresses } from "./addresses.js";

export function panel(place) {
  const map = makeMap(place, { cooperative: true });
  if (place.dataset.source) map.on("load", () => showPlaces(map, place));
  if (place.dataset.picker === "contour") draw(map, place);
  else if (place.dataset.picker) choose(map, place);
}

async function showPlaces(map, place) {
  const answer = await fetch(place.dataset.source);
  if (!answer.ok) return;
  const collection = await answer.json();
  const bounds = [Infinity, Infinity, -Infinity, -Infinity];
  for (const feature of collection.features ?? []) {
    if (feature.geometry?.type !== "Point") continue;
    const [longitude, latitude] = feature.geometry.coordinates;
    bounds[0] = Math.min(bounds[0], longitude);
    bounds[1] = Math.min(bounds[1], latitude);
    bounds[2] = Math.max(bounds[2], longitude);
    bounds[3] = Math.max(bounds[3], latitude);
    const words = document.createElement("span");
    words.textContent = feature.properties?.title ?? feature.properties?.name ?? "";
    const marker = new Marker({ color: feature.properties?.color ?? "#17594f" }).setLngLat([longitude, latitude]);
    const name = words.textContent || place.getAttribute("aria-label");
    if (words.textContent) marker.setPopup(new Popup({ focusAfterOpen: false }).setDOMContent(words));
    if (name) marker.getElement().setAttribute("aria-label", name);
    marker.addTo(map);
  }
  const shapes = (collection.features ?? []).filter((feature) => /Polygon$/.test(feature.geometry?.type ?? ""));
  if (shapes.length) {
    map.addSource("shapes", { type: "geojson", data: { type: "FeatureCollection", features: shapes } });
    map.addLayer({ id: "shapes", type: "line", source: "shapes", paint: { "line-color": "#a8401f", "line-width": 2.5 } });
  }
  if (Number.isFinite(bounds[0])) map.fitBounds(bounds, { padding: 40, maxZoom: 14, animate: false });
  place.dataset.ready = "true";
}

/** A click, or dragging the pin, fills in the fields of latitude and longitude; they can be typed as well. */
function choose(map, place) {
  const prefix = place.dataset.picker;
  const field = (name) => document.getElementById(`${prefix}${name}`) ?? document.getElementById(`id_${prefix}${name}`);
  const [latitude, longitude] = [field("latitude"), field("longitude")];
  if (!latitude || !longitude) return;
  const marker = new Marker({ color: "#a8401f", draggable: true });
  marker.getElement().setAttribute("aria-label", place.getAttribute("aria-label") ?? "");
  function read() {
    const position = [Number(longitude.value.replace(",", ".")), Number(latitude.value.replace(",", "."))];
    if (!latitude.value || !longitude.value || !position.every(Number.isFinite)) return;
    marker.setLngLat(position).addTo(map);
    map.jumpTo({ center: position, zoom: Math.max(map.getZoom(), 12) });
  }
  function write({ lng, lat }) {
    latitude.value = lat.toFixed(6);
    longitude.value = lng.toFixed(6);
    marker.setLngLat([lng, lat]).addTo(map);
    latitude.dispatchEvent(new Event("input", { bubbles: true }));
  }
  map.on("click", (event) => write(event.lngLat));
  marker.on("dragend", () => write(marker.getLngLat()));
  for (const field of [latitude, longitude]) field.addEventListener("change", read);
  searchAddresses(place, (found) => {
    write({ lng: found.longitude, lat: found.latitude });
    map.jumpTo({ center: [found.longitude, found.latitude], zoom: found.kind === "commune" ? 12 : 16 });
  });
  read();
}
