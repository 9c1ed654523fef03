// Pins drawn from a theme's colour and icon: the drawing says what the colour says.
const SIZE = 34;

async function sprite(url) {
  const text = await (await fetch(url)).text();
  return new DOMParser().parseFromString(text, "image/svg+xml");
}

function drawing(icons, theme) {
  const symbol = icons.getElementById(theme.icon) ?? icons.getElementById("circle");
  const inside = symbol ? symbol.innerHTML : "";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE + 8}" viewBox="0 0 34 42">
    <path d="M17 41 C15 34 3 28 3 16.500 A14 14 0 1 1 31 16.500 C31 28 19 34 17 41Z" fill="${theme.color}" stroke="#ffffff" stroke-width="2.500"/>
    <svg x="8.500" y="8" width="17" height="17" viewBox="0 0 24 24" fill="none" stroke="${theme.ink}" stroke-width="2.400" stroke-linecap="round" stroke-linejoin="round">${inside}</svg></svg>`;
}

function loaded(svg, ratio) {
  return new Promise((resolve, reject) => {
    const image = new Image(SIZE * ratio, (SIZE + 8) * ratio);
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  });
}

/** Gives the map an image for each theme ("theme-<id>"), and one for fiches without ("theme-0"). */
export async function addMarkers(map, themes, iconsUrl) {
  const icons = await sprite(iconsUrl);
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const every = [{ id: 0, color: "#5b6770", icon: "circle", ink: "#ffffff" }, ...themes];
  await Promise.all(
    every.map(async (theme) => {
      const image = await loaded(drawing(icons, theme), ratio);
      const canvas = document.createElement("canvas");
      canvas.width = image.width;
      canvas.height = image.height;
      const context = canvas.getContext("2d");
      context.drawImage(image, 0, 0, image.width, image.height);
      const name = `theme-${theme.id}`;
      if (!map.hasImage(name)) map.addImage(name, context.getImageData(0, 0, image.width, image.height), { pixelRatio: ratio });
    }),
  );
}
