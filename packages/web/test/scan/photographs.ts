import { readFileSync } from "node:fs";
import path from "node:path";
import type { Corners, Point } from "@twobytwo/core/pictures/homography";
import { fetchPackage } from "@twobytwo/scripts/fetch-package.mjs";
import { root } from "@twobytwo/scripts/root";
import type { Raster } from "@twobytwo/web/scan/planes";
import sharp from "sharp";

export interface Photograph {
  name: string;
  photo: Raster;
  /** Of the sheet. */
  truth: Corners;
}

/** As the web app looks at a photograph. */
const longSide = 1200;
const pinned = {
  name: "jscanify",
  version: "1.4.3",
  integrity: "sha512-BoGW0ZZvuK6BUA5o32R9W3QuguiZY/y0IApTD+cCDNRhBen2YC3IdSLQcLQdazGGKvdzGF6+Y0Z9l7tmjDfzrg==",
} as const;
const folder = path.join(root, ".cache", `${pinned.name}-${pinned.version}`);
const within = "docs/images/test";

/** Corners of the sheets in the upright photographs, in pixels, set by hand. */
const sheets: { file: string; corners: [number, number][] }[] = JSON.parse(
  readFileSync(new URL("photographs.json", import.meta.url), "utf8"),
);

/**
 * Photographs of sheets on tables that somebody else has taken, out of a package that the registry gives (MIT), each made wider or
 * narrower so that its sheet is square.
 *
 * @throws Error where the registry does not give them
 */
export function loadPhotographs(): Promise<Photograph[]> {
  fetchPackage(
    folder,
    pinned,
    sheets.map(({ file }) => `${within}/${file}`),
  );
  return Promise.all(
    sheets.map(async ({ file, corners }) => {
      const upright = await sharp(path.join(folder, within, file))
        .autoOrient()
        .toBuffer({ resolveWithObject: true });
      const points = corners.map(([x, y]): Point => ({ x, y })) as unknown as Corners;
      const wider = Math.sqrt(ratioOf(points));
      const shrink = longSide / Math.max(upright.info.width * wider, upright.info.height / wider);
      const width = Math.round(upright.info.width * wider * shrink);
      const height = Math.round((upright.info.height / wider) * shrink);
      const data = await sharp(upright.data).resize(width, height, { fit: "fill" }).ensureAlpha().raw().toBuffer();
      const [across, down] = [width / upright.info.width, height / upright.info.height];
      const truth = points.map(({ x, y }) => ({ x: x * across, y: y * down })) as unknown as Corners;
      return { name: file, photo: { width, height, data }, truth };
    }),
  );
}

/** Mean height by mean width. */
function ratioOf([a, b, c, d]: Corners): number {
  const length = (from: Point, to: Point) => Math.hypot(to.x - from.x, to.y - from.y);
  return (length(b, c) + length(d, a)) / (length(a, b) + length(c, d));
}
