// The ground of the plain style, asked for as far as one sees and a little more, at each zoom.
const STEPS = 4; // a box begins and ends on the quarters of a tile, so that small moves ask for nothing new

/** Keep the source "ground" filled from `url` as the map moves. */
export function followGround(map, url) {
  let shown = "";
  const follow = () => {
    const asked = addressOf(map, url);
    const source = map.getSource("ground");
    if (!source || asked === shown) return;
    shown = asked;
    source.setData(asked);
  };
  map.on("load", follow);
  map.on("moveend", follow);
}

function addressOf(map, url) {
  const zoom = Math.max(0, Math.floor(map.getZoom()));
  const step = 360 / 2 ** zoom / STEPS;
  const bounds = map.getBounds();
  const low = (degrees, most) => Math.max(-most, (Math.floor(degrees / step) - 1) * step);
  const high = (degrees, most) => Math.min(most, (Math.ceil(degrees / step) + 1) * step);
  const box = [low(bounds.getWest(), 180), low(bounds.getSouth(), 90), high(bounds.getEast(), 180), high(bounds.getNorth(), 90)];
  return `${url}?bbox=${box.map((degrees) => Number(degrees.toFixed(5))).join(",")}&zoom=${zoom}`;
}
