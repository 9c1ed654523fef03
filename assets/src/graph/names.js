// The names that the poster writes, where it writes them and as large, over the points.
import { cleared, scaleOf } from "./areas.js";

const SMALLEST_PX = 3; // below it, letters are dust
const FADED = 0.16;

/** Gives {light}: the keys of the points that stand out, or none: all alike. */
export function paintNames(view, { names, keys, kind, width, height }, colours) {
  const canvas = view.createCanvas("names", { afterLayer: "stage", style: { pointerEvents: "none" } });
  let lit = null;
  view.on("afterRender", () => {
    const pen = cleared(view, canvas);
    const { ink, sheet, font } = colours();
    const scale = scaleOf(view, width);
    const { width: across, height: down } = view.getDimensions();
    let written = 0;
    pen.lineJoin = "round";
    pen.strokeStyle = sheet;
    pen.fillStyle = ink;
    for (const [at, anchor, left, size, rows] of names) {
      if (size * scale < SMALLEST_PX) continue;
      pen.font = `${kind[at] ? "" : "bold "}${size * scale}px ${font}`;
      pen.textAlign = anchor === "middle" ? "center" : anchor;
      pen.lineWidth = 4 * scale;
      pen.globalAlpha = lit && !lit.has(keys[at]) ? FADED : 1;
      for (const [low, said] of rows) {
        const { x, y } = view.graphToViewport({ x: left, y: height - low });
        if (y < -size * scale || y > down + size * scale || x < -across || x > 2 * across) continue;
        pen.strokeText(said, x, y);
        pen.fillText(said, x, y);
      }
      written += 1;
    }
    pen.globalAlpha = 1;
    canvas.dataset.names = written;
  });
  // A canvas does not wait for its letters: it is painted anew once they are there.
  Promise.all(["", "bold "].map((weight) => document.fonts.load(`${weight}16px ${colours().font}`))).then(() => view.scheduleRender());
  return { light: (near) => { lit = near.length ? new Set(near) : null; } };
}
