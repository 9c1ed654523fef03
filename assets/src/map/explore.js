// The large map: its pins answer the same filter as the list beside it, and the address says both.
import { Marker, Popup } from "maplibre-gl";
import { makeMap } from "./base.js";
import { addMarkers } from "./markers.js";
import { stops } from "./stops.js";
import { pinLayers } from "./style.js";

const PAUSE_MS = 350;

export function explore(place) {
  const map = makeMap(place);
  const data = place.dataset;
  const SOURCE = data.layer;
  const themes = JSON.parse(data.themes);
  const said = document.querySelector("[data-map-said]");
  const follow = document.querySelector("[data-map-follow]");
  let query = data.query;
  let moved = new URLSearchParams(location.search).has("bbox");
  let here = null;
  let timer = 0;
  let asked = 0;

  const tiles = () => [`${location.origin}${data.tiles}${query ? `?${query}` : ""}`];
  const say = (sentence) => {
    if (said) said.textContent = sentence;
  };

  async function dress() {
    await addMarkers(map, themes, data.icons);
    if (!map.getSource(SOURCE)) map.addSource(SOURCE, { type: "vector", tiles: tiles(), minzoom: 0, maxzoom: 18 });
    for (const layer of pinLayers(SOURCE, SOURCE)) if (!map.getLayer(layer.id)) map.addLayer(layer);
    place.dataset.ready = "true";
  }
  map.on("load", dress);

  // The address holds all that one sees, so that it can be sent: the view, and the box when the list is narrowed to it.
  function keepAddress(changes = {}) {
    const { lat, lng } = map.getCenter();
    const address = new URL(location.href);
    const view = `${lat.toFixed(5)},${lng.toFixed(5)},${map.getZoom().toFixed(2)}`;
    for (const [name, value] of Object.entries({ vue: view, ...changes })) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    history.replaceState(history.state, "", address);
  }

  function box() {
    const bounds = map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((side) => side.toFixed(5)).join(",");
  }

  async function refreshList() {
    const address = new URL(data.list, location.origin);
    const narrowed = follow?.checked && moved ? box() : "";
    const turn = ++asked;
    address.search = query;
    if (narrowed) address.searchParams.set("bbox", narrowed);
    const answer = await fetch(address, { headers: { "HX-Request": "true", "HX-Target": "resultats" } });
    if (!answer.ok) return;
    const words = await answer.text();
    if (turn !== asked) return;
    const results = document.getElementById("resultats");
    results.innerHTML = words;
    window.htmx?.process(results);
    keepAddress({ bbox: narrowed, page: "" });
    say(results.querySelector("[data-count-said]")?.textContent.trim() ?? "");
  }

  map.on("moveend", (event) => {
    if (event.originalEvent) moved = true;
    keepAddress();
    clearTimeout(timer);
    if (moved && follow?.checked) timer = setTimeout(refreshList, PAUSE_MS);
  });
  follow?.addEventListener("change", refreshList);

  // A new answer of the filter panel: the list has changed, the pins follow.
  for (const name of ["htmx:after:swap", "htmx:afterSwap"]) {
    document.addEventListener(name, () => {
      const found = document.querySelector("#resultats [data-query]");
      if (!found || found.dataset.query === query) return;
      query = found.dataset.query;
      asked += 1;
      clearTimeout(timer);
      map.getSource(SOURCE)?.setTiles(tiles());
      const bounds = found.dataset.bounds;
      moved = Boolean(found.dataset.box);
      if (bounds && !moved) map.fitBounds(bounds.split(",").map(Number), { padding: 48, maxZoom: 14 });
      setTimeout(keepAddress); // once the address of the answer is written
      say(found.textContent.trim());
    });
  }

  async function show(position, parameters) {
    const opener = document.activeElement;
    const answer = await fetch(`${data.here}?${new URLSearchParams([...new URLSearchParams(query), ...Object.entries(parameters)])}`);
    if (!answer.ok) return;
    const box = document.createElement("div");
    box.className = "m-map-popup";
    box.innerHTML = await answer.text();
    const popup = new Popup({ maxWidth: "20rem", focusAfterOpen: true }).setLngLat(position).setDOMContent(box).addTo(map);
    popup.getElement().addEventListener("keydown", (event) => event.key === "Escape" && popup.remove());
    popup.on("close", () => {
      if (document.activeElement === document.body) (opener?.isConnected ? opener : map.getCanvas()).focus({ preventScroll: true });
    });
  }

  function open({ count, to, cell }, position) {
    say((to ? data.wordCluster : data.wordTogether).replace("%(count)s", count));
    if (to) {
      moved = true;
      map.easeTo({ center: position, zoom: Math.min(to + 0.5, 18) });
    } else {
      show(position, { groupe: cell });
    }
  }

  map.on("click", "pins", (event) => {
    const pin = event.features[0];
    show(pin.geometry.coordinates, { [data.one]: pin.properties.id });
  });
  map.on("click", "clusters", (event) => {
    const cluster = event.features[0];
    open(cluster.properties, cluster.geometry.coordinates);
  });
  stops(map, "clusters", data.wordStop, open);
  for (const layer of ["pins", "clusters"]) {
    map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
  }

  // From the list to the map: the focus or the pointer on an item shows where it is.
  function point(target) {
    const item = target.closest?.("[data-latitude]");
    here?.remove();
    here = null;
    if (!item) return null;
    const position = [Number(item.dataset.longitude), Number(item.dataset.latitude)];
    const dot = document.createElement("div");
    dot.className = "m-map-here";
    here = new Marker({ element: dot }).setLngLat(position).addTo(map);
    return position;
  }
  const list = document.getElementById("resultats");
  list?.addEventListener("focusin", (event) => point(event.target));
  list?.addEventListener("mouseover", (event) => point(event.target));
  list?.addEventListener("click", (event) => {
    const button = event.target.closest("[data-map-show]");
    if (!button) return;
    event.preventDefault();
    const position = point(button);
    if (position) map.easeTo({ center: position, zoom: Math.max(map.getZoom(), 13) });
    place.scrollIntoView({ block: "nearest" });
  });

  const locate = document.querySelector("[data-map-locate]");
  if (locate && navigator.geolocation) {
    locate.hidden = false;
    locate.addEventListener("click", () => {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          moved = true;
          map.easeTo({ center: [coords.longitude, coords.latitude], zoom: 12 });
          say(locate.dataset.done);
        },
        () => say(locate.dataset.failed),
        { maximumAge: 60_000, timeout: 10_000 },
      );
    });
  }
  document.querySelector("[data-map-print]")?.addEventListener("click", () => window.print());
  map.on("load", () => keepAddress());
}
