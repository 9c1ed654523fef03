// Light, dark or as the system says; the choice is kept on this device only.
const KEY = "maillage.appearance";
const ORDER = ["system", "light", "dark"];

function stored() {
  try {
    const value = localStorage.getItem(KEY);
    return ORDER.includes(value) ? value : "system";
  } catch {
    return "system";
  }
}

function show(choice) {
  if (choice === "system") delete document.documentElement.dataset.appearance;
  else document.documentElement.dataset.appearance = choice;
  for (const button of document.querySelectorAll("[data-appearance-toggle]")) {
    button.hidden = false;
    button.querySelector("[data-appearance-label]").textContent = button.dataset[`label${choice[0].toUpperCase()}${choice.slice(1)}`];
  }
}

show(stored());
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-appearance-toggle]");
  if (!button) return;
  const next = ORDER[(ORDER.indexOf(stored()) + 1) % ORDER.length];
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A device that keeps nothing still changes for this page.
  }
  show(next);
});
