// Communities, under the points: a veil, a dotted line and a name.

export function paintAreas(view, areas, colours, width) {
  if (!areas.length) return;
  const canvas = view.createCanvas("areas", { beforeLayer: "stage", style: { pointerEvents: "none" } });
  view.on("afterRender", () => {
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
    const { leaf, soft, font } = colours();
    pen.font = `italic 13px ${font}`;
    pen.textAlign = "center";
    for (const [name, corners] of areas) {
      const points = corners.map(([x, y]) => view.graphToViewport({ x, y: width - y }));
      pen.beginPath();
      for (const { x, y } of points) pen.lineTo(x, y);
      pen.closePath();
      pen.globalAlpha = 0.07;
      pen.fillStyle = leaf;
      pen.fill();
      pen.globalAlpha = 0.6;
      pen.strokeStyle = leaf;
      pen.setLineDash([2, 4]);
      pen.stroke();
      pen.globalAlpha = 1;
      const top = points.reduce((best, point) => (point.y < best.y ? point : best));
      pen.fillStyle = soft;
      pen.fillText(name, top.x, Math.max(top.y - 4, 12));
    }
  });
}
