// Communities, under the points: a veil, a dotted line and a name.

export function paintAreas(view, { areas, width, height }, colours) {
  if (!areas.length) return;
  const canvas = view.createCanvas("areas", { beforeLayer: "stage", style: { pointerEvents: "none" } });
  view.on("afterRender", () => {
    const pen = cleared(view, canvas);
    const { leaf, soft, sheet, font } = colours();
    const scale = scaleOf(view, width);
    pen.font = `italic ${16 * scale}px ${font}`;
    pen.lineJoin = "round";
    pen.textAlign = "center";
    for (const [name, corners, nameX, nameY] of areas) {
      const points = corners.map(([x, y]) => view.graphToViewport({ x, y: height - y }));
      pen.beginPath();
      for (const { x, y } of points) pen.lineTo(x, y);
      pen.closePath();
      pen.globalAlpha = 0.07;
      pen.fillStyle = leaf;
      pen.fill();
      pen.globalAlpha = 0.55;
      pen.strokeStyle = leaf;
      pen.lineWidth = 1.5 * scale;
      pen.setLineDash([2 * scale, 4 * scale]);
      pen.stroke();
      pen.setLineDash([]);
      pen.globalAlpha = 1;
      const { x, y } = view.graphToViewport({ x: nameX, y: height - nameY });
      pen.lineWidth = 4 * scale;
      pen.strokeStyle = sheet;
      pen.strokeText(name, x, y);
      pen.fillStyle = soft;
      pen.fillText(name, x, y);
    }
  });
}

/** Dots of the screen for one of the sheet, as the view is now. */
export function scaleOf(view, width) {
  return (view.graphToViewport({ x: width, y: 0 }).x - view.graphToViewport({ x: 0, y: 0 }).x) / width;
}

/** The pen of a canvas as large as the view, with nothing on it. */
export function cleared(view, canvas) {
  const { width: across, height: down } = view.getDimensions();
  const density = devicePixelRatio || 1;
  if (canvas.width !== Math.round(across * density) || canvas.height !== Math.round(down * density)) {
    canvas.width = Math.round(across * density);
    canvas.height = Math.round(down * density);
    canvas.style.width = `${across}px`;
    canvas.style.height = `${down}px`;
  }
  const pen = canvas.getContext("2d");
  pen.setTransform(density, 0, 0, density, 0, 0);
  pen.clearRect(0, 0, across, down);
  return pen;
}
