import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const built = resolve(here, "../src/maillage/static/build");

/** One SVG sprite with the icons of the house, drawn from Lucide; `icons.txt` names them. */
function iconSprite() {
  return {
    name: "maillage-icon-sprite",
    generateBundle() {
      const names = readFileSync(resolve(here, "icons.txt"), "utf8").split("\n").map((name) => name.trim());
      const symbols = names.filter((name) => name && !name.startsWith("#")).map((name) => {
        const svg = readFileSync(resolve(here, "node_modules/lucide-static/icons", `${name}.svg`), "utf8");
        const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
        return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s+/g, " ").trim()}</symbol>`;
      });
      this.emitFile({
        type: "asset",
        fileName: "icons.svg",
        source: `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`,
      });
    },
  };
}

/** Compressed twins beside each text file, which the server sends to those who accept them. */
function compressedTwins() {
  return {
    name: "maillage-compressed-twins",
    apply: "build",
    closeBundle() {
      for (const name of readdirSync(built, { recursive: true })) {
        if (!/\.(css|js|mjs|svg)$/.test(name)) continue;
        const content = readFileSync(resolve(built, name));
        writeFileSync(resolve(built, `${name}.gz`), gzipSync(content, { level: 9 }));
        writeFileSync(resolve(built, `${name}.br`), brotliCompressSync(content));
      }
    },
  };
}

export default defineConfig({
  root: here,
  base: "/static/build/",
  publicDir: false,
  plugins: [tailwindcss(), iconSprite(), compressedTwins()],
  build: {
    outDir: built,
    emptyOutDir: true,
    manifest: "manifest.json",
    chunkSizeWarningLimit: 1200, // MapLibre, loaded on map pages only
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        main: resolve(here, "src/main.js"),
        passkeys: resolve(here, "src/passkeys.js"),
      },
    },
  },
});
