// The plain style of the house: contours and names from our own server, nothing from elsewhere.
const PALETTES = {
  light: { paper: "#f4eedf", land: "#fbf7ef", line: "#c9bda4", name: "#52615d", halo: "#fbf7ef", cluster: "#17594f", on: "#ffffff", ring: "#ffffff" },
  dark: { paper: "#15201f", land: "#1d2a29", line: "#4a5d59", name: "#b7c2bc", halo: "#15201f", cluster: "#7fd1bf", on: "#10211e", ring: "#15201f" },
};
const FONT = ["sans-serif"];
const NOTHING = { type: "FeatureCollection", features: [] };

export function palette() {
  const chosen = document.documentElement.dataset.appearance;
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  return dark ? PALETTES.dark : PALETTES.light;
}

/** Paper alone, or with a ground that `ground.js` fills. */
export function houseStyle(ground) {
  const colors = palette();
  const layers = [{ id: "paper", type: "background", paint: { "background-color": colors.paper } }];
  const sources = {};
  if (ground) {
    sources.ground = { type: "geojson", data: NOTHING };
    layers.push(
      { id: "land", type: "fill", source: "ground", filter: ["!=", ["geometry-type"], "Point"], paint: { "fill-color": colors.land } },
      { id: "borders", type: "line", source: "ground", filter: ["!=", ["geometry-type"], "Point"], paint: { "line-color": colors.line, "line-width": ["interpolate", ["linear"], ["zoom"], 6, 0.4, 12, 1.6] } },
      {
        id: "names",
        type: "symbol",
        source: "ground",
        filter: ["==", ["geometry-type"], "Point"],
        layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": ["interpolate", ["linear"], ["zoom"], 7, 10, 13, 15], "text-variable-anchor-offset": ["center", [0, 0], "top", [0, 1.4], "bottom", [0, -1.4], "left", [1.6, 0], "right", [-1.6, 0], "top", [0, 2.2], "bottom", [0, -2.2]], "text-justify": "auto", "symbol-sort-key": ["-", 0, ["coalesce", ["get", "population"], 0]] },
        paint: { "text-color": colors.name, "text-halo-color": colors.halo, "text-halo-width": 1.5 },
      },
    );
  }
  return { version: 8, sources, layers };
}

/** The layers of the pins, over any style; `source` and `layer` name where they come from. */
export function pinLayers(source, layer) {
  const colors = palette();
  const from = layer ? { source, "source-layer": layer } : { source };
  return [
    {
      id: "clusters",
      type: "circle",
      ...from,
      filter: [">", ["get", "count"], 1],
      paint: {
        "circle-color": colors.cluster,
        "circle-radius": ["interpolate", ["linear"], ["log10", ["get", "count"]], 0.3, 15, 2, 24, 5, 38],
        "circle-stroke-width": 3,
        "circle-stroke-color": colors.ring,
      },
    },
    {
      id: "counts",
      type: "symbol",
      ...from,
      filter: [">", ["get", "count"], 1],
      layout: {
        "text-field": ["number-format", ["get", "count"], { locale: "fr" }],
        "text-font": FONT,
        "text-size": 13,
        "text-allow-overlap": true,
        "text-padding": 14, // the circle around the count: names of places find room beside it
      },
      paint: { "text-color": colors.on },
    },
    {
      id: "pins",
      type: "symbol",
      ...from,
      filter: ["<=", ["get", "count"], 1],
      layout: {
        "icon-image": ["concat", "theme-", ["to-string", ["get", "theme"]]],
        "icon-allow-overlap": true,
        "icon-anchor": "bottom",
      },
    },
  ];
}
