// What every map of the house has.
import { AttributionControl, Map as MapLibreMap, NavigationControl } from "maplibre-gl";
import { followGround } from "./ground.js";
import { houseStyle } from "./style.js";

const FRANCE = { center: [2.4, 46.6], zoom: 5 };

/** A map in `place`, told by its data attributes: style, ground, bounds ("w,s,e,n"), centre ("lat,lon,zoom"), words. */
export function makeMap(place, options = {}) {
  const data = place.dataset;
  const view = parseView(data.view) ?? FRANCE;
  const bounds = data.bounds ? data.bounds.split(",").map(Number) : null;
  const map = new MapLibreMap({
    container: place,
    style: data.styleUrl || houseStyle(Boolean(data.ground)),
    ...view,
    ...(bounds ? { bounds, fitBoundsOptions: { padding: 48, maxZoom: 14 } } : {}),
    maxZoom: 18,
    minZoom: 2,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    attributionControl: false,
    cooperativeGestures: options.cooperative ?? false,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
    locale: words(place),
  });
  if (data.ground) followGround(map, data.ground);
  place.map = map; // a page that goes further, and the tests, find the map by its place
  // The place is already a region of the page with this name; the canvas in it is what answers the keys.
  map.getCanvas().setAttribute("role", "application");
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new AttributionControl({ compact: true, customAttribution: data.attribution || undefined }));
  return map;
}

/** "46.02,2.06,9" as a view; null when it is none. */
export function parseView(text) {
  const [latitude, longitude, zoom] = (text || "").split(",").map(Number);
  const valid = [latitude, longitude, zoom].every(Number.isFinite) && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
  return valid ? { center: [longitude, latitude], zoom: Math.min(Math.max(zoom, 2), 18) } : null;
}

function words(place) {
  const said = {
    "NavigationControl.ZoomIn": place.dataset.wordZoomIn,
    "NavigationControl.ZoomOut": place.dataset.wordZoomOut,
    "Popup.Close": place.dataset.wordClose,
    "Map.Title": place.getAttribute("aria-label"),
    "AttributionControl.ToggleAttribution": place.dataset.wordAttribution,
    "CooperativeGesturesHandler.WindowsHelpText": place.dataset.wordScroll,
    "CooperativeGesturesHandler.MacHelpText": place.dataset.wordScroll,
    "CooperativeGesturesHandler.MobileHelpText": place.dataset.wordTwoFingers,
  };
  return Object.fromEntries(Object.entries(said).filter(([, word]) => word));
}
