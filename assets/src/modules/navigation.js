// The menu of small screens closes on Escape, and when the focus or a click goes elsewhere.
const menus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// A disclosure marked so stands open on wide screens and closed on narrow ones; the style sheet already shows it so,
// and nothing moves when this says it.
const wide = matchMedia("(min-width: 64rem)");
function arrange() {
  for (const part of document.querySelectorAll("details[data-open-wide]")) part.open = wide.matches;
}
arrange();
wide.addEventListener("change", arrange);
