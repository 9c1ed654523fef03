// Drawing a contour: one click for each corner; the text field of the form holds the same as GeoJSON.
const COLOR = "#a8401f";

export function draw(map, place) {
  const field = document.querySelector("textarea[data-contour]");
  const tools = place.parentElement.querySelector("[data-map-drawing]");
  if (!field || !tools) return;
  let corners = [];
  let pasted = null;

  const ring = () => [...corners, corners[0]];
  const round = (value) => Math.round(value * 1e6) / 1e6;

  function shown() {
    if (pasted) return pasted;
    if (corners.length < 2) return { type: "MultiPoint", coordinates: corners };
    if (corners.length === 2) return { type: "LineString", coordinates: corners };
    return { type: "Polygon", coordinates: [ring()] };
  }

  function redraw() {
    map.getSource("drawing")?.setData({ type: "Feature", geometry: shown(), properties: {} });
    map.getSource("corners")?.setData({ type: "Feature", geometry: { type: "MultiPoint", coordinates: corners }, properties: {} });
  }

  function write() {
    pasted = null;
    field.value = corners.length > 2 ? JSON.stringify({ type: "Polygon", coordinates: [ring()] }) : "";
    redraw();
  }

  function read() {
    corners = [];
    pasted = null;
    try {
      const said = JSON.parse(field.value);
      const geometry = said.geometry ?? said;
      if (geometry.type === "Polygon" && geometry.coordinates.length === 1 && geometry.coordinates[0].length < 200) {
        corners = geometry.coordinates[0].slice(0, -1).map(([longitude, latitude]) => [longitude, latitude]);
      } else if (/Polygon$/.test(geometry.type)) pasted = geometry;
    } catch {
      // Not GeoJSON yet: the form says so when it is sent.
    }
    redraw();
  }

  map.on("load", () => {
    const empty = { type: "FeatureCollection", features: [] };
    map.addSource("drawing", { type: "geojson", data: empty });
    map.addSource("corners", { type: "geojson", data: empty });
    map.addLayer({ id: "drawing-area", type: "fill", source: "drawing", filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": COLOR, "fill-opacity": 0.15 } });
    map.addLayer({ id: "drawing-line", type: "line", source: "drawing", paint: { "line-color": COLOR, "line-width": 2.5 } });
    map.addLayer({ id: "drawing-corners", type: "circle", source: "corners", paint: { "circle-color": COLOR, "circle-radius": 5, "circle-stroke-color": "#ffffff", "circle-stroke-width": 2 } });
    read();
  });
  map.on("click", ({ lngLat }) => {
    corners.push([round(lngLat.lng), round(lngLat.lat)]);
    write();
  });
  map.doubleClickZoom.disable();
  map.getCanvas().style.cursor = "crosshair";
  tools.hidden = false;
  tools.querySelector("[data-draw-undo]").addEventListener("click", () => {
    corners.pop();
    write();
  });
  tools.querySelector("[data-draw-clear]").addEventListener("click", () => {
    corners = [];
    write();
  });
  field.addEventListener("change", read);
}
