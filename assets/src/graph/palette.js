// The colours of the house, as they are now: light or dark.

/** Asks the browser what each token is worth here. */
export function palette(place) {
  const worth = (token) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${token})`;
    place.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
  const sheet = worth("--sheet");
  return {
    kinds: ["--leaf", "--graph-savoir", "--thread", "--graph-milieu"].map(worth),
    ink: worth("--ink"),
    soft: worth("--ink-soft"),
    edgeParts: worth("--edge").match(/[\d.]+/g).map((part) => part / 255),
    leaf: worth("--leaf"),
    sheet,
    veil: sheet.replace(/^rgb\((.+)\)$/, "rgba($1, 0.6)"),
    font: getComputedStyle(place).fontFamily,
  };
}

export function whenColoursChange(then) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", then);
  new MutationObserver(then).observe(document.documentElement, { attributeFilter: ["data-appearance"] });
}
