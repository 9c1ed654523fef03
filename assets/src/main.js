import "htmx.org";
import "./styles/main.css";
import "./modules/appearance.js";
import "./modules/copy.js";
import "./modules/dialog.js";
import "./modules/draft.js";
import "./modules/filters.js";
import "./modules/focus.js";
import "./modules/navigation.js";
import "./modules/tabs.js";
import "./search/combobox.js";

// Maps weigh more than the rest of the page: they come when one is about to be seen.
const maps = document.querySelectorAll("[data-map-panel], [data-map-explore]");
if (maps.length) {
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    import("./map/map.js");
  }, { rootMargin: "200px" });
  for (const map of maps) seen.observe(map);
}

// So does the map of knowledge: its drawing is there first, and stays where the browser cannot do better. What the server drew
// whole is looked at as it is; a larger map is drawn here.
if (document.querySelector("[data-drawing]")) import("./graph/drawing.js");
if (document.querySelector("[data-graph]")) import("./graph/graph.js");
