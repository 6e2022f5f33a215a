import { root } from "./root.ts";
import "./require-node.mjs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";

/** Makes the PNG icons of the web app from its SVG; phones take no SVG for the home screen. */
const folder = path.join(root, "packages", "web", "public");
const svg = await readFile(path.join(folder, "icon.svg"));
const ground = { r: 246, g: 244, b: 240, alpha: 1 };

for (const [name, side, share] of [
  ["icon-192.png", 192, 0.8],
  ["icon-512.png", 512, 0.8],
  // A mask may cut off everything beyond the inner 80 %.
  ["icon-maskable-512.png", 512, 0.56],
  ["apple-touch-icon.png", 180, 0.74],
] as const) {
  const drawn = await sharp(svg, { density: 1200 })
    .resize(Math.round(side * share))
    .toBuffer();
  await sharp({ create: { width: side, height: side, channels: 4, background: ground } })
    .composite([{ input: drawn, gravity: "centre" }])
    .png({ palette: true })
    .toFile(path.join(folder, name));
}
